#include "model/builtin_pack.hpp"

// Defined in the assembly that CMake makes from builtin_pack.S.in, under the names that the linker
// sees. NOLINTBEGIN(readability-identifier-naming)
extern "C" const std::byte diarist_builtin_pack_begin[];
extern "C" const std::byte diarist_builtin_pack_end[];
// NOLINTEND(readability-identifier-naming)

namespace diarist::model {

std::span<const std::byte> builtin_pack() {
  return {diarist_builtin_pack_begin, diarist_builtin_pack_end};
}

}  // namespace diarist::model
