// `diarist quantize PACK -o PACK`: makes a pack smaller, and proves what that costs.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "diarist/quantization.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::filesystem::path pack;
  std::filesystem::path output;
  std::string method = "auto";
  QuantizationOptions options;
  CalibrationArguments calibration;
  bool sensitivity = false;
};

int print_sensitivity(const Arguments& arguments, const Model& model,
                      const QuantizationOptions& options) {
  write_standard_output(
      to_text(sensitivity(model, calibration_set(arguments.calibration), options)));
  return kSuccess;
}

int run(const Arguments& arguments) {
  QuantizationOptions options = arguments.options;
  options.method = quantization_method_from_string(arguments.method);
  options.performance.threads = arguments.calibration.threads;
  if (!arguments.sensitivity) {
    if (arguments.output.empty()) {
      throw Error(ErrorCode::invalid_argument, "-o", "is missing", "name the pack to write");
    }
    check_writable(arguments.output);
  }
  const Model model = model_of(arguments.pack);
  if (arguments.sensitivity) return print_sensitivity(arguments, model, options);

  report(expected_loss(options));
  const auto recordings = calibration_set(arguments.calibration);
  const QuantizedPack pack =
      quantize(model, recordings, options, [](const QuantizationAttempt& attempt) {
        report(attempt.method + (attempt.taken ? ": taken: " : ": not taken: ") + attempt.outcome);
      });
  StagedFile file(arguments.output,
                  std::string(reinterpret_cast<const char*>(pack.bytes.data()), pack.bytes.size()));
  file.commit();
  const PackComparison& proof = *pack.attempts.back().comparison;
  write_standard_output((arguments.calibration.json ? to_json(proof) : to_text(proof)));
  return kSuccess;
}

}  // namespace

Command add_quantize_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "quantize", "Make a model pack smaller, and prove on recordings what that costs");
  const auto arguments = std::make_shared<Arguments>();
  QuantizationOptions& options = arguments->options;
  app->add_option("PACK", arguments->pack, "Model pack; 'built-in' is the program's own")
      ->required();
  app->add_option("-o,--output", arguments->output, "The pack to write");
  app->add_option("--method", arguments->method,
                  "auto (default: the smallest that stays within the limits), palette, linear, "
                  "int8, f16 or bf16")
      ->check(CLI::IsMember({"auto", "palette", "linear", "int8", "f16", "bf16"}));
  app->add_option("--bits", options.bits, "Of a palette's codes: 8 (default), 6 or 4")
      ->check(CLI::IsMember({8, 6, 4}));
  app->add_option("--group-channels", options.group_channels,
                  "Output channels that share a palette's table; 0 (default): all of a layer")
      ->check(CLI::NonNegativeNumber);
  app->add_option("--only", options.only,
                  "Quantize these tensors and no others: globs over their names")
      ->take_all();
  app->add_option("--keep", options.keep, "Leave these tensors as they are: globs")->take_all();
  app->add_option("--max-der-increase", options.limits.max_der_increase,
                  "Points of DER that the result may lose (default 0.3)")
      ->check(CLI::NonNegativeNumber);
  app->add_option("--min-cosine", options.limits.min_embedding_cosine,
                  "Least mean cosine of embeddings, old to new (default 0.998)")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--min-agreement", options.limits.min_segmentation_agreement,
                  "Least share of segmentation frames heard alike (default 0.99)")
      ->check(CLI::Range(0.0, 1.0));
  app->add_flag("--sensitivity", arguments->sensitivity,
                "Write no pack: quantize each weight tensor alone, and list what each one costs");
  add_calibration_options(*app, arguments->calibration, "--calibrate");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
