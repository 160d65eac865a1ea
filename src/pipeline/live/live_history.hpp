// What clustering is to know of a live recording, in a room that does not grow.
//
// The last minutes are kept whole: a new speaker is found by them. Of what lies before, every
// second window and second of speech goes whenever there are too many, so that what stays is spread
// evenly over the history; what is older than that goes altogether. Who is in none of it any more
// is known by the centroid that LiveSpeakers keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/analysis_stream.hpp"
#include "pipeline/live/parameters.hpp"
#include "pipeline/relabelling/voices.hpp"

namespace diarist::pipeline {

/// Not safe to share.
class LiveHistory {
 public:
  LiveHistory(int speakers, std::size_t dimensions, double history_s);

  /// The window that begins at `step` times kLive.kept_step_s: its activity [589, speakers] and
  /// embeddings [speakers, dimensions].
  void add_window(std::int64_t step, std::span<const std::uint8_t> active,
                  std::span<const float> embeddings);
  /// A decided frame: how many speak.
  void add_count(std::uint8_t count) { frames_of_one_ += count == 1 ? 1 : 0; }

  const Voices& voices() const { return kept_.voices; }
  Voices& voices() { return kept_.voices; }

  /// Drops what there is no room for, `heard_s` of the recording having been heard. Where that are
  /// voices, returns which of them stay; else nothing.
  std::vector<bool> forget(double heard_s);

  /// Seconds between two windows that are kept, in the mean: kLive.kept_step_s while all are.
  double step_s() const;

  /// All of it, and after it what is not decided yet: good until `run` returns.
  void with(std::span<const std::uint8_t> active, std::span<const float> embeddings,
            const Voices& voices, std::span<const std::uint8_t> counts,
            const std::function<void(const Analysis&)>& run);

  /// Bytes that it holds.
  std::size_t bytes() const;

 private:
  const double history_s_;
  const std::size_t activity_;    ///< Values of a window.
  const std::size_t embeddings_;  ///< Likewise.
  Analysis kept_;
  std::vector<std::int64_t> steps_;  ///< [windows]
  std::int64_t frames_of_one_ = 0;
};

}  // namespace diarist::pipeline
