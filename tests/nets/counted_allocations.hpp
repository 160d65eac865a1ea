// Linked into a program, counts every operator new of it, and has one fail where that is wanted.
#pragma once

#include <cstdint>
#include <optional>

namespace diarist::testing {

/// Since the program started, from any thread.
std::int64_t allocations();

/// Of the thread that calls, the one after so many more fails, once; none, from now on, if empty.
void fail_allocation(std::optional<std::int64_t> after);

}  // namespace diarist::testing
