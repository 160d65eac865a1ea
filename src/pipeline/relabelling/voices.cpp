#include "pipeline/relabelling/voices.hpp"

#include <cmath>

#include "model/half.hpp"

namespace diarist::pipeline {

void Voices::add_directions(std::span<const float> embeddings) {
  for (; embeddings.size() >= dimensions; embeddings = embeddings.subspan(dimensions)) {
    double squared = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
      squared += static_cast<double>(embeddings[d]) * static_cast<double>(embeddings[d]);
    }
    const double scale = squared > 0 ? 1 / std::sqrt(squared) : 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
      const double value = static_cast<double>(embeddings[d]) * scale;
      directions.push_back(model::float_to_half(static_cast<float>(value)));
    }
  }
}

void Voices::direction(std::size_t subsegment, float* out) const {
  const std::uint16_t* codes = directions.data() + subsegment * dimensions;
  for (std::size_t d = 0; d < dimensions; ++d) out[d] = model::half_to_float(codes[d]);
}

}  // namespace diarist::pipeline
