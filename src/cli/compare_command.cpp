// `diarist compare PACK_A PACK_B [AUDIO...]`: what one pack holds and hears otherwise than another.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "diarist/quantization.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::filesystem::path a;
  std::filesystem::path b;
  std::string precision = "auto";
  bool check = false;
  AccuracyLimits limits;
  CalibrationArguments calibration;
};

int run(const Arguments& arguments) {
  const Model a = model_of(arguments.a);
  const Model b = model_of(arguments.b);
  PerformanceOptions performance;
  performance.threads = arguments.calibration.threads;
  performance.precision = arguments.precision == "int8"  ? Precision::int8
                          : arguments.precision == "f32" ? Precision::f32
                                                         : Precision::automatic;
  const PackComparison comparison =
      compare_packs(a, b, calibration_set(arguments.calibration), performance);
  write_standard_output(arguments.calibration.json ? to_json(comparison) : to_text(comparison));
  if (!arguments.check) return kSuccess;
  const std::vector<std::string> missed = missed_limits(comparison, arguments.limits);
  for (const std::string& clause : missed) report(comparison.b + ": " + clause);
  return missed.empty() ? kSuccess : kLimitMissed;
}

}  // namespace

Command add_compare_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "compare", "Hold two model packs against one another: size, values, accuracy, time");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("PACK_A", arguments->a, "Model pack; 'built-in' is the program's own")
      ->required()
      ->type_name("PACK");
  app->add_option("PACK_B", arguments->b, "The other one, likewise")->required()->type_name("PACK");
  app->add_flag("--check", arguments->check,
                "Exit with code 9 where B is beyond a limit against A, and say which");
  add_limit_options(*app, arguments->limits);
  take_one_of(app->add_option("--precision", arguments->precision,
                              "Arithmetic that B is run in: auto (default), f32, or int8, for "
                              "networks by themselves too"),
              {"auto", "f32", "int8"});
  add_calibration_options(*app, arguments->calibration, "AUDIO");
  app->footer(R"(Examples:
  diarist compare built-in small.safetensors meeting.wav
  diarist compare old.safetensors new.safetensors --check --max-der-increase 0.1)");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
