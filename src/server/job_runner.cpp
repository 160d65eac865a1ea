#include "server/job_runner.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <span>
#include <sstream>
#include <system_error>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/identification.hpp"

#include "base/clock.hpp"
#include "server/job_options.hpp"
#include "server/problem.hpp"

namespace diarist::server {
namespace {

// Where the disk is full, a result waits for it.
constexpr std::chrono::seconds kRetryInterval{1};

/// What the library says of the file, in words for who sent it: where it lies is none of theirs.
std::string told(const Error& error, const std::filesystem::path& file) {
  std::string text = error.problem();
  if (!error.advice().empty()) text += "; " + error.advice();
  const std::string path = file.string();
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
    text.replace(at, path.size(), "the recording");
  }
  return text;
}

}  // namespace

JobRunner::JobRunner(JobStore& store, Uploads& uploads, KnownVoices& voices,
                     const Diarizer& diarizer, const Limits& limits, Metrics& metrics,
                     const LogSink& log)
    : store_(store),
      uploads_(uploads),
      voices_(voices),
      diarizer_(diarizer),
      limits_(limits),
      metrics_(metrics),
      log_(log) {
  try {
    for (int i = 0; i < limits.jobs_at_once; ++i) workers_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    // Those that there are hold this object, which is none.
    join();
    throw Error(ErrorCode::io, "--jobs", "cannot have its threads (" + error.code().message() + ")",
                "ask for fewer, or raise the limit of threads");
  } catch (...) {
    join();
    throw;
  }
}

JobRunner::~JobRunner() { join(); }

void JobRunner::join() {
  stop();
  for (std::thread& worker : workers_) worker.join();
}

void JobRunner::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (auto& [id, running] : running_) running->token.cancel();
  ++revision_;
  changed_.notify_all();
}

void JobRunner::wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  ++revision_;
  changed_.notify_all();
}

bool JobRunner::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  if (found != running_.end() && found->second->decided) return false;
  // Under the mutex: a job is either cancelled or decided, never both.
  if (!store_.cancel(id)) return false;
  if (found != running_.end()) found->second->token.cancel();
  ++revision_;
  changed_.notify_all();
  return true;
}

std::optional<Progress> JobRunner::progress_of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  if (found == running_.end()) return std::nullopt;
  return found->second->progress;
}

std::vector<SpeechStretch> JobRunner::speech_of(const std::string& id, std::size_t first,
                                                std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  if (found == running_.end()) return {};
  const std::vector<SpeechStretch>& speech = found->second->speech;
  if (first >= speech.size()) return {};
  const auto begin = speech.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(most, speech.size() - first))};
}

std::uint64_t JobRunner::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

void JobRunner::wait_for_change(std::uint64_t revision, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return revision_ != revision || stopping_; });
}

void JobRunner::work() {
  for (;;) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      seen = wakes_;
    }
    std::optional<Job> job;
    try {
      job = store_.begin_next();
    } catch (const std::exception& error) {
      log_({LogEvent::Level::error, "job_store", {{"error", error.what()}}});
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kRetryInterval, [this] { return stopping_; });
      continue;
    }
    if (job) {
      run(*job);
      continue;
    }
    std::unique_lock lock(mutex_);
    // Not at every change: progress of other jobs is no reason to look into the file.
    changed_.wait(lock, [&] { return stopping_ || wakes_ != seen; });
  }
}

template <typename Step>
bool JobRunner::keep_trying(const Job& job, Step step) {
  for (;;) {
    try {
      step();
      return true;
    } catch (const std::exception& error) {
      log_({LogEvent::Level::error, "job_store", {{"job", job.id}, {"error", error.what()}}});
    }
    std::unique_lock lock(mutex_);
    // Left as it is, it starts again with the next server.
    if (changed_.wait_for(lock, kRetryInterval, [this] { return stopping_; })) return false;
  }
}

void JobRunner::run(const Job& job) {
  const auto running = std::make_shared<Running>();
  {
    const std::lock_guard lock(mutex_);
    running_[job.id] = running;
    if (stopping_) running->token.cancel();
    ++revision_;
    changed_.notify_all();
  }
  log_({LogEvent::Level::info, "job_started", {{"job", job.id}, {"name", job.name}}});
  const Stopwatch wall;
  std::string code;
  std::string problem;
  bool bad_audio = false;
  const char* end = "";
  try {
    // Cancelled between its beginning and its being known here.
    const std::optional<Job> now = store_.find(job.id);
    if (!now || now->state != JobState::running) running->token.cancel();
    end = diarize(job, running);
  } catch (const Error& error) {
    code = to_string(error.code());
    bad_audio =
        error.code() == ErrorCode::unsupported_audio || error.code() == ErrorCode::corrupt_audio;
    problem = told(error, uploads_.file(job.id));
  } catch (const Problem& error) {
    code = error.kind();
    problem = error.what();
  } catch (const std::bad_alloc&) {
    code = "no_memory";
    problem = "it needs more memory than there is";
  } catch (const std::exception& error) {
    code = "internal";
    problem = error.what();
  }

  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    stopping = stopping_;
  }
  if (running->too_long) {
    code = "audio_too_long";
    std::ostringstream hours;
    hours << limits_.audio_s / 3600;
    problem = "it is longer than " + hours.str() + " h, which this server takes at most";
  }
  if (!code.empty()) {
    if (running->token.cancelled() && !running->too_long && !running->decided) {
      // By the client, and then it is so in the store already; or since the server ends.
      end = stopping ? "put_back" : "cancelled";
      if (stopping) keep_trying(job, [&] { store_.put_back(job.id); });
    } else {
      end = "failed";
      // What is no recording is of no use to anybody, and would fill the disk.
      const bool known = keep_trying(job, [&] { store_.fail(job.id, code, problem, !bad_audio); });
      if (known && bad_audio) uploads_.remove(job.id);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    running_.erase(job.id);
    ++revision_;
    changed_.notify_all();
  }
  metrics_.count_job(end, running->progress.done_s, wall.seconds());
  LogEvent event{
      code.empty() || running->token.cancelled() ? LogEvent::Level::info : LogEvent::Level::warning,
      "job_ended",
      {{"job", job.id}, {"end", end}, {"seconds", std::to_string(wall.seconds()), true}}};
  if (std::string_view(end) == "failed") event.fields.push_back({"error", code + ": " + problem});
  log_(event);
}

void JobRunner::decide(const Job& job, Running& running) {
  const std::lock_guard lock(mutex_);
  if (running.token.cancelled()) throw Error(ErrorCode::cancelled, job.name, "was cancelled");
  running.decided = true;
}

const char* JobRunner::diarize(const Job& job, const std::shared_ptr<Running>& running) {
  const JobOptions options = job_options_from(job.options);
  RunHooks hooks;
  hooks.cancellation = running->token;
  hooks.progress = [this, &running](const Progress& progress) {
    const std::lock_guard lock(mutex_);
    running->progress = progress;
    if (progress.done_s > limits_.audio_s || progress.total_s > limits_.audio_s) {
      running->too_long = true;
      running->token.cancel();
    }
    ++revision_;
    changed_.notify_all();
  };
  hooks.speech = [this, &running](std::span<const SpeechStretch> fresh) {
    const std::lock_guard lock(mutex_);
    running->speech.insert(running->speech.end(), fresh.begin(), fresh.end());
    ++revision_;
    changed_.notify_all();
  };
  Diarization found = diarizer_.diarize(uploads_.file(job.id), options.behavior, hooks);
  decide(job, *running);
  found.recording = job.name;
  // Should the server be killed between the voices and the job's end, it runs again: the same
  // recording gives the same samples, of which the store keeps each once.
  if (!job.speaker.empty()) {
    voices_.add(job.speaker, main_voice(found), diarizer_.model());
  } else if (options.identify) {
    voices_.name_people(found, options, diarizer_.model());
  }

  Job done = job;
  done.duration_s = found.duration_s;
  done.turns = static_cast<std::int64_t>(found.turns.size());
  done.speakers.clear();
  for (const Speaker& speaker : found.speakers) done.speakers.push_back(speaker.name);
  std::ostringstream document;
  write(document, found, FileFormat::json);
  {
    const std::lock_guard lock(mutex_);
    running->progress = {found.duration_s, found.duration_s};
  }
  bool there = true;
  if (!keep_trying(job, [&] { there = store_.succeed(done, document.str()); })) return "put_back";
  return there ? "succeeded" : "cancelled";
}

}  // namespace diarist::server
