// `diarist diarize FILE...`: each recording in turn through one Diarizer.
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/formats.hpp"

#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "cli/output_plan.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/stats_json.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

std::string rendered(const Diarization& diarization, OutputFormat format) {
  std::ostringstream text;
  write(text, diarization, format);
  return std::move(text).str();
}

// All formats of one recording, or none of them.
void write_outputs(const Diarization& diarization, const std::vector<PlannedOutput>& outputs) {
  std::vector<std::unique_ptr<StagedFile>> staged;
  for (const PlannedOutput& output : outputs) {
    if (output.file.empty()) continue;
    staged.push_back(
        std::make_unique<StagedFile>(output.file, rendered(diarization, output.format)));
  }
  for (const auto& file : staged) file->commit();
  for (const PlannedOutput& output : outputs) {
    if (output.file.empty()) write_standard_output(rendered(diarization, output.format));
  }
}

/// Everything that stays the same from one recording to the next.
class Run {
 public:
  Run(const DiarizeArguments& arguments, const CancellationToken& cancellation)
      : quiet_(arguments.quiet),
        to_people_(is_terminal(STDOUT_FILENO)),
        behavior_(behavior_of(arguments)),
        performance_(performance_of(arguments)),
        request_(output_request_of(arguments, to_people_)),
        plan_(plan_outputs(request_)),
        model_(arguments.model) {
    hooks_.cancellation = cancellation;
  }

  int all() {
    for (const auto& outputs : plan_) {
      for (const PlannedOutput& output : outputs) {
        if (!output.file.empty()) check_writable(output.file);
      }
    }
    if (request_.statistics) check_writable(*request_.statistics);

    const Diarizer diarizer = make_diarizer();
    int exit_code = kSuccess;
    for (std::size_t i = 0; i < request_.recordings.size(); ++i) {
      const int one = guarded(diarizer, i);
      if (one == kInterrupted) return one;
      if (one != kSuccess) exit_code = request_.recordings.size() > 1 ? kSomeFailed : one;
    }
    if (request_.statistics) StagedFile(*request_.statistics, stats_json(records_)).commit();
    return exit_code;
  }

 private:
  Diarizer make_diarizer() const {
    if (!model_) return Diarizer(Model::builtin(), performance_);
    try {
      return Diarizer(Model::load(*model_), performance_);
    } catch (const Error& error) {
      // "Not found" would read as a missing recording.
      if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::io) {
        throw Error(ErrorCode::wrong_model, error.subject(), error.problem(), error.advice());
      }
      throw;
    }
  }

  // One recording; what goes wrong is reported, and stays with that recording.
  int guarded(const Diarizer& diarizer, std::size_t i) {
    RunRecord record;
    record.file = request_.recordings[i].string();
    int exit_code = kSuccess;
    try {
      one(diarizer, i, record);
    } catch (const OutputError& error) {
      exit_code = failed(record, error, kOutput);
    } catch (const Error& error) {
      exit_code = failed(record, error, exit_code_of(error.code()));
    } catch (const std::bad_alloc&) {
      exit_code =
          failed(record, Error(ErrorCode::internal, record.file, "needs more memory than there is"),
                 kInternal);
    }
    records_.push_back(std::move(record));
    return exit_code;
  }

  int failed(RunRecord& record, const Error& error, int exit_code) const {
    // A read that was cut short by the signal may call itself something else.
    if (hooks_.cancellation.cancelled() || exit_code == kInterrupted) {
      report("interrupted; nothing was written for " + record.file);
      return kInterrupted;
    }
    report(error.what());
    record.error_code = to_string(error.code());
    record.error = error.what();
    return exit_code;
  }

  void one(const Diarizer& diarizer, std::size_t i, RunRecord& record) {
    const fs::path& recording = request_.recordings[i];
    if (std::error_code ignored; fs::is_directory(recording, ignored)) {
      throw Error(ErrorCode::io, record.file, "is a folder, not a recording",
                  "name the files in it");
    }
    std::string label = recording == "-" ? "standard input" : recording.filename().string();
    const std::size_t count = request_.recordings.size();
    if (count > 1) {
      label.insert(0, "[" + std::to_string(i + 1) + "/" + std::to_string(count) + "] ");
    }
    ProgressBar bar(label, !quiet_);
    hooks_.progress = [&bar](const Progress& progress) { bar.update(progress); };
    const Diarization diarization = diarizer.diarize(recording, behavior_, hooks_);
    bar.clear();
    if (hooks_.cancellation.cancelled()) {
      throw Error(ErrorCode::cancelled, record.file, "interrupted");
    }

    write_outputs(diarization, plan_[i]);
    record.statistics = diarization.statistics;
    record.duration_s = diarization.duration_s;
    record.turns = diarization.turns.size();
    record.speakers = diarization.speakers.size();
    if (quiet_) return;
    const std::string prefix = label + ": ";
    for (const std::string& notice : diarization.notices) report(prefix + notice);
    if (to_people_ && !writes_standard_output(i)) show(diarization, label, i + 1 < count);
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

  bool quiet_;
  bool to_people_;
  BehaviorOptions behavior_;
  PerformanceOptions performance_;
  OutputRequest request_;
  std::vector<std::vector<PlannedOutput>> plan_;
  std::optional<std::string> model_;
  RunHooks hooks_;
  std::vector<RunRecord> records_;
};

}  // namespace

Command add_diarize_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("diarize", "Find who speaks when in recordings");
  const auto arguments = std::make_shared<DiarizeArguments>();
  add_diarize_options(*app, *arguments);
  return {app, [arguments] {
            const CancellationToken cancellation;
            cancel_on_signals(cancellation);
            return Run(*arguments, cancellation).all();
          }};
}

}  // namespace diarist::cli
