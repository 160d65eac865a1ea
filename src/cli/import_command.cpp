// `diarist import SOURCE... -o PACK`: makes a model pack from published checkpoints.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "diarist/import.hpp"

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::vector<std::filesystem::path> sources;
  std::filesystem::path pack;
  std::string storage = "f16";
  std::string base;
  std::vector<int> powerset;
};

int run(const Arguments& arguments) {
  ImportOptions options;
  options.storage = weight_storage_from_string(arguments.storage);
  if (arguments.base == kBuiltinPack) {
    options.base = Model::builtin();
  } else if (!arguments.base.empty()) {
    options.base = Model::load(arguments.base);
  }
  if (!arguments.powerset.empty()) {
    options.powerset = {arguments.powerset[0], arguments.powerset[1]};
  }
  const ImportedPack pack = import_checkpoints(arguments.sources, options);
  StagedFile file(arguments.pack,
                  std::string(reinterpret_cast<const char*>(pack.bytes.data()), pack.bytes.size()));
  file.commit();

  std::string text;
  for (const auto& part : pack.parts) {
    text +=
        part.title + ": " + std::to_string(part.tensors) + " tensors from " + part.source + "\n";
  }
  text += arguments.pack.string() + ": " + std::to_string(pack.bytes.size()) + " bytes\n";
  write_standard_output(text);
  for (const std::string& each : pack.left_out) report("not needed, left out: " + each);
  for (const std::string& each : pack.notices) report(each);
  return kSuccess;
}

}  // namespace

Command add_import_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("import", "Make a model pack from published checkpoints");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option(
         "SOURCE", arguments->sources,
         "Checkpoints, in any order: segmentation and embedding net (safetensors, PyTorch's .bin, "
         ".ckpt and .pt, or ONNX), PLDA and its transform (npz); or packs that hold them")
      ->required()
      ->type_name("FILE");
  app->add_option("-o,--output", arguments->pack, "The pack to write")
      ->required()
      ->type_name("PACK");
  take_one_of(app->add_option("--storage", arguments->storage,
                              "Of the weights: f16 (default; half the size) or f32 (exact)"),
              {"f16", "f32"});
  app->add_option("--base", arguments->base,
                  "A pack, or 'built-in', to take those parts from that no source holds")
      ->type_name("PACK");
  app->add_option("--powerset", arguments->powerset,
                  "Local speakers of a window, and how many at once: what the segmentation net's "
                  "classes are sets of, where their number suggests otherwise (7: 3,2)")
      ->type_name("SPEAKERS,AT_ONCE")
      ->delimiter(',')
      ->expected(2);
  app->footer(R"(Examples:
  diarist import segmentation.bin embedding.bin plda.npz xvec_transform.npz -o pack.safetensors
  diarist import finetuned.ckpt --base built-in -o pack.safetensors)");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
