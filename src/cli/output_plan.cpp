#include "cli/output_plan.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "diarist/error.hpp"

#include "cli/format_names.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

bool is_standard_stream(const fs::path& path) { return path == "-"; }

bool names_folder(const OutputRequest& request) {
  const fs::path& output = *request.output;
  std::error_code error;
  if (!output.has_filename() || fs::is_directory(output, error)) return true;
  if (request.recordings.size() < 2) return false;
  if (fs::exists(output, error) || file_format_of_ending(output)) {
    refuse(output.string(),
           "one file cannot take the results of " + std::to_string(request.recordings.size()) +
               " recordings",
           "name a folder");
  }
  return true;
}

// Two recordings of one name would become one file, or one recording of an RTTM.
void check_names_differ(const std::vector<fs::path>& recordings) {
  std::map<std::string, const fs::path*> seen;
  for (const fs::path& recording : recordings) {
    const auto [earlier, is_new] = seen.emplace(recording_name(recording), &recording);
    if (is_new) continue;
    if (*earlier->second == recording) refuse(recording.string(), "is given twice");
    refuse(recording.string(),
           "its result would have the same name as that of " + earlier->second->string(),
           "diarize them one at a time, or rename one");
  }
}

void check_files_differ(const OutputRequest& request,
                        const std::vector<std::vector<PlannedOutput>>& plan) {
  std::vector<fs::path> written;
  for (const auto& outputs : plan) {
    for (const PlannedOutput& output : outputs) {
      if (!output.file.empty()) written.push_back(output.file);
    }
  }
  if (request.statistics) {
    for (const fs::path& file : written) {
      if (file.lexically_normal() == request.statistics->lexically_normal()) {
        refuse(file.string(), "the result and the statistics would go to one file");
      }
    }
    written.push_back(*request.statistics);
  }
  for (const fs::path& file : written) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) continue;
    for (const fs::path& recording : request.recordings) {
      if (fs::equivalent(file, recording, error)) {
        refuse(file.string(), "the output would overwrite the recording");
      }
    }
  }
}

std::vector<std::vector<PlannedOutput>> plan_standard_output(
    const OutputRequest& request, const std::vector<FileFormat>& formats) {
  if (formats.size() > 1) {
    refuse("-f", "standard output takes one format", "name a folder with -o");
  }
  const bool joinable = formats.empty() || info_of(formats[0]).appendable;
  if (request.recordings.size() > 1 && !joinable) {
    refuse("-f",
           std::string(to_string(formats[0])) + " of several recordings needs a file for each",
           "name a folder with -o");
  }
  std::vector<PlannedOutput> outputs;
  if (!formats.empty()) outputs.push_back({formats[0], {}});
  return std::vector(request.recordings.size(), outputs);
}

}  // namespace

std::string recording_name(const fs::path& recording) {
  return is_standard_stream(recording) ? "stdin" : recording.stem().string();
}

std::vector<std::vector<PlannedOutput>> plan_outputs(const OutputRequest& request) {
  if (std::any_of(request.recordings.begin(), request.recordings.end(),
                  [](const fs::path& recording) { return recording.empty(); })) {
    refuse("FILE", "an empty name is no recording");
  }
  if (request.output && request.output->empty()) refuse("-o", "needs a name");
  if (request.statistics &&
      (request.statistics->empty() || is_standard_stream(*request.statistics))) {
    refuse("--stats", "needs the name of a file");
  }

  std::vector<FileFormat> formats;
  for (const FileFormat format : request.formats) {
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
      formats.push_back(format);
    }
  }
  std::vector<std::vector<PlannedOutput>> plan;
  if (!request.output || is_standard_stream(*request.output)) {
    const bool summary_only = request.to_people && !request.output && formats.empty();
    if (formats.empty() && !summary_only) formats.push_back(FileFormat::rttm);
    if (!summary_only || request.recordings.size() > 1) check_names_differ(request.recordings);
    plan = plan_standard_output(request, formats);
  } else if (names_folder(request)) {
    check_names_differ(request.recordings);
    if (formats.empty()) formats.push_back(FileFormat::rttm);
    for (const fs::path& recording : request.recordings) {
      auto& outputs = plan.emplace_back();
      for (const FileFormat format : formats) {
        // Not replace_extension: a name may hold dots of its own.
        std::string name = recording_name(recording) + "." + std::string(info_of(format).ending);
        outputs.push_back({format, *request.output / std::move(name)});
      }
    }
  } else {
    if (formats.empty()) {
      const std::optional<FileFormat> format = file_format_of_ending(*request.output);
      if (!format) {
        refuse(request.output->string(), "its ending tells no format",
               "add -f " + format_list() + "; or end it with / for a folder");
      }
      formats.push_back(*format);
    }
    if (formats.size() > 1) {
      refuse(request.output->string(), "one file cannot hold several formats",
             "end it with / for a folder");
    }
    plan.push_back({{formats[0], *request.output}});
  }
  check_files_differ(request, plan);
  return plan;
}

}  // namespace diarist::cli
