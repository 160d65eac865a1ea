// `diarist convert IN... -o OUT`: turns from one format to another (docs/formats.md).
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

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist convert meeting.rttm -o meeting.TextGrid
  diarist convert corrected.eaf -o corrected.rttm
  diarist convert all.rttm -o grids/ -f textgrid      a file for each recording
  diarist convert a.json b.json -o both.csv
  diarist convert labels.txt --from audacity -f srt   on standard output

What a format cannot hold is said on standard error. docs/formats.md has a table of it.)";

struct Arguments {
  std::vector<std::string> inputs;
  std::string output = "-";
  std::vector<std::string> formats;
  std::string from;
  bool quiet = false;
};

/// One file to be written.
struct Target {
  fs::path file;  ///< Empty for standard output.
  FileFormat format;
  std::vector<Diarization> recordings;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

std::vector<Diarization> read_input(const std::string& input, std::optional<FileFormat> format) {
  return read_turns(input == "-" ? "/dev/stdin" : input, format);
}

std::vector<Diarization> read_inputs(const Arguments& arguments) {
  std::optional<FileFormat> format;
  if (!arguments.from.empty()) format = file_format_from_string(arguments.from);
  std::vector<Diarization> recordings;
  std::map<std::string, std::string> origin;
  for (const std::string& input : arguments.inputs) {
    for (Diarization& recording : read_input(input, format)) {
      const auto [first, is_new] = origin.emplace(recording.recording, input);
      if (!is_new) {
        refuse(input, "holds recording '" + recording.recording + "', and so does " + first->second,
               "convert them one at a time");
      }
      recordings.push_back(std::move(recording));
    }
  }
  return recordings;
}

/// A recording's name as that of a file within a folder.
std::string file_name(const std::string& recording) {
  std::string name = recording;
  for (char& c : name) {
    if (c == '/' || c == '\0') c = '_';
  }
  if (name.empty() || name.front() == '.') name.insert(0, "_");
  return name;
}

bool is_folder(const fs::path& output) {
  std::error_code error;
  return !output.has_filename() || fs::is_directory(output, error);
}

std::vector<Target> plan_folder(const fs::path& folder, const std::vector<FileFormat>& formats,
                                std::vector<Diarization> recordings) {
  if (formats.empty()) {
    refuse(folder.string(), "a folder tells no format", "add -f " + format_list());
  }
  std::vector<Target> targets;
  std::map<fs::path, std::string> taken;
  for (const Diarization& recording : recordings) {
    for (const FileFormat format : formats) {
      const fs::path file =
          folder / (file_name(recording.recording) + "." + std::string(info_of(format).ending));
      const auto [first, is_new] = taken.emplace(file, recording.recording);
      if (!is_new) {
        refuse(file.string(),
               "would hold both '" + first->second + "' and '" + recording.recording + "'");
      }
      targets.push_back({file, format, {recording}});
    }
  }
  return targets;
}

std::vector<Target> plan_file(const std::string& output, std::vector<FileFormat> formats,
                              std::vector<Diarization> recordings) {
  const bool standard = output == "-";
  if (formats.empty()) {
    const auto format = standard ? FileFormat::rttm : file_format_of_ending(output);
    if (!format) {
      refuse(output, "its ending tells no format",
             "add -f " + format_list() + "; or end it with / for a folder");
    }
    formats.push_back(*format);
  }
  if (formats.size() > 1) refuse(output, "one file cannot hold several formats", "name a folder");
  const FormatInfo& info = info_of(formats.front());
  if (recordings.size() > 1 && !info.several) {
    refuse(output,
           std::string(info.name) + " holds one recording, and there are " +
               std::to_string(recordings.size()),
           "name a folder with -o, for a file each");
  }
  return {{standard ? fs::path() : fs::path(output), formats.front(), std::move(recordings)}};
}

void check_inputs_stay(const Arguments& arguments, const std::vector<Target>& targets) {
  for (const Target& target : targets) {
    std::error_code error;
    if (!fs::is_regular_file(target.file, error)) continue;
    for (const std::string& input : arguments.inputs) {
      if (fs::equivalent(target.file, input, error)) {
        refuse(target.file.string(), "the output would overwrite an input");
      }
    }
  }
}

/// One line for a file that does not hold all, once for each format where there are many files.
void tell_losses(const std::vector<Target>& targets) {
  std::map<FileFormat, std::vector<Diarization>> by_format;
  for (const Target& target : targets) {
    auto& recordings = by_format[target.format];
    recordings.insert(recordings.end(), target.recordings.begin(), target.recordings.end());
  }
  for (const auto& [format, recordings] : by_format) {
    std::string told;
    for (const std::string& loss : losses(recordings, format)) {
      told += (told.empty() ? "" : "; ") + loss;
    }
    if (!told.empty()) report("in " + std::string(to_string(format)) + ", " + told);
    if (format == FileFormat::json) continue;  // It holds the notices too.
    for (const Diarization& recording : recordings) {
      for (const std::string& notice : recording.notices) {
        report("'" + recording.recording + "': " + notice);
      }
    }
  }
}

int run(const Arguments& arguments) {
  std::vector<FileFormat> formats;
  for (const std::string& name : arguments.formats) {
    const FileFormat format = file_format_from_string(name);
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
      formats.push_back(format);
    }
  }
  if (arguments.output.empty()) refuse("-o", "needs a name");
  std::vector<Diarization> recordings = read_inputs(arguments);
  const bool folder = arguments.output != "-" && is_folder(arguments.output);
  const std::vector<Target> targets =
      folder ? plan_folder(arguments.output, formats, std::move(recordings))
             : plan_file(arguments.output, formats, std::move(recordings));
  check_inputs_stay(arguments, targets);

  std::vector<std::unique_ptr<StagedFile>> staged;
  for (const Target& target : targets) {
    std::ostringstream text;
    write(text, target.recordings, target.format);
    if (target.file.empty()) {
      write_standard_output(text.str());
    } else {
      staged.push_back(std::make_unique<StagedFile>(target.file, std::move(text).str()));
    }
  }
  for (const auto& file : staged) file->commit();
  if (!arguments.quiet) tell_losses(targets);
  return kSuccess;
}

}  // namespace

Command add_convert_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("convert", "Turns from one format to another");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("IN", arguments->inputs,
                  "Files with turns: " + format_list(true) + "; - is standard input")
      ->required()
      ->type_name("FILE");
  app->add_option("-o,--output", arguments->output,
                  "File, or folder (ending in /, or existing); - is standard output")
      ->type_name("PATH");
  name_choices(app->add_option("-f,--format", arguments->formats,
                               "Told by the ending of -o where left out; several with commas for "
                               "a folder"),
               format_names())
      ->allow_extra_args(false)
      ->delimiter(',');
  name_choices(app->add_option("--from", arguments->from,
                               "Format of the inputs, instead of what ending and content tell"),
               format_names(true));
  app->add_flag("-q,--quiet", arguments->quiet, "Do not say what a format cannot hold");
  app->footer(kExamples);
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
