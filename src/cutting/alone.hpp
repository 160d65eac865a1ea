// Where one person speaks and nobody else.
#pragma once

#include <cstdint>
#include <vector>

namespace diarist::cutting {

/// Somebody speaks in samples [first, end).
struct Spoken {
  std::int64_t first = 0;
  std::int64_t end = 0;
  int speaker = 0;
};

/// A longest stretch in which `speaker` speaks alone.
struct Alone {
  std::int64_t first = 0;
  std::int64_t end = 0;
  int speaker = 0;
  /// Where the last of the others before it ends, and the first after it begins; the lowest and
  /// the highest value where there is none.
  std::int64_t others_end = 0;
  std::int64_t others_begin = 0;
};

/// All of them, in time. `spoken`: in any order; of one speaker they may overlap. Takes n log n
/// time for n of them, however many speakers there are.
std::vector<Alone> find_alone(const std::vector<Spoken>& spoken);

}  // namespace diarist::cutting
