#include "pipeline/turn_tidying.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>

namespace diarist::pipeline {
namespace {

// Of a frame: times are sums and products of doubles.
constexpr double kRounding_s = 1e-6;

}  // namespace

std::vector<FrameTurn> tidy(std::vector<FrameTurn> turns, const TidyingParameters& parameters) {
  std::vector<FrameTurn> joined;
  std::map<int, std::size_t> last;  // Of each cluster, its last turn.
  for (const FrameTurn& turn : turns) {
    const auto [before, first] = last.try_emplace(turn.cluster, joined.size());
    if (!first) {
      FrameTurn& open = joined[before->second];
      if (turn.start_s - open.end_s <= parameters.merge_gap_s + kRounding_s) {
        open.end_s = turn.end_s;
        open.end_frame = turn.end_frame;
        continue;
      }
      before->second = joined.size();
    }
    joined.push_back(turn);
  }
  std::erase_if(joined, [&](const FrameTurn& turn) {
    return turn.end_s - turn.start_s < parameters.min_turn_s - kRounding_s;
  });
  std::ranges::sort(joined, [](const FrameTurn& a, const FrameTurn& b) {
    return std::tie(a.start_s, a.end_s, a.cluster) < std::tie(b.start_s, b.end_s, b.cluster);
  });
  return joined;
}

}  // namespace diarist::pipeline
