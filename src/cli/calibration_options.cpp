#include "cli/calibration_options.hpp"

namespace diarist::cli {

void add_calibration_options(CLI::App& app, CalibrationArguments& arguments,
                             const std::string& option) {
  app.add_option(
      option, arguments.recordings,
      "Recordings to try the packs on, each with its reference NAME.rttm beside it where "
      "there is one; half a minute that is built in, if left out");
  app.add_option("--threads", arguments.threads, "Worker threads (default: one per core)")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--json", arguments.json, "Print JSON instead of tables");
}

std::vector<CalibrationRecording> calibration_set(const CalibrationArguments& arguments) {
  std::vector<CalibrationRecording> recordings;
  recordings.reserve(arguments.recordings.size());
  for (const auto& file : arguments.recordings) {
    recordings.push_back(read_calibration_recording(file));
  }
  if (recordings.empty()) recordings.push_back(builtin_calibration_recording());
  return recordings;
}

Model model_of(const std::filesystem::path& pack) {
  return pack == "built-in" ? Model::builtin() : Model::load(pack);
}

}  // namespace diarist::cli
