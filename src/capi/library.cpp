// What the library is, and what this machine lets it use.
#include "diarist/diarist.h"
#include "diarist/instruction_set.hpp"
#include "diarist/version.hpp"

#include "capi/failure.hpp"

using diarist::capi::value_or;

const char* diarist_version() { return DIARIST_VERSION; }

size_t diarist_instruction_set_count() {
  return value_or<size_t>(0, [] { return diarist::supported_instruction_sets().size(); });
}

const char* diarist_instruction_set_name(size_t index) {
  return value_or<const char*>(nullptr, [&]() -> const char* {
    const auto sets = diarist::supported_instruction_sets();
    // Views of constants, which end with a zero.
    return index < sets.size() ? diarist::to_string(sets[index]).data() : nullptr;
  });
}
