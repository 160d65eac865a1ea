// `diarist compare PACK_A PACK_B [AUDIO...]`: what one pack holds and hears otherwise than another.
#include <filesystem>
#include <memory>

#include "diarist/quantization.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::filesystem::path a;
  std::filesystem::path b;
  CalibrationArguments calibration;
};

int run(const Arguments& arguments) {
  const Model a = model_of(arguments.a);
  const Model b = model_of(arguments.b);
  PerformanceOptions performance;
  performance.threads = arguments.calibration.threads;
  const PackComparison comparison =
      compare_packs(a, b, calibration_set(arguments.calibration), performance);
  write_standard_output(arguments.calibration.json ? to_json(comparison) : to_text(comparison));
  return kSuccess;
}

}  // namespace

Command add_compare_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "compare", "Hold two model packs against one another: size, values, accuracy, time");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("PACK_A", arguments->a, "Model pack; 'built-in' is the program's own")
      ->required();
  app->add_option("PACK_B", arguments->b, "The other one, likewise")->required();
  add_calibration_options(*app, arguments->calibration, "AUDIO");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
