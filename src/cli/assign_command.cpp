// `diarist assign TRANSCRIPT AUDIO|TURNS`: who said what (docs/transcripts.md).
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/transcript.hpp"

#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/turn_source.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist assign meeting.json meeting.wav                      the transcript, with speakers
  diarist assign meeting.json meeting.rttm -o meeting.txt      a dialogue, of turns made before
  diarist assign meeting.srt meeting.rttm -o named.srt
  diarist assign meeting.json meeting.wav --speakers 2 -o out/ -f json,html,vtt
  diarist assign all.ctm all.rttm                              recordings go by their names

docs/transcripts.md has the formats, and the rules by which words get their speakers.)";

/// JSON as the transcript has it; of one that is no JSON, as WhisperX writes it.
constexpr const char* kJson = "json";

struct Arguments {
  std::string transcript;
  std::string turns;
  std::string output = "-";
  std::vector<std::string> formats;
  std::string from;
  std::optional<std::string> recording;
  std::string split = "untimed";
  double max_gap_s = AssignmentOptions().max_gap_s;
  DiarizeArguments diarize;  ///< Of a recording; `quiet` also of the rest.
};

/// One file to be written.
struct Target {
  fs::path file;  ///< Empty for standard output.
  TranscriptFormat format;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

std::vector<std::string> written_names() {
  std::vector<std::string> names = {kJson};
  for (const TranscriptFormatInfo& info : transcript_formats()) {
    if (info.writable && info.format != TranscriptFormat::whisperx) names.emplace_back(info.name);
  }
  return names;
}

std::vector<std::string> read_names() {
  std::vector<std::string> names;
  for (const TranscriptFormatInfo& info : transcript_formats()) {
    if (info.readable) names.emplace_back(info.name);
  }
  return names;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

TranscriptFormat json_format(const Transcript& transcript) {
  return info_of(transcript.format).ending == kJson ? transcript.format
                                                    : TranscriptFormat::whisperx;
}

TranscriptFormat format_named(const std::string& name, const Transcript& transcript) {
  const std::vector<std::string> names = written_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    refuse("-f", "'" + name + "' is none that transcripts are written in",
           "take one of " + list_of(names));
  }
  return name == kJson ? json_format(transcript) : transcript_format_from_string(name);
}

SegmentSplit split_named(const std::string& name) {
  if (name == "always") return SegmentSplit::always;
  return name == "never" ? SegmentSplit::never : SegmentSplit::untimed;
}

Transcript read_input(const Arguments& arguments) {
  std::optional<TranscriptFormat> format;
  if (!arguments.from.empty()) format = transcript_format_from_string(arguments.from);
  if (arguments.transcript != "-" && !format && !holds_turns(arguments.transcript)) {
    throw Error(ErrorCode::malformed, arguments.transcript + ":1",
                "is no text, expected a transcript",
                "the transcript comes first, then the recording or its turns");
  }
  Transcript transcript =
      read_transcript(arguments.transcript == "-" ? "/dev/stdin" : arguments.transcript, format);
  return transcript;
}

bool is_folder(const fs::path& output) {
  std::error_code error;
  return !output.has_filename() || fs::is_directory(output, error);
}

std::vector<Target> plan(const Arguments& arguments, const Transcript& transcript) {
  if (arguments.output.empty()) refuse("-o", "needs a name");
  std::vector<TranscriptFormat> formats;
  for (const std::string& name : arguments.formats) {
    const TranscriptFormat format = format_named(name, transcript);
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
      formats.push_back(format);
    }
  }
  const fs::path output = arguments.output;
  const bool standard = output == "-";
  if (!standard && is_folder(output)) {
    if (formats.empty()) formats.push_back(transcript.format);
    std::vector<Target> targets;
    targets.reserve(formats.size());
    for (const TranscriptFormat format : formats) {
      targets.push_back(
          {output / (transcript.name + "." + std::string(info_of(format).ending)), format});
    }
    return targets;
  }
  if (formats.empty()) {
    const auto told = standard ? std::nullopt : transcript_format_of_ending(output);
    const bool json = !standard && output.extension() == ".json";
    formats.push_back(json ? json_format(transcript) : told.value_or(transcript.format));
  }
  if (formats.size() > 1) {
    refuse(arguments.output, "one file cannot hold several formats", "end it with / for a folder");
  }
  return {{standard ? fs::path() : output, formats.front()}};
}

void check_inputs_stay(const Arguments& arguments, const std::vector<Target>& targets) {
  for (const Target& target : targets) {
    std::error_code error;
    if (!fs::is_regular_file(target.file, error)) continue;
    for (const std::string& input : {arguments.transcript, arguments.turns}) {
      if (fs::equivalent(target.file, input, error)) {
        refuse(target.file.string(), "the output would overwrite an input");
      }
    }
  }
}

/// Options about diarizing say nothing where it was done before.
void check_no_diarizing(const CLI::App& app, const std::string& turns) {
  if (const auto option = given_run_option(app)) {
    refuse(*option, "says how a recording is diarized, and " + turns + " has turns",
           "leave it out, or give the recording");
  }
}

/// Turns made before: those of the recording that is asked for, or all to go by their names.
std::vector<Diarization> turns_before(const Arguments& arguments) {
  if (arguments.recording) {
    return {turns_of(*arguments.recording, arguments.turns, std::nullopt, Naming::exactly)};
  }
  return read_turns(arguments.turns == "-" ? "/dev/stdin" : arguments.turns);
}

int run(const CLI::App& app, const Arguments& arguments) {
  if (arguments.transcript == "-" && arguments.turns == "-") {
    refuse("-", "standard input cannot be both", "name a file for one of them");
  }
  AssignmentOptions options;
  options.split = split_named(arguments.split);
  options.max_gap_s = arguments.max_gap_s;
  const bool made_before = arguments.turns == "-" || holds_turns(arguments.turns);
  if (made_before) check_no_diarizing(app, arguments.turns);
  if (!made_before && arguments.recording) {
    refuse("--recording",
           "names one of those in a file of turns, and " + arguments.turns + " is one recording");
  }

  Transcript transcript = read_input(arguments);
  const std::vector<Target> targets = plan(arguments, transcript);
  check_inputs_stay(arguments, targets);
  for (const Target& target : targets) {
    if (!target.file.empty()) check_writable(target.file);
  }
  std::vector<Diarization> turns;
  if (made_before) {
    turns = turns_before(arguments);
  } else {
    const CancellationToken cancellation;
    cancel_on_signals(cancellation);
    try {
      turns.push_back(diarize_one(arguments.turns, arguments.diarize, cancellation));
    } catch (const Error&) {
      // A read that was cut short by the signal may call itself something else.
      if (!cancellation.cancelled()) throw;
      report("interrupted; nothing was written for " + arguments.transcript);
      return kInterrupted;
    }
    if (!arguments.diarize.quiet) {
      for (const std::string& notice : turns.back().notices)
        report(arguments.turns + ": " + notice);
    }
  }
  transcript = assign_speakers(std::move(transcript), turns, options);

  std::vector<std::unique_ptr<StagedFile>> staged;
  for (const Target& target : targets) {
    std::ostringstream text;
    write(text, transcript, target.format);
    if (target.file.empty()) {
      write_standard_output(text.str());
    } else {
      staged.push_back(std::make_unique<StagedFile>(target.file, std::move(text).str()));
    }
  }
  for (const auto& file : staged) file->commit();
  if (!arguments.diarize.quiet) {
    for (const std::string& notice : transcript.notices) {
      report(arguments.transcript + ": " + notice);
    }
  }
  return kSuccess;
}

}  // namespace

Command add_assign_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("assign", "Give the words of a transcript their speakers");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("TRANSCRIPT", arguments->transcript,
                  "JSON of whisper.cpp, openai-whisper, faster-whisper, WhisperX or OpenAI's "
                  "interface, subtitles, or CTM; - is standard input")
      ->required()
      ->type_name("FILE");
  app->add_option("TURNS", arguments->turns,
                  "Its turns, in any format that `diarist convert` reads, or the recording, to be "
                  "diarized")
      ->required()
      ->type_name("FILE");
  const char* output = "Output";
  app->add_option("-o,--output", arguments->output,
                  "File, or folder (ending in /, or existing); - is standard output")
      ->type_name("PATH")
      ->group(output);
  name_choices(app->add_option("-f,--format", arguments->formats,
                               "Told by the ending of -o where left out, else the transcript's "
                               "own; several with commas for a folder"),
               written_names())
      ->allow_extra_args(false)
      ->delimiter(',')
      ->group(output);
  app->add_flag("-q,--quiet", arguments->diarize.quiet, "Show errors only")->group(output);

  const char* words = "Words";
  name_choices(app->add_option("--from", arguments->from,
                               "Format of the transcript, instead of what it tells"),
               read_names())
      ->group(words);
  app->add_option("--recording", arguments->recording,
                  "Whose turns to take, where there are several recordings in the file; by the "
                  "transcript's name where left out")
      ->type_name("NAME")
      ->group(words);
  take_one_of(app->add_option("--split", arguments->split,
                              "Divide segments where the speaker changes: untimed (default), those "
                              "without times of words; always; never"),
              {"untimed", "always", "never"})
      ->group(words);
  app->add_option("--max-gap", arguments->max_gap_s,
                  "Words in silence go to the nearest turn up to so far away; 1, where left out")
      ->type_name("SECONDS")
      ->group(words);
  add_run_options(*app, arguments->diarize);
  app->footer(kExamples);
  return {app, [app, arguments] { return run(*app, *arguments); }};
}

}  // namespace diarist::cli
