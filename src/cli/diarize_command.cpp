// `diarist diarize FILE...`: recordings through one Diarizer, several at once, results in order.
#include <algorithm>
#include <deque>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/report.hpp"

#include "base/clock.hpp"
#include "cli/archive_run.hpp"
#include "cli/archive_settings.hpp"
#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/finding.hpp"
#include "cli/known_voices.hpp"
#include "cli/one_recording.hpp"
#include "cli/output_files.hpp"
#include "cli/output_plan.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/standard_input.hpp"
#include "cli/stats_json.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

/// Everything that stays the same from one recording to the next.
class Run {
 public:
  Run(const DiarizeArguments& arguments, const CancellationToken& cancellation)
      : arguments_(arguments),
        quiet_(arguments.quiet),
        to_people_(is_terminal(STDOUT_FILENO)),
        behavior_(behavior_of(arguments)),
        performance_(performance_of(arguments)),
        request_(output_request_of(arguments, to_people_)),
        plan_(plan_outputs(request_)),
        cancellation_(cancellation) {}

  int all() {
    try {
      return diarize_all();
    } catch (...) {
      cancellation_.cancel();  // for what is still on its way
      throw;
    }
  }

 private:
  int diarize_all() {
    for (const auto& outputs : plan_) {
      for (const PlannedOutput& output : outputs) {
        if (!output.file.empty()) check_writable(output.file);
      }
    }
    if (request_.statistics) check_writable(*request_.statistics);

    const Stopwatch wall;
    const Diarizer diarizer = make_diarizer(arguments_.model, arguments_.fallback, performance_);
    if (arguments_.identify) voices_.emplace(arguments_, diarizer.model());
    int exit_code = kSuccess;
    std::vector<std::size_t> left(request_.recordings.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    if (arguments_.resume) {
      archive_.emplace(request_, archive_settings(arguments_, diarizer.model()), cancellation_);
      left = archive_->left_to_do(plan_, arguments_.retry_failed, quiet_);
      exit_code = archive_->exit_code_before();
    }
    const int now = diarize_each(diarizer, left);
    if (now != kSuccess) exit_code = now;
    if (archive_ && !quiet_) report(archive_->summary());
    if (exit_code == kInterrupted) return exit_code;
    if (request_.statistics) {
      StagedFile(*request_.statistics, stats_json(records_, wall.seconds())).commit();
    }
    return exit_code;
  }

  // In order; the exit code that they make.
  int diarize_each(const Diarizer& diarizer, const std::vector<std::size_t>& which) {
    // While one recording is decoded or clustered, which keeps one core busy, the workers serve the
    // others. What is found waits until all before it is written.
    const auto at_once = static_cast<std::size_t>(diarizer.threads());
    std::deque<Job> jobs;
    std::size_t started = 0;
    int exit_code = kSuccess;
    for (std::size_t at = 0; at < which.size(); ++at) {
      {
        const std::lock_guard lock(screen_mutex_);
        front_ = which[at];
      }
      for (; started < std::min(which.size(), at + at_once); ++started) {
        start(diarizer, which[started], jobs);
      }
      const int one = guarded(jobs.front(), which[at]);
      if (one == kInterrupted) return one;
      if (one != kSuccess) exit_code = request_.recordings.size() > 1 ? kSomeFailed : one;
      jobs.pop_front();
    }
    return exit_code;
  }

  /// A recording on its way.
  struct Job {
    std::string label;
    std::unique_ptr<ProgressBar> bar;
    archive::FileState state;     // There once the result is; of an archive.
    std::future<Finding> result;  // last: its end waits for what uses the rest
  };

  void start(const Diarizer& diarizer, std::size_t i, std::deque<Job>& jobs) {
    const fs::path& recording = request_.recordings[i];
    Job& job = jobs.emplace_back();
    job.label = recording == "-" ? "standard input" : recording.filename().string();
    const std::size_t count = request_.recordings.size();
    if (count > 1) {
      job.label.insert(0, "[" + std::to_string(i + 1) + "/" + std::to_string(count) + "] ");
    }
    job.bar = std::make_unique<ProgressBar>(job.label, !quiet_);
    RunHooks hooks;
    hooks.cancellation = cancellation_;
    // There is one line to draw on: it shows the recording whose turn it is to be written.
    hooks.progress = [this, i, bar = job.bar.get()](const Progress& progress) {
      const std::lock_guard lock(screen_mutex_);
      if (front_ == i) bar->update(progress);
    };
    const auto work = [this, &diarizer, &recording, &job, i, hooks] {
      if (archive_) job.state = archive_->state_of(i);
      const bool with_sound = wants_sound(plan_[i]);
      if (with_sound && recording == "-") keep_standard_input();
      Finding finding{diarizer.diarize(recording, behavior_, hooks), std::nullopt};
      if (with_sound) {
        finding.audio = read_report_audio(recording, report_audio_of(behavior_), cancellation_);
      }
      return finding;
    };
    // Where the system gives no thread more, this one works on it when its turn comes. A copy:
    // libstdc++ would have moved from what it then needs.
    job.result = std::async(std::launch::async | std::launch::deferred, work);
  }

  // One recording; what goes wrong is reported, and stays with that recording.
  int guarded(Job& job, std::size_t i) {
    RunRecord record;
    record.file = request_.recordings[i].string();
    int exit_code = kSuccess;
    try {
      one(job, i, record);
    } catch (const OutputError& error) {
      exit_code = failed(record, error, kOutput);
    } catch (const Error& error) {
      exit_code = failed(record, error, exit_code_of(error.code()));
    } catch (const std::bad_alloc&) {
      exit_code =
          failed(record, Error(ErrorCode::internal, record.file, std::string(kNeedsMoreMemory)),
                 kInternal);
    }
    if (archive_ && exit_code != kSuccess && exit_code != kInterrupted) {
      archive_->failed(i, job.state, record, exit_code);
    }
    records_.push_back(std::move(record));
    return exit_code;
  }

  int failed(RunRecord& record, const Error& error, int exit_code) const {
    // A read that was cut short by the signal may call itself something else.
    if (cancellation_.cancelled() || exit_code == kInterrupted) {
      report("interrupted; nothing was written for " + record.file);
      return kInterrupted;
    }
    report(error.what());
    record.error_code = to_string(error.code());
    record.error = error.what();
    return exit_code;
  }

  void one(Job& job, std::size_t i, RunRecord& record) {
    job.result.wait();
    job.bar->clear();
    Finding finding = job.result.get();
    const Diarization& diarization = finding.diarization;
    if (cancellation_.cancelled()) {
      throw Error(ErrorCode::cancelled, record.file, "interrupted");
    }

    const std::string prefix = job.label + ": ";
    // Before the results: none may have a name that the store does not.
    if (voices_) voices_->name(finding.diarization, quiet_ ? nullptr : &prefix);
    write_outputs(finding, plan_[i]);
    if (archive_) archive_->done(i, job.state);
    record.statistics = diarization.statistics;
    record.duration_s = diarization.duration_s;
    record.turns = diarization.turns.size();
    record.speakers = diarization.speakers.size();
    if (quiet_) return;
    for (const std::string& notice : diarization.notices) report(prefix + notice);
    if (to_people_ && !writes_standard_output(i)) {
      show(diarization, job.label, i + 1 < request_.recordings.size());
    }
  }

  bool writes_standard_output(std::size_t i) const {
    for (const PlannedOutput& output : plan_[i]) {
      if (output.file.empty()) return true;
    }
    return false;
  }

  static void show(const Diarization& diarization, const std::string& label, bool more_follow) {
    const bool utf8 = locale_is_utf8();
    std::string text =
        summary(diarization, printable(label, utf8), terminal_width(STDOUT_FILENO), utf8);
    if (more_follow) text += "\n";
    write_standard_output(text);
  }

  const DiarizeArguments& arguments_;
  bool quiet_;
  bool to_people_;
  BehaviorOptions behavior_;
  PerformanceOptions performance_;
  OutputRequest request_;
  std::vector<std::vector<PlannedOutput>> plan_;
  std::optional<KnownVoices> voices_;
  std::optional<ArchiveRun> archive_;
  CancellationToken cancellation_;
  std::vector<RunRecord> records_;
  std::mutex screen_mutex_;
  std::size_t front_ = 0;  ///< Guarded by it: the recording that the progress bar shows.
};

}  // namespace

Command add_diarize_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("diarize", "Find who speaks when in recordings");
  const auto arguments = std::make_shared<DiarizeArguments>();
  add_diarize_options(*app, *arguments);
  return {app, [arguments] {
            if (arguments->list_failed) {
              write_standard_output(failures_listed(
                  output_request_of(*arguments, is_terminal(STDOUT_FILENO)), arguments->json));
              return kSuccess;
            }
            const CancellationToken cancellation;
            cancel_on_signals(cancellation);
            return Run(*arguments, cancellation).all();
          }};
}

}  // namespace diarist::cli
