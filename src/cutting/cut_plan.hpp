// Which stretches of a recording are cut out, in its own samples: no audio is read here.
#pragma once

#include <cstdint>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/split.hpp"

namespace diarist::cutting {

/// Samples [first, end) of the recording, per channel, in which one speaker speaks.
struct Piece {
  std::int64_t first = 0;
  std::int64_t end = 0;
  int speaker = 0;          ///< Index into Diarization::speakers.
  int channel = 0;          ///< The one to cut, from 1; 0 for all.
  std::int64_t before = 0;  ///< Samples of padding.
  std::int64_t after = 0;
  double spoken = 0;     ///< Samples of turns that tell a confidence,
  double confident = 0;  ///< and the sum of their confidences, weighted by these.
};

/// What is told of the recording.
struct Extent {
  int sample_rate_hz = 0;
  std::int64_t samples = 0;  ///< Per channel.
};

/// The pieces, by first sample, end and speaker, none empty: turns of one speaker (on one channel,
/// with `own`) that overlap made one; cut to where nobody else speaks, if that is asked for; those
/// that are too short left out; padded; and made one where they then meet. Turns are finite and
/// begin before the recording's end. Pure.
std::vector<Piece> plan_pieces(const Diarization& turns, const Extent& extent,
                               const SplitOptions& options, bool own_channels);

/// Seconds as samples, to the nearest one.
std::int64_t samples_of(double seconds, int sample_rate_hz);

}  // namespace diarist::cutting
