// The scalar twins of winograd_1d.cpp: the transforms as matrices.
#include <array>

#include "kernels/reference.hpp"
#include "kernels/winograd_1d.hpp"

namespace diarist::kernels {
namespace {

constexpr int kPositions = kWinograd1dPositions;

// Lavin and Gray's B', rows in the order of winograd_1d_weights.cpp's points.
constexpr std::array<std::array<float, kPositions>, kPositions> kInputTransform{{
    {1, 0, -5.25F, 0, 5.25F, 0, -1, 0},
    {0, 1, 1, -4.25F, -4.25F, 1, 1, 0},
    {0, -1, 1, 4.25F, -4.25F, -1, 1, 0},
    {0, 0.5F, 0.25F, -2.5F, -1.25F, 2, 1, 0},
    {0, -0.5F, 0.25F, 2.5F, -1.25F, -2, 1, 0},
    {0, 2, 4, -2.5F, -5, 0.5F, 1, 0},
    {0, -2, 4, 2.5F, -5, -0.5F, 1, 0},
    {0, -1, 0, 5.25F, 0, -5.25F, 0, 1},
}};

// A': powers of the points, and infinity in the last frame alone.
constexpr std::array<std::array<float, kPositions>, kWinograd1dOutputs> kOutputTransform{{
    {1, 1, 1, 1, 1, 1, 1, 0},
    {0, 1, -1, 2, -2, 0.5F, -0.5F, 0},
    {0, 1, 1, 4, 4, 0.25F, 0.25F, 0},
    {0, 1, -1, 8, -8, 0.125F, -0.125F, 1},
}};

void winograd_1d_input(const Winograd1dInput& w) {
  for (int t = 0; t < w.tiles; ++t) {
    const int begin = winograd_1d_begin(w.first_tile + t, w.frames);
    for (int c = 0; c < w.channels; ++c) {
      for (int p = 0; p < kPositions; ++p) {
        float sum = 0;
        for (int k = 0; k < kPositions; ++k) {
          sum += kInputTransform[static_cast<std::size_t>(p)][static_cast<std::size_t>(k)] *
                 w.input[static_cast<std::ptrdiff_t>(begin + k) * w.channels + c];
        }
        w.transformed[p * w.position_stride + static_cast<std::ptrdiff_t>(t) * w.channels + c] =
            sum;
      }
    }
  }
}

void winograd_1d_output(const Winograd1dOutput& w) {
  for (int t = 0; t < w.tiles; ++t) {
    const int begin = winograd_1d_begin(w.first_tile + t, w.frames);
    for (int c = 0; c < w.channels; ++c) {
      for (int i = 0; i < kWinograd1dOutputs; ++i) {
        float sum = w.bias[c];
        for (int p = 0; p < kPositions; ++p) {
          sum +=
              kOutputTransform[static_cast<std::size_t>(i)][static_cast<std::size_t>(p)] *
              w.products[p * w.position_stride + static_cast<std::ptrdiff_t>(t) * w.channels + c];
        }
        w.output[static_cast<std::ptrdiff_t>(begin + i) * w.channels + c] = sum;
      }
    }
  }
}

}  // namespace

void fill_reference_winograd_1d(KernelSet& set) {
  set.winograd_1d_input = winograd_1d_input;
  set.winograd_1d_output = winograd_1d_output;
}

}  // namespace diarist::kernels
