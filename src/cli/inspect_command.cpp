// `diarist inspect [PACK]`: which nets and tensors a model pack holds, and under which licences.
#include <filesystem>
#include <memory>

#include "diarist/inspection.hpp"
#include "diarist/model.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::filesystem::path pack = kBuiltinPack;
  bool json = false;
};

int run(const Arguments& arguments) {
  const PackListing listing = list_pack(arguments.pack);
  write_standard_output(arguments.json ? listing.json : listing.text);
  // After the listing, since that shows why a pack is refused.
  model_of(arguments.pack);
  return kSuccess;
}

}  // namespace

Command add_inspect_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "inspect", "List the nets, tensors, sizes and licences of a model pack");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("PACK", arguments->pack, "Model pack (safetensors); the built-in one if left out")
      ->type_name("PACK");
  app->add_flag("--json", arguments->json, "Print JSON instead of a table");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
