#include "modeltools/quantize/builtin_sample.hpp"

// Defined in the assembly that CMake makes from builtin_sample.S.in, under the names that the
// linker sees. NOLINTBEGIN(readability-identifier-naming)
extern "C" const std::byte diarist_builtin_sample_flac_begin[];
extern "C" const std::byte diarist_builtin_sample_flac_end[];
extern "C" const std::byte diarist_builtin_sample_rttm_begin[];
extern "C" const std::byte diarist_builtin_sample_rttm_end[];
// NOLINTEND(readability-identifier-naming)

namespace diarist::modeltools::quantize {

std::span<const std::byte> builtin_sample_flac() {
  return {diarist_builtin_sample_flac_begin, diarist_builtin_sample_flac_end};
}

std::span<const std::byte> builtin_sample_rttm() {
  return {diarist_builtin_sample_rttm_begin, diarist_builtin_sample_rttm_end};
}

}  // namespace diarist::modeltools::quantize
