// Who speaks in one frame, written as a list.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "pipeline/reconstruction.hpp"

namespace diarist::testing {

inline void set_frame(pipeline::FrameSpeakers& frames, std::size_t frame,
                      std::initializer_list<std::int32_t> clusters) {
  std::copy(clusters.begin(), clusters.end(), frames[frame].begin());
}

}  // namespace diarist::testing
