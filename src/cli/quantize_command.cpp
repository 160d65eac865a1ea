// `diarist quantize PACK -o PACK`: makes a pack smaller, and proves what that costs.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "diarist/quantization.hpp"
#include "diarist/quantization_report.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
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
  std::filesystem::path report;
  bool sensitivity = false;
};

/// As it is reached from anywhere.
std::string reachable(const std::filesystem::path& path) {
  return path == kBuiltinPack ? path.string() : std::filesystem::absolute(path).string();
}

std::vector<ReportFile> report_of(const Arguments& arguments, const QuantizationOptions& options,
                                  const QuantizedPack& pack) {
  if (arguments.report.empty()) return {};
  ReportSubject subject;
  subject.original = reachable(arguments.pack);
  subject.result = reachable(arguments.output);
  for (const auto& recording : arguments.calibration.recordings) {
    subject.recordings.push_back(reachable(recording));
  }
  subject.options = options;
  return quantization_report(pack, subject);
}

/// The pack and its report: all of them, or none.
void write(const Arguments& arguments, const QuantizedPack& pack,
           const std::vector<ReportFile>& files) {
  namespace fs = std::filesystem;
  StagedFile made(arguments.output,
                  std::string(reinterpret_cast<const char*>(pack.bytes.data()), pack.bytes.size()));
  std::vector<std::unique_ptr<StagedFile>> staged;
  staged.reserve(files.size());
  for (const ReportFile& file : files) {
    staged.push_back(std::make_unique<StagedFile>(arguments.report / file.name, file.text));
  }
  made.commit();
  for (std::size_t i = 0; i < files.size(); ++i) {
    staged[i]->commit();
    if (!files[i].program) continue;
    std::error_code ignored;  // It can be run by its shell all the same.
    fs::permissions(arguments.report / files[i].name,
                    fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add, ignored);
  }
}

int print_sensitivity(const Arguments& arguments, const Model& model,
                      const QuantizationOptions& options) {
  const auto table = sensitivity(model, calibration_set(arguments.calibration), options);
  write_standard_output(arguments.calibration.json ? to_json(table) : to_text(table));
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
    if (!arguments.report.empty()) check_writable(arguments.report / "report.html");
  }
  const Model model = model_of(arguments.pack);
  if (arguments.sensitivity) return print_sensitivity(arguments, model, options);

  report(expected_loss(options));
  const auto recordings = calibration_set(arguments.calibration);
  const QuantizedPack pack =
      quantize(model, recordings, options, [](const QuantizationAttempt& attempt) {
        report(attempt.method + (attempt.taken ? ": taken: " : ": not taken: ") + attempt.outcome);
      });
  write(arguments, pack, report_of(arguments, options, pack));
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
      ->required()
      ->type_name("PACK");
  app->add_option("-o,--output", arguments->output, "The pack to write")->type_name("PACK");
  take_one_of(app->add_option("--method", arguments->method,
                              "auto (default): the smallest that stays within the limits"),
              {"auto", "palette", "linear", "int8", "f16", "bf16"});
  take_one_of(app->add_option("--bits", options.bits, "Of a palette's codes; default 8"),
              {"8", "6", "4"});
  app->add_option("--group-channels", options.group_channels,
                  "Output channels that share a palette's table; 0 (default): all of a layer")
      ->type_name("N")
      ->check(unnamed(CLI::NonNegativeNumber));
  app->add_option("--only", options.only,
                  "Quantize these tensors and no others: globs over their names")
      ->type_name("GLOB")
      ->take_all();
  app->add_option("--keep", options.keep, "Leave these tensors as they are: globs")
      ->type_name("GLOB")
      ->take_all();
  app->add_flag("--measure-ranges", options.measure_ranges,
                "Measure on the recordings what 8-bit activations have to span, also where the "
                "net's batch norms tell it");
  add_limit_options(*app, options.limits);
  app->add_flag("--sensitivity", arguments->sensitivity,
                "Write no pack: quantize each weight tensor alone, and list what each one costs");
  app->add_option("--report", arguments->report,
                  "Write beside the pack, into this folder: a report as HTML and JSON, a script "
                  "that tests the new pack against the old one, and a guide to using it")
      ->type_name("DIR");
  add_calibration_options(*app, arguments->calibration, "--calibrate");
  app->footer(R"(Examples:
  diarist quantize built-in -o small.safetensors
  diarist quantize pack.safetensors -o small.safetensors --calibrate meeting.wav --report proof/)");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
