// The scalar twins of winograd.cpp and codes.cpp.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "kernels/codes.hpp"
#include "kernels/reference.hpp"
#include "kernels/winograd.hpp"

namespace diarist::kernels {
namespace {

constexpr int kSide = kWinogradInput;

// Lavin and Gray's B' for inputs.
constexpr int kInputTransform[kSide][kSide] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0},
                                               {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0},
                                               {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};

// Their A', its columns divided by 4, 2, 2, 8, 8, 1 and times 2: see winograd_weights.cpp.
constexpr float kSumTransform[kWinogradTile][kSide] = {{0.5F, 1, 1, 0.25F, 0.25F, 0},
                                                       {0, 1, -1, 0.5F, -0.5F, 0},
                                                       {0, 1, 1, 1, 1, 0},
                                                       {0, 1, -1, 2, -2, 2}};

std::uint8_t nearest_code(float value) {
  const float clamped = std::clamp(value, 0.0F, static_cast<float>(kHighestCode));
  return static_cast<std::uint8_t>(std::lrint(clamped));
}

// One input of one tile, transformed: `at(i, j)` is the input in line i, bin j of the tile.
template <class Number, class At>
std::array<Number, kWinogradPositions> transformed_input(const At& at) {
  Number half[kSide][kSide] = {};
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      for (int k = 0; k < kSide; ++k)
        half[i][j] += static_cast<Number>(kInputTransform[i][k]) * at(k, j);
    }
  }
  std::array<Number, kWinogradPositions> out{};
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      Number& value = out[static_cast<std::size_t>(i) * kSide + static_cast<std::size_t>(j)];
      for (int k = 0; k < kSide; ++k)
        value += static_cast<Number>(kInputTransform[j][k]) * half[i][k];
    }
  }
  return out;
}

// The weight of input `k` for column `c` of a panel, at a position.
template <class Number>
Number weight(const WinogradWeights& w, const std::uint32_t* panel, int position, int k, int c) {
  if constexpr (std::is_same_v<Number, float>) {
    float value = 0;
    std::memcpy(&value,
                panel + (static_cast<std::ptrdiff_t>(position) * w.depth() + k) * w.panel() + c,
                sizeof value);
    return value;
  } else {
    const std::uint32_t pair =
        panel[(static_cast<std::ptrdiff_t>(position) * w.depth_units() + k / 2) * w.panel() + c];
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(k % 2 == 0 ? pair : pair >> 16));
  }
}

template <class Element, class Number>
void convolve_tile(const WinogradConvolution& c, int line, int bin) {
  const WinogradWeights& w = *c.weights;
  std::vector<std::array<Number, kWinogradPositions>> inputs;
  for (int k = 0; k < w.depth(); ++k) {
    const auto* input = static_cast<const Element*>(c.input) + line * c.input_line_stride +
                        static_cast<std::ptrdiff_t>(bin) * w.depth() + k;
    inputs.push_back(transformed_input<Number>([&](int i, int j) {
      return static_cast<Number>(
          input[i * c.input_line_stride + static_cast<std::ptrdiff_t>(j) * w.depth()]);
    }));
  }
  for (int column = 0; column < w.columns(); ++column) {
    const std::uint32_t* panel = w.panel_data(column / w.panel());
    float sums[kSide][kSide];
    for (int position = 0; position < kWinogradPositions; ++position) {
      Number sum = 0;
      for (int k = 0; k < w.depth(); ++k) {
        sum += inputs[static_cast<std::size_t>(k)][static_cast<std::size_t>(position)] *
               weight<Number>(w, panel, position, k, column % w.panel());
      }
      sums[position / kSide][position % kSide] = static_cast<float>(sum);
    }
    for (int i = 0; i < std::min(kWinogradTile, c.lines - line); ++i) {
      for (int j = 0; j < std::min(kWinogradTile, c.bins - bin); ++j) {
        float value = 0;
        for (int m = 0; m < kSide; ++m) {
          float half = 0;
          for (int n = 0; n < kSide; ++n) half += kSumTransform[i][n] * sums[n][m];
          value += kSumTransform[j][m] * half;
        }
        value = value * c.scale[column] + c.offset[column];
        const auto cell = [&](std::ptrdiff_t stride) {
          return (line + i) * stride + static_cast<std::ptrdiff_t>(bin + j) * w.columns() + column;
        };
        if (c.residual_codes != nullptr) {
          value += static_cast<float>(c.residual_codes[cell(c.residual_line_stride)]) *
                   c.residual_scale[column];
        } else if (c.residual != nullptr) {
          value += c.residual[cell(c.residual_line_stride)] * c.residual_scale[column];
        }
        if (c.output_codes != nullptr) {
          c.output_codes[cell(c.output_line_stride)] = nearest_code(value);
        } else {
          c.output[cell(c.output_line_stride)] = std::max(value, 0.0F);
        }
      }
    }
  }
}

void winograd(const WinogradConvolution& c) {
  for (int line = 0; line < c.lines; line += kWinogradTile) {
    for (int bin = 0; bin < c.bins; bin += kWinogradTile) {
      if (c.weights->arithmetic() == WinogradArithmetic::f32) {
        convolve_tile<float, float>(c, line, bin);
      } else {
        convolve_tile<std::uint8_t, std::int32_t>(c, line, bin);
      }
    }
  }
}

void quantize(const Quantization& q) {
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(q.cells) * q.channels; ++i) {
    q.codes[i] = nearest_code(q.values[i] * q.inverse_scale[i % q.channels]);
  }
}

void widen(const std::uint8_t* codes, std::int16_t* wide, int count) {
  std::copy_n(codes, count, wide);
}

}  // namespace

void fill_reference_winograd(KernelSet& set) {
  constexpr int kPanel = 16;
  set.winograd_panel = kPanel;
  set.winograd = winograd;
  set.quantize = quantize;
  set.widen = widen;
}

}  // namespace diarist::kernels
