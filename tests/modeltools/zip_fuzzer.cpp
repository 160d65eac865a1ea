// Any bytes as an archive, of PyTorch or NumPy: every tensor either has its values or throws
// diarist::Error.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "diarist/error.hpp"

#include "modeltools/npz.hpp"
#include "modeltools/pytorch_file.hpp"
#include "modeltools/zip_archive.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace diarist::modeltools;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  try {
    const ZipArchive archive("fuzz", std::vector<std::byte>(bytes, bytes + size));
    if (is_pytorch(archive)) {
      for (const auto& [name, tensor] : pytorch_checkpoint(archive).tensors) tensor.doubles();
    } else {
      for (const auto& [name, array] : arrays_of(archive)) array.doubles();
    }
  } catch (const diarist::Error&) {
    // What hostile bytes should give.
  }
  return 0;
}
