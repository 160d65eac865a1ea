// `diarist inspect [PACK]`: which nets and tensors a model pack holds, and under which licences.
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "model/builtin_pack.hpp"
#include "model/pack.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/inspect.hpp"

namespace diarist::cli {
namespace {

struct Arguments {
  std::filesystem::path pack;
  bool json = false;
};

int run(const Arguments& arguments) {
  const auto pack = arguments.pack.empty()
                        ? model::Pack::parse_static("built-in", model::builtin_pack())
                        : model::Pack::read(arguments.pack);
  const modeltools::Inspection inspection = modeltools::inspect(*pack);
  write_standard_output(arguments.json ? modeltools::to_json(inspection)
                                       : modeltools::to_text(inspection));
  // After the listing, since that shows why a pack is refused.
  model::check(*pack);
  return kSuccess;
}

}  // namespace

Command add_inspect_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "inspect", "List the nets, tensors, sizes and licences of a model pack");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("PACK", arguments->pack,
                  "Model pack (safetensors); the built-in one if left out");
  app->add_flag("--json", arguments->json, "Print JSON instead of a table");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
