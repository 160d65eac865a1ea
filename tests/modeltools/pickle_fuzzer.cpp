// Any bytes as a checkpoint's pickle: reading either works or throws diarist::Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "diarist/error.hpp"

#include "modeltools/pickle.hpp"
#include "modeltools/pytorch_objects.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace diarist::modeltools;
  PytorchObjects objects("fuzz");
  PickleValues values;
  try {
    const auto bytes = std::as_bytes(std::span<const std::uint8_t>(data, size));
    const PickleIndex root = read_pickle("fuzz", bytes, objects, values);
    values.at(values[root], "state_dict");
  } catch (const diarist::Error&) {
    // What hostile bytes should give.
  }
  for (const PytorchTensor& tensor : objects.tensors()) {
    // Accepted, so within its storage.
    if (!tensor.view.fits(objects.storages().at(tensor.storage).values)) __builtin_trap();
  }
  return 0;
}
