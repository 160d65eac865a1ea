// Linked into a program, counts every operator new of it.
#pragma once

#include <cstdint>

namespace diarist::testing {

/// Since the program started, from any thread.
std::int64_t allocations();

}  // namespace diarist::testing
