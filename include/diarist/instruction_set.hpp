// The implementations of the kernels: which there are, which this machine runs, how to force one.
#pragma once

#include <string_view>
#include <vector>

#include "diarist/export.hpp"

namespace diarist {

/// One implementation of all kernels. `scalar` is the plain C++ twin that the others are tested
/// against: always there, and slow.
enum class InstructionSet { scalar, sse4, avx2, avx512, avx512_vnni, neon };

/// "scalar", "sse4", "avx2", "avx512", "avx512_vnni" or "neon".
DIARIST_EXPORT std::string_view to_string(InstructionSet isa);

/// The inverse of to_string. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT InstructionSet instruction_set_from_string(std::string_view name);

/// What this build has and this machine can run, from slowest (`scalar`) to fastest.
DIARIST_EXPORT std::vector<InstructionSet> supported_instruction_sets();

/// The last of supported_instruction_sets().
DIARIST_EXPORT InstructionSet best_instruction_set();

}  // namespace diarist
