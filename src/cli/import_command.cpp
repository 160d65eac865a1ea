// `diarist import SOURCE... -o PACK`: makes a model pack from published checkpoints.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "modeltools/import.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::vector<std::filesystem::path> sources;
  std::filesystem::path pack;
  std::string storage = "f16";
};

int run(const Arguments& arguments) {
  const auto storage = modeltools::storage_from_string(arguments.storage);
  const modeltools::ImportedPack pack = modeltools::import_checkpoints(arguments.sources, storage);
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
  for (const std::string& unused : pack.unused) report("not needed, left out: " + unused);
  return kSuccess;
}

}  // namespace

Command add_import_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("import", "Make a model pack from published checkpoints");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option(
         "SOURCE", arguments->sources,
         "Checkpoints, in any order: segmentation and embedding net (safetensors), PLDA and "
         "its transform (npz); or packs that hold them")
      ->required();
  app->add_option("-o,--output", arguments->pack, "The pack to write")->required();
  app->add_option("--storage", arguments->storage,
                  "Of the weights: f16 (default; half the size) or f32 (exact)")
      ->check(CLI::IsMember({"f16", "f32"}));
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
