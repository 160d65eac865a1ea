// The bytes of models/community.safetensors, as the assembler put them into the library.
#pragma once

#include <cstddef>
#include <span>

namespace diarist::model {

/// Aligned to 64 bytes, read-only, there as long as the program runs.
std::span<const std::byte> builtin_pack();

}  // namespace diarist::model
