#include "diarist/inspection.hpp"

#include "model/builtin_pack.hpp"
#include "model/pack.hpp"
#include "modeltools/inspect.hpp"

namespace diarist {

PackListing list_pack(const std::filesystem::path& pack) {
  const auto read = pack == "built-in"
                        ? model::Pack::parse_static("built-in", model::builtin_pack())
                        : model::Pack::read(pack);
  const modeltools::Inspection inspection = modeltools::inspect(*read);
  return {modeltools::to_text(inspection), modeltools::to_json(inspection)};
}

}  // namespace diarist
