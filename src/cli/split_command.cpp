// `diarist split AUDIO [TURNS] -o DIR`: a file per speaker or per turn (docs/guide/cut.md).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/split.hpp"

#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist split meeting.wav -o voices/                       a file per speaker
  diarist split meeting.wav meeting.rttm -o voices/          of turns that are in a file
  diarist split talk.flac -o clips/ --by turn --padding 0.2 --min-duration 1
  diarist split panel.wav -o clean/ --exclude-overlap --gap 0.5
  diarist split call.wav --per-channel -o sides/             each side from its own channel
  diarist split talk.mp3 -o clips/ --by turn --bits 16 --template '{speaker}-{index}'

docs/guide/cut.md shows what comes out, docs/json-schema.md has the manifest's fields.)";

struct Arguments {
  DiarizeArguments run;
  std::string audio;
  std::optional<std::string> turns;
  std::string from;
  std::optional<std::string> recording;
  std::string output;
  std::string by = "speaker";
  std::optional<std::string> format;
  std::string channels = "auto";
  std::optional<std::string> name_template;
  SplitOptions options;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

void check_duration(const char* option, double seconds) {
  constexpr double kMostSeconds = 1e9;  // As in files of turns.
  if (seconds >= 0 && seconds <= kMostSeconds) return;
  refuse(option, "is no duration", "give seconds, 0 for none of it");
}

SplitOptions options_of(const Arguments& arguments) {
  SplitOptions options = arguments.options;
  options.by = arguments.by == "turn" ? SplitBy::turn : SplitBy::speaker;
  if (arguments.format) {
    options.format = *arguments.format == "flac" ? SplitFormat::flac : SplitFormat::wav;
  }
  // A side of a call is on its own channel also where only one side speaks.
  const bool apart = arguments.run.per_channel || arguments.run.channel;
  options.channels = arguments.channels == "all"            ? SplitChannels::all
                     : arguments.channels == "own" || apart ? SplitChannels::own
                                                            : SplitChannels::automatic;
  check_duration("--padding", options.padding_s);
  check_duration("--min-duration", options.min_duration_s);
  check_duration("--gap", options.gap_s);
  if (options.gap_s > 0 && options.by == SplitBy::turn) {
    refuse("--gap", "is between the pieces of a speaker's file, and --by turn makes a file of each",
           "leave one of them out");
  }
  if (arguments.name_template) {
    if (arguments.name_template->empty()) refuse("--template", "is empty", "leave it out");
    options.name_template = *arguments.name_template;
  }
  if (arguments.turns) options.turns_name = *arguments.turns;
  return options;
}

void check(const Arguments& arguments, const CLI::App& app) {
  if (arguments.audio.empty()) refuse("AUDIO", "an empty name is no recording");
  if (arguments.output.empty() || arguments.output == "-")
    refuse("-o", "needs the name of a folder");
  if (arguments.turns) {
    if (const auto option = given_run_option(app)) {
      refuse(*option, "is about diarizing, and the turns are in " + *arguments.turns + " already",
             "leave one of them out");
    }
    std::error_code error;
    for (const char* name : {"manifest.csv", "manifest.json"}) {
      if (fs::equivalent(fs::path(arguments.output) / name, *arguments.turns, error)) {
        refuse(*arguments.turns, "would be replaced by the manifest", "name another folder");
      }
    }
  } else if (!arguments.from.empty() || arguments.recording) {
    refuse(arguments.recording ? "--recording" : "--from", "is about TURNS, and there are none");
  }
  check_writable(fs::path(arguments.output) / "manifest.json");
}

Diarization find_turns(const Arguments& arguments, const CancellationToken& cancellation) {
  if (!arguments.turns) return diarize_one(arguments.audio, arguments.run, cancellation);
  std::optional<FileFormat> format;
  if (!arguments.from.empty()) format = file_format_from_string(arguments.from);
  if (arguments.recording) {
    return turns_of(*arguments.recording, *arguments.turns, format, Naming::exactly);
  }
  return turns_of(fs::path(arguments.audio).stem().string(), *arguments.turns, format);
}

/// Whether a message is about `folder` or a file in it.
bool is_inside(const std::string& subject, std::string folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return subject.starts_with(folder);
}

SplitResult cut(const Arguments& arguments, const Diarization& turns, const SplitOptions& options,
                const CancellationToken& cancellation) {
  ProgressBar bar(fs::path(arguments.audio).filename().string(), !arguments.run.quiet);
  SplitHooks hooks;
  hooks.cancellation = cancellation;
  hooks.progress = [&bar](const Progress& progress) { bar.update(progress); };
  hooks.staging = [](const fs::path& folder) { guard_folder(folder.c_str()); };
  try {
    return split(arguments.audio, turns, arguments.output, options, hooks);
  } catch (const Error& error) {
    // The library has one code for both sides; which it was is told by what it is about.
    const bool reading = error.subject() == arguments.audio;
    if (error.code() != ErrorCode::io || reading || !is_inside(error.subject(), arguments.output)) {
      throw;
    }
    throw OutputError(error);
  }
}

/// What was made, a line for each speaker.
std::string summary(const SplitResult& result, const std::string& folder, bool utf8) {
  struct Sum {
    std::string speaker;
    std::size_t files = 0;
    std::size_t pieces = 0;
    double seconds = 0;
  };
  std::vector<Sum> sums;
  std::map<std::string, std::size_t> place;
  int width = columns("speaker");
  for (const SplitFile& file : result.files) {
    const auto [known, is_new] = place.emplace(file.speaker, sums.size());
    if (is_new) sums.push_back({printable(file.speaker, utf8)});
    Sum& sum = sums[known->second];
    width = std::max(width, columns(sum.speaker));
    ++sum.files;
    sum.pieces += file.pieces.size();
    for (const SplitPiece& piece : file.pieces) sum.seconds += piece.end_s - piece.start_s;
  }
  const auto line = [width](std::string name, const std::string& rest) {
    const int missing = std::max(width - columns(name), 0);
    return name.append(static_cast<std::size_t>(missing), ' ') + rest + "\n";
  };
  std::string text = line("speaker", "  files  pieces      time");
  for (const Sum& sum : sums) {
    char figures[96];
    std::snprintf(figures, sizeof figures, "%7zu%8zu%10s", sum.files, sum.pieces,
                  clock_time(sum.seconds).c_str());
    text += line(sum.speaker, figures);
  }
  return text + std::to_string(result.files.size()) +
         (result.files.size() == 1 ? " file" : " files") + ", manifest.csv and manifest.json in " +
         printable(folder, utf8) + "\n";
}

int run(const Arguments& arguments, const CLI::App& app) {
  const SplitOptions options = options_of(arguments);
  check(arguments, app);
  check_split(arguments.audio, options);  // Before hours of diarizing.
  const CancellationToken cancellation;
  cancel_on_signals(cancellation);
  try {
    const Diarization turns = find_turns(arguments, cancellation);
    const SplitResult result = cut(arguments, turns, options, cancellation);
    if (arguments.run.quiet) return kSuccess;
    for (const std::string& notice : turns.notices) report(arguments.audio + ": " + notice);
    for (const std::string& notice : result.notices) report(arguments.audio + ": " + notice);
    write_standard_output(summary(result, arguments.output, locale_is_utf8()));
    return kSuccess;
  } catch (const Error&) {
    // A read that was cut short by the signal may call itself something else.
    if (!cancellation.cancelled()) throw;
    report("interrupted; nothing was written for " + arguments.audio);
    return kInterrupted;
  }
}

}  // namespace

Command add_split_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "split", "Cut a recording into a file per speaker or per turn, with a manifest");
  const auto arguments = std::make_shared<Arguments>();
  SplitOptions& options = arguments->options;
  app->add_option("AUDIO", arguments->audio, "Recording, in any audio format")
      ->required()
      ->type_name("AUDIO");
  app->add_option("TURNS", arguments->turns,
                  "File with its turns: " + format_list(true) +
                      "; - is standard input. Where left out, the recording is diarized")
      ->type_name("FILE");
  const char* output = "Output";
  app->add_option("-o,--output", arguments->output, "Folder, made where it is missing")
      ->required()
      ->type_name("DIR")
      ->group(output);
  take_one_of(app->add_option("--by", arguments->by,
                              "What becomes one file: speaker (default): all that one says; turn"),
              {"speaker", "turn"})
      ->group(output);
  take_one_of(app->add_option("--format", arguments->format,
                              "Kind of the files; as the recording's where left out, WAV where it "
                              "is neither"),
              {"wav", "flac"})
      ->group(output);
  take_one_of(app->add_option("--bits", options.bits,
                              "Round samples to integers of so many bits; where left out they are "
                              "copied bit for bit"),
              {"16", "24"})
      ->group(output);
  app->add_option(
         "--template", arguments->name_template,
         "Names of the files, of {recording}, {speaker}, {index}, {start}, {end}, "
         "{duration} and {channel}; {recording}-{speaker} or {recording}-{index}-{speaker} "
         "where left out")
      ->type_name("TEMPLATE")
      ->group(output);
  app->add_flag("-q,--quiet", arguments->run.quiet, "Show errors only")->group(output);

  const char* cutting = "Cutting";
  app->add_option("--padding", options.padding_s,
                  "So much before and after each turn comes along; turns of a speaker that meet "
                  "then become one piece")
      ->type_name("SECONDS")
      ->group(cutting);
  app->add_option("--min-duration", options.min_duration_s,
                  "Leave out what is shorter than this without its padding")
      ->type_name("SECONDS")
      ->group(cutting);
  app->add_flag("--exclude-overlap", options.exclude_overlap,
                "Only where nobody else speaks; padding stops there too")
      ->group(cutting);
  app->add_option("--gap", options.gap_s, "Silence between the pieces of a speaker's file")
      ->type_name("SECONDS")
      ->group(cutting);
  take_one_of(app->add_option("--cut-channels", arguments->channels,
                              "all, or own: the one that a turn is on; auto (default): own where "
                              "channels were diarized apart"),
              {"auto", "own", "all"})
      ->group(cutting);
  name_choices(app->add_option("--from", arguments->from,
                               "Format of TURNS, instead of what ending and content tell"),
               format_names(true))
      ->group(cutting);
  app->add_option(
         "--recording", arguments->recording,
         "Which one is AUDIO, where TURNS holds those of several; the one of its name where "
         "left out")
      ->type_name("NAME")
      ->group(cutting);
  add_run_options(*app, arguments->run);
  app->footer(kExamples);
  return {app, [arguments, app] { return run(*arguments, *app); }};
}

}  // namespace diarist::cli
