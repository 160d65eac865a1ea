#include "scoring/convention.hpp"

#include <array>
#include <string>

#include "diarist/error.hpp"

namespace diarist {
namespace scoring {
namespace {

constexpr std::array kConventions = {
    // pyannote.metrics 4
    Convention{.convention = ScoringConvention::pyannote,
               .name = "pyannote",
               .collar_to_each_side = 0.5,
               .empty_turns_have_collars = false,
               .map_before_removal = false,
               .reference_extent_only = false,
               .count_turns = true,
               .channels_apart = false,
               .jer_has_own_map = false},
    // md-eval.pl 22; JER as dscore, which runs md-eval, adds it.
    Convention{.convention = ScoringConvention::nist,
               .name = "nist",
               .collar_to_each_side = 1.0,
               .empty_turns_have_collars = true,
               .map_before_removal = true,
               .reference_extent_only = true,
               .count_turns = false,
               .channels_apart = true,
               .jer_has_own_map = true},
};

}  // namespace

const Convention& find_convention(ScoringConvention convention) {
  for (const Convention& entry : kConventions) {
    if (entry.convention == convention) return entry;
  }
  throw Error(ErrorCode::internal, "scoring convention", "is missing in the table of conventions");
}

}  // namespace scoring

std::string_view to_string(ScoringConvention convention) {
  return scoring::find_convention(convention).name;
}

ScoringConvention scoring_convention_from_string(std::string_view name) {
  std::string known;
  for (const scoring::Convention& entry : scoring::kConventions) {
    if (entry.name == name) return entry.convention;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw Error(ErrorCode::invalid_argument, "convention",
              "'" + std::string(name) + "' is not a convention", "take one of " + known);
}

}  // namespace diarist
