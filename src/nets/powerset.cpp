#include "nets/powerset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "diarist/error.hpp"

namespace diarist::nets {
namespace {

/// The next set of as many of `speakers`, in lexicographic order; false after the last.
bool next_set(std::vector<std::uint8_t>& set, int speakers) {
  const int size = static_cast<int>(set.size());
  for (int i = size - 1; i >= 0; --i) {
    const auto at = static_cast<std::size_t>(i);
    if (set[at] >= speakers - size + i) continue;  // as high as it gets in its place
    std::iota(set.begin() + i, set.end(), static_cast<std::uint8_t>(set[at] + 1));
    return true;
  }
  return false;
}

}  // namespace

Powerset::Powerset(int speakers, int most_at_once) : speakers_(speakers) {
  if (speakers > kMostSpeakers || most_at_once < 1 || most_at_once > speakers) {
    throw Error(ErrorCode::invalid_argument,
                std::to_string(most_at_once) + " of " + std::to_string(speakers) + " speakers",
                "are no powerset", "at most 16 speakers, and of these at least one at once");
  }
  for (int size = 0; size <= most_at_once; ++size) {
    std::vector<std::uint8_t> set(static_cast<std::size_t>(size));
    std::iota(set.begin(), set.end(), std::uint8_t{0});
    do {
      first_.push_back(members_.size());
      members_.insert(members_.end(), set.begin(), set.end());
    } while (next_set(set, speakers));
  }
  if (first_.size() > kMostClasses) {
    throw Error(ErrorCode::invalid_argument,
                std::to_string(most_at_once) + " of " + std::to_string(speakers) + " speakers",
                "are " + std::to_string(first_.size()) + " classes, more than 4096");
  }
  first_.push_back(members_.size());
}

void Powerset::decode(const float* scores, std::uint8_t* active, std::uint8_t* probability) const {
  const std::size_t count = first_.size() - 1;
  const auto best = static_cast<std::size_t>(std::max_element(scores, scores + count) - scores);
  std::fill_n(active, speakers_, std::uint8_t{0});
  for (std::size_t m = first_[best]; m < first_[best + 1]; ++m) active[members_[m]] = 1;
  float sum = 0;
  std::array<float, kMostSpeakers> speaker{};
  for (std::size_t c = 0; c < count; ++c) {
    const float weight = std::exp(scores[c] - scores[best]);
    sum += weight;
    for (std::size_t m = first_[c]; m < first_[c + 1]; ++m) speaker[members_[m]] += weight;
  }
  for (int s = 0; s < speakers_; ++s) {
    probability[s] =
        static_cast<std::uint8_t>(std::lround(255.0F * speaker[static_cast<std::size_t>(s)] / sum));
  }
}

}  // namespace diarist::nets
