// Sound on its way from where it is heard to where it is analysed: read on a thread of its own, so
// that analysis never holds up the reading before there is a lot to catch up with.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "diarist/live_audio.hpp"
#include "diarist/run.hpp"

#include "base/clock.hpp"

namespace diarist::cli {

/// So much sound may wait: enough to sleep over what a machine does besides; 6 MB at 48 kHz.
inline constexpr double kMostWaiting_s = 30;

/// Nothing is ever left out: with kMostWaiting_s of sound waiting, reading waits too, and so does
/// who sends. next() and what tells of the state are for one thread.
class LiveFeed {
 public:
  /// Starts to read. `subject` stands for the sound in messages; `stop` is that of `audio`.
  LiveFeed(LiveAudio audio, std::string subject, CancellationToken stop);
  /// Ends reading, with `stop`.
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// Waits for sound and puts what there is, a second of it at most, into `samples`; false at the
  /// end. Samples are finite. What the reader threw is thrown once all that it had read before was
  /// given, and Error{corrupt_audio} in place of the first sample that is not finite.
  bool next(std::vector<float>& samples);

  /// How far analysis, which has come to `analysed_s`, lags behind sound that comes as it is
  /// spoken: no more than what waits here, nor than the time since the first sample.
  double behind_s(double analysed_s) const;
  /// Does reading have to wait?
  bool full() const;

  int sample_rate_hz() const { return sample_rate_hz_; }

 private:
  void read_all();
  void put(std::vector<float> block);
  double waiting_s() const { return static_cast<double>(waiting_) / sample_rate_hz_; }

  LiveAudio audio_;
  const std::string subject_;
  CancellationToken stop_;
  const int sample_rate_hz_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by it:
  std::deque<std::vector<float>> blocks_;
  std::size_t waiting_ = 0;  ///< Samples in them.
  bool ended_ = false;
  bool dropped_ = false;  ///< Nobody wants more.
  std::exception_ptr failure_;
  std::optional<Stopwatch> since_first_;

  std::thread reader_;  // last: it uses the rest
};

}  // namespace diarist::cli
