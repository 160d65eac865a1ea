#include "pipeline/live/live_candidates.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/live/cosine.hpp"
#include "pipeline/live/parameters.hpp"

namespace diarist::pipeline {

void LiveCandidates::begin_answer(double heard_s) {
  heard_s_ = heard_s;
  before_ = std::exchange(now_, {});
}

bool LiveCandidates::confirmed(const float* centroid) {
  double since_s = heard_s_;
  for (const Candidate& candidate : before_) {
    const double like = cosine(centroid, candidate.centroid.data(), dimensions_);
    if (like >= kLive.confirming_cosine) since_s = std::min(since_s, candidate.since_s);
  }
  if (heard_s_ - since_s >= confirming_s_) return true;
  now_.push_back({since_s, {centroid, centroid + dimensions_}});
  return false;
}

}  // namespace diarist::pipeline
