#include "cli/calibration_options.hpp"

#include "cli/option_values.hpp"

namespace diarist::cli {

void add_calibration_options(CLI::App& app, CalibrationArguments& arguments,
                             const std::string& option) {
  app.add_option(
         option, arguments.recordings,
         "Recordings to try the packs on, each with its reference NAME.rttm beside it where "
         "there is one; half a minute that is built in, if left out")
      ->type_name("AUDIO");
  app.add_option("--threads", arguments.threads, "Worker threads (default: one per core)")
      ->type_name("N")
      ->check(unnamed(CLI::NonNegativeNumber));
  app.add_flag("--json", arguments.json, "Print JSON instead of tables");
}

void add_limit_options(CLI::App& app, AccuracyLimits& limits) {
  app.add_option("--max-der-increase", limits.max_der_increase,
                 "Points of DER that the result may lose (default 0.3)")
      ->type_name("POINTS")
      ->check(unnamed(CLI::NonNegativeNumber));
  app.add_option("--min-cosine", limits.min_embedding_cosine,
                 "Least mean cosine of embeddings, old to new (default 0.998)")
      ->type_name("COSINE")
      ->check(unnamed(CLI::Range(0.0, 1.0)));
  app.add_option("--min-agreement", limits.min_segmentation_agreement,
                 "Least share of segmentation frames heard alike (default 0.99)")
      ->type_name("SHARE")
      ->check(unnamed(CLI::Range(0.0, 1.0)));
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
  return pack == kBuiltinPack ? Model::builtin() : Model::load(pack);
}

}  // namespace diarist::cli
