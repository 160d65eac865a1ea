// Runs the jobs that wait, a few at once, and tells how far each is.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/run.hpp"

#include "server/job_store.hpp"
#include "server/known_voices.hpp"
#include "server/metrics.hpp"
#include "server/server.hpp"
#include "server/uploads.hpp"

namespace diarist::server {

/// All functions are safe from any thread.
class JobRunner {
 public:
  /// Throws Error{io} where the system gives no threads.
  JobRunner(JobStore& store, Uploads& uploads, KnownVoices& voices, const Diarizer& diarizer,
            const Limits& limits, Metrics& metrics, const LogSink& log);
  /// Stops what runs, and puts it back into the queue.
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  /// A job was added.
  void wake();
  /// Ends a job that has not ended. False where it has, or is not there, or is at its last step,
  /// which changes more than the job: it keeps voices.
  bool cancel(const std::string& id);
  std::optional<Progress> progress_of(const std::string& id) const;
  /// Where somebody speaks in the job's recording, as far as it is known, from the stretch of that
  /// number on, and so many at most; none of a job that does not run.
  std::vector<SpeechStretch> speech_of(const std::string& id, std::size_t first,
                                       std::size_t most) const;

  /// Counts every change of any job.
  std::uint64_t revision() const;
  /// Waits until there was one after `revision`, or for that long.
  void wait_for_change(std::uint64_t revision, std::chrono::milliseconds patience) const;

  /// Takes no more jobs, and wakes all who wait. Running ones are put back.
  void stop();

 private:
  struct Running {
    CancellationToken token;
    Progress progress;
    std::vector<SpeechStretch> speech;
    bool too_long = false;
    bool decided = false;  ///< It ends by itself: too late to be cancelled.
  };
  void work();
  void run(const Job& job);
  /// How it has ended: "succeeded"; "cancelled", by somebody else; "put_back".
  const char* diarize(const Job& job, const std::shared_ptr<Running>& running);
  void decide(const Job& job, Running& running);
  void join();
  /// False where the end of the server came before it could be done.
  template <typename Step>
  bool keep_trying(const Job& job, Step step);

  JobStore& store_;
  Uploads& uploads_;
  KnownVoices& voices_;
  const Diarizer& diarizer_;
  const Limits& limits_;
  Metrics& metrics_;
  const LogSink& log_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Guarded by the mutex.
  std::uint64_t revision_ = 0;
  std::uint64_t wakes_ = 0;
  std::map<std::string, std::shared_ptr<Running>> running_;
  bool stopping_ = false;

  std::vector<std::thread> workers_;
};

}  // namespace diarist::server
