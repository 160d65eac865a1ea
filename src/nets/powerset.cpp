#include "nets/powerset.hpp"

#include <algorithm>
#include <cmath>

namespace diarist::nets {

void decode_powerset(const float* scores, std::uint8_t* active, std::uint8_t* probability) {
  const auto best =
      static_cast<std::size_t>(std::max_element(scores, scores + kPowersetClasses) - scores);
  std::copy(kPowerset[best].begin(), kPowerset[best].end(), active);
  float sum = 0;
  std::array<float, kPowersetSpeakers> speaker{};
  for (std::size_t c = 0; c < kPowerset.size(); ++c) {
    const float weight = std::exp(scores[c] - scores[best]);
    sum += weight;
    for (std::size_t s = 0; s < speaker.size(); ++s) {
      if (kPowerset[c][s] != 0) speaker[s] += weight;
    }
  }
  for (std::size_t s = 0; s < speaker.size(); ++s) {
    probability[s] = static_cast<std::uint8_t>(std::lround(255.0F * speaker[s] / sum));
  }
}

}  // namespace diarist::nets
