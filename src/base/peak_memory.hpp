// The most memory that this process has held.
#pragma once

#include <cstdint>

namespace diarist {

/// Resident bytes at the peak; 0 where the system does not tell.
std::int64_t peak_memory_bytes();

}  // namespace diarist
