#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/reference.hpp"

namespace diarist::kernels {
namespace {

// One exact sum of products.
std::int32_t sum_of(const std::int16_t* input, const PackedWeightsI16& weights, int column) {
  const std::int16_t* codes = weights.panel_data(column / weights.panel()) +
                              2 * static_cast<std::ptrdiff_t>(column % weights.panel());
  std::int32_t sum = 0;
  for (int k = 0; k < weights.depth(); ++k) {
    sum += input[k] * codes[static_cast<std::ptrdiff_t>(k / 2) * 2 * weights.panel() + k % 2];
  }
  return sum;
}

float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }

}  // namespace

void contract_i16_reference(const ContractionI16& c) {
  for (int row = 0; row < c.rows; ++row) {
    const std::int16_t* input = c.input + row * c.row_stride;
    float* output = c.output + row * c.output_row_stride;
    for (int column = 0; column < c.weights->columns(); ++column) {
      const auto sum = static_cast<float>(sum_of(input, *c.weights, column));
      float value = c.weights->scale()[column] * sum + c.weights->bias()[column];
      if (c.activation == Activation::relu) value = std::max(value, 0.0F);
      if (c.activation == Activation::leaky_relu) value = std::max(value, kLeakySlope * value);
      output[column] = value;
    }
  }
}

void lstm_step_i16_reference(const LstmStepI16& s) {
  const int cells = s.weights->depth();
  const int group = s.weights->panel() / 2;
  for (int b = 0; b < s.batch; ++b) {
    const std::int16_t* hidden = s.hidden + b * s.hidden_row_stride;
    for (int j = 0; j < cells; ++j) {
      float gates[4];
      for (int gate = 0; gate < 4; ++gate) {
        const int column = j / group * 4 * group + gate * group + j % group;
        gates[gate] =
            s.input_gates[static_cast<std::ptrdiff_t>(b) * 4 * cells + column] +
            s.weights->scale()[column] * static_cast<float>(sum_of(hidden, *s.weights, column));
      }
      float& cell = s.cell[static_cast<std::ptrdiff_t>(b) * cells + j];
      cell = sigmoid(gates[1]) * cell + sigmoid(gates[0]) * std::tanh(gates[2]);
      s.output[b * s.output_row_stride + j] = static_cast<std::int16_t>(
          std::lrint(sigmoid(gates[3]) * std::tanh(cell) * kUnitRange.per_unit));
    }
  }
}

}  // namespace diarist::kernels
