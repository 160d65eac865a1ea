// Where the two conventions differ, in one table.
#pragma once

#include "diarist/scoring.hpp"

namespace diarist::scoring {

struct Convention {
  ScoringConvention convention;
  const char* name;
  /// Seconds to each side of a boundary, for a collar of one second.
  double collar_to_each_side;
  /// A reference turn of no length has a collar all the same.
  bool empty_turns_have_collars;
  /// The map of speakers (and JER with it) sees all of the evaluated time, not what collars and
  /// skipped overlap leave of it.
  bool map_before_removal;
  /// Without a UEM the reference's own extent is evaluated, not both sides'.
  bool reference_extent_only;
  /// A speaker who overlaps with himself counts once for each of his turns.
  bool count_turns;
  /// Each channel is a recording of its own, with its own map.
  bool channels_apart;
  /// JER pairs speakers so that it is least (dscore), not by the map of DER (pyannote.metrics).
  bool jer_has_own_map;
};

const Convention& find_convention(ScoringConvention convention);

}  // namespace diarist::scoring
