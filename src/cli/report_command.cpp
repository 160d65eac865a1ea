// `diarist report AUDIO [TURNS] -o PAGE`: the turns of a recording as a page
// (docs/guide/report.md).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/report.hpp"
#include "diarist/transcript.hpp"

#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/standard_input.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist report meeting.wav -o meeting.html                     diarize first
  diarist report meeting.wav meeting.rttm -o meeting.html        turns that are there already
  diarist report meeting.wav -o meeting.html --embed-audio       to send on: plays anywhere
  diarist report meeting.wav --reference people.rttm -o page.html
  diarist convert meeting.rttm -o meeting.html                   without a recording)";

struct Arguments {
  DiarizeArguments run;
  std::string recording;
  std::optional<std::string> turns;
  std::optional<std::string> whose;  ///< Turns, of several recordings in a file.
  std::string output;
  std::optional<std::string> title;
  std::optional<std::string> reference;
  std::optional<std::string> transcript;
  ScoringOptions scoring;
  bool embed_audio = false;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

/// The reference of the recording in a file for one or many.
Annotation reference_of(const std::string& file, const std::string& name) {
  std::vector<Annotation> annotations = read_annotations(file);
  if (annotations.size() == 1) return std::move(annotations.front());
  for (Annotation& annotation : annotations) {
    if (annotation.recording == name) return std::move(annotation);
  }
  if (annotations.empty()) refuse(file, "holds no turns");
  refuse(file,
         "holds " + std::to_string(annotations.size()) + " recordings, and none is called '" +
             name + "'",
         "recordings are matched by their names: the first is '" + annotations[0].recording + "'");
}

void check(const Arguments& arguments, const CLI::App& app) {
  if (arguments.recording.empty()) refuse("AUDIO", "an empty name is no recording");
  if (arguments.output.empty()) refuse("-o", "needs a name");
  if (!arguments.reference && arguments.scoring.collar_s != 0)
    refuse("--collar", "needs --reference");
  if (!arguments.reference && arguments.scoring.skip_overlap) {
    refuse("--skip-overlap", "needs --reference");
  }
  std::error_code error;
  if (fs::is_directory(arguments.recording, error)) {
    refuse(arguments.recording, "is a folder, and a report is of one recording",
           "`diarist diarize " + arguments.recording + " -o pages/ -f html` makes a page for each");
  }
  if (!arguments.turns) {
    if (arguments.whose) refuse("--recording", "is about files of turns, and none is named");
    return;
  }
  if (const auto given = given_run_option(app, RunOptions::but_channels)) {
    refuse(*given, "says how to diarize, and there are turns already",
           "leave out " + *arguments.turns + " or the option");
  }
}

void check_inputs_stay(const Arguments& arguments) {
  std::error_code error;
  if (!fs::is_regular_file(arguments.output, error)) return;
  for (const auto& input : {std::optional(arguments.recording), arguments.turns,
                            arguments.reference, arguments.transcript}) {
    if (input && fs::equivalent(arguments.output, *input, error)) {
      refuse(arguments.output, "the output would overwrite an input");
    }
  }
}

std::string megabytes(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

/// What is worth knowing of a page that was written.
void tell(const Arguments& arguments, const Diarization& diarization, const ReportOptions& options,
          std::size_t page_bytes) {
  if (arguments.run.quiet) return;
  const ReportAudio& audio = *options.audio;
  if (options.transcript) {
    for (const std::string& notice : options.transcript->notices) {
      report(*arguments.transcript + ": " + notice);
    }
  }
  if (!arguments.turns) {
    for (const std::string& notice : diarization.notices) report(notice);
  }
  double end_s = 0;
  for (const Turn& turn : diarization.turns) end_s = std::max(end_s, turn.end_s);
  if (end_s > audio.duration_s + 1) {
    report(*arguments.turns + ": the last turn ends after the recording: do they belong together?");
  }
  if (arguments.embed_audio) {
    report(arguments.output + ": " + megabytes(page_bytes) + ", of which " +
           megabytes((audio.ogg_opus.size() + 2) / 3 * 4) + " are the sound (Ogg Opus, mono)");
  }
}

int run(const Arguments& arguments, const CLI::App& app) {
  check(arguments, app);
  check_inputs_stay(arguments);
  const bool to_standard_output = arguments.output == "-";
  if (!to_standard_output) check_writable(arguments.output);
  const std::string name =
      arguments.recording == "-" ? "stdin" : fs::path(arguments.recording).stem().string();

  ReportOptions options;
  options.title = arguments.title.value_or("");
  options.scoring = arguments.scoring;
  // What can be refused soon is read before hours of work.
  if (arguments.reference) {
    options.reference = reference_of(*arguments.reference, name);
  }
  if (arguments.transcript) options.transcript = read_transcript(*arguments.transcript);
  ReportAudioOptions audio = report_audio_of(behavior_of(arguments.run));
  audio.embed = arguments.embed_audio;

  const CancellationToken cancellation;
  cancel_on_signals(cancellation);
  Diarization diarization;
  if (arguments.turns) {
    diarization = arguments.whose
                      ? turns_of(*arguments.whose, *arguments.turns, std::nullopt, Naming::exactly)
                      : turns_of(name, *arguments.turns, std::nullopt);
  } else {
    if (arguments.recording == "-") keep_standard_input();
    diarization = diarize_one(arguments.recording, arguments.run, cancellation);
  }
  options.audio = read_report_audio(arguments.recording, audio, cancellation);

  if (options.transcript) {
    AssignmentOptions by_the_turns;
    by_the_turns.split = SegmentSplit::always;
    options.transcript = assign_speakers(std::move(*options.transcript), diarization, by_the_turns);
  }

  std::ostringstream text;
  write_report(text, diarization, options);
  const std::string page = std::move(text).str();
  if (to_standard_output) {
    write_standard_output(page);
  } else {
    StagedFile(arguments.output, page).commit();
  }
  tell(arguments, diarization, options, page.size());
  return kSuccess;
}

}  // namespace

Command add_report_command(CLI::App& parent) {
  CLI::App* app =
      parent.add_subcommand("report", "A page to look at, listen to and correct, in one file");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("AUDIO", arguments->recording, "The recording; - is standard input")
      ->required()
      ->type_name("AUDIO");
  app->add_option("TURNS", arguments->turns,
                  "Its turns, in any format that is read; diarized anew where left out")
      ->type_name("FILE");
  app->add_option(
         "--recording", arguments->whose,
         "Whose turns to take, where TURNS holds several recordings; by AUDIO's name where "
         "left out")
      ->type_name("NAME");
  const char* page = "Page";
  app->add_option("-o,--output", arguments->output, "The page to write; - is standard output")
      ->required()
      ->type_name("PATH")
      ->group(page);
  app->add_option("--title", arguments->title, "Heading, instead of the recording's name")
      ->type_name("TEXT")
      ->group(page);
  app->add_flag("--embed-audio", arguments->embed_audio,
                "Take the sound along, as Ogg Opus: about 0.2 MB a minute")
      ->group(page);
  app->add_option("--transcript", arguments->transcript,
                  "What is said, in any format that `diarist assign` reads; the turns say by whom")
      ->type_name("FILE")
      ->group(page);
  app->add_option("--reference", arguments->reference,
                  "Show errors against these turns, as `diarist score` counts them")
      ->type_name("FILE")
      ->group(page);
  app->add_option("--collar", arguments->scoring.collar_s,
                  "Seconds left out around each boundary of the reference, in all; default 0")
      ->type_name("SECONDS")
      ->group(page);
  app->add_flag("--skip-overlap", arguments->scoring.skip_overlap,
                "Leave out where several people speak in the reference")
      ->group(page);
  app->add_flag("-q,--quiet", arguments->run.quiet, "Show errors only")->group(page);
  add_run_options(*app, arguments->run);
  app->footer(kExamples);
  return {app, [arguments, app] { return run(*arguments, *app); }};
}

}  // namespace diarist::cli
