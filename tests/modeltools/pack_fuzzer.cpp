// Any bytes as a model pack: reading and checking either works or throws diarist::Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "diarist/error.hpp"
#include "diarist/model.hpp"

#include "model/pack.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/inspect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using diarist::Error;
  try {
    const auto pack = diarist::model::Pack::parse_static(
        "fuzz", std::as_bytes(std::span<const std::uint8_t>(data, size)));
    for (const diarist::TensorInfo& info : pack->tensors()) {
      try {
        pack->floats(info.name, info.shape);
        pack->doubles(info.name, info.shape);
      } catch (const Error&) {
        // Integers, or values that are not finite.
      }
    }
    const auto inspection = diarist::modeltools::inspect(*pack);
    diarist::modeltools::to_text(inspection);
    diarist::modeltools::to_json(inspection);
    diarist::model::check(*pack);
  } catch (const Error&) {
    // What hostile bytes should give.
  }
  return 0;
}
