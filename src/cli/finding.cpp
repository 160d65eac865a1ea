#include "cli/finding.hpp"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "diarist/formats.hpp"

#include "cli/output_files.hpp"

namespace diarist::cli {
namespace {

std::string rendered(const Finding& finding, FileFormat format) {
  std::ostringstream text;
  if (format == FileFormat::html) {
    ReportOptions options;
    options.audio = finding.audio;
    write_report(text, finding.diarization, options);
  } else {
    write(text, finding.diarization, format);
  }
  return std::move(text).str();
}

}  // namespace

bool wants_sound(const std::vector<PlannedOutput>& outputs) {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const PlannedOutput& output) { return output.format == FileFormat::html; });
}

void write_outputs(const Finding& finding, const std::vector<PlannedOutput>& outputs) {
  std::vector<std::unique_ptr<StagedFile>> staged;
  for (const PlannedOutput& output : outputs) {
    if (output.file.empty()) continue;
    staged.push_back(std::make_unique<StagedFile>(output.file, rendered(finding, output.format)));
  }
  for (const auto& file : staged) file->commit();
  for (const PlannedOutput& output : outputs) {
    if (output.file.empty()) write_standard_output(rendered(finding, output.format));
  }
}

}  // namespace diarist::cli
