// Reference and hypothesis walked through together, from boundary to boundary.
//
// Time is continuous: a piece is a stretch of the scored time in which nobody starts or stops, so
// sums over pieces are exact. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "diarist/formats.hpp"

#include "scoring/timeline.hpp"

namespace diarist::scoring {

/// The turns of one side, with speakers as numbers from 0 in order of first appearance.
struct Side {
  struct NumberedTurn {
    Stretch time;
    int speaker = 0;
  };
  std::vector<NumberedTurn> turns;  ///< None empty.
  int speakers = 0;
  std::vector<std::string> names;  ///< Of the speakers.
};

Side number_speakers(const std::vector<Segment>& turns);

/// A speaker who is speaking, and in how many turns at once (more than one where an annotation has
/// a speaker overlap with himself).
struct Active {
  int speaker = 0;
  int turns = 0;
};

struct Piece {
  double start_s = 0;
  double duration_s = 0;          ///< > 0
  std::vector<Active> reference;  ///< Sorted by speaker; turns >= 1.
  std::vector<Active> hypothesis;
};

/// Calls `visit` for each piece of `scored`, in order of time, silence included.
void sweep(const Timeline& scored, const Side& reference, const Side& hypothesis,
           const std::function<void(const Piece&)>& visit);

}  // namespace diarist::scoring
