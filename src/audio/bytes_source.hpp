// A small sound file that lies in memory, decoded in one go.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace diarist::audio {

/// All samples of a mono file of a kind that libsndfile reads, in [-1, 1], at the file's own rate.
/// For files of our own: throws Error{internal} for any that cannot be read, or is not mono.
std::vector<float> decode_bytes(std::span<const std::byte> file);

}  // namespace diarist::audio
