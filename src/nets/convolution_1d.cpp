#include "nets/convolution_1d.hpp"

#include <algorithm>
#include <cassert>

namespace diarist::nets {
namespace {

// Tiles whose products are formed together: whole tiles of the contraction, and what lies between
// the steps (0.2 MB with 80 channels to 60) stays in the second-level cache.
constexpr int kTilesAtOnce = 48;

}  // namespace

void Convolution1d::Workspace::place(int inputs, int channels, MemoryLayout& layout) {
  constexpr std::size_t kCells =
      static_cast<std::size_t>(kernels::kWinograd1dPositions) * kTilesAtOnce;
  transformed = layout.place<float>(kCells * static_cast<std::size_t>(inputs));
  products = layout.place<float>(kCells * static_cast<std::size_t>(channels));
}

void Convolution1d::run(const kernels::KernelSet& kernels, const float* input, int frames,
                        Workspace& workspace, float* output) const {
  assert(frames >= kernels::kWinograd1dOutputs);
  kernels::Winograd1dInput in;
  in.input = input;
  in.channels = weights_.depth();
  in.frames = frames;
  in.transformed = workspace.transformed.data();
  in.position_stride = static_cast<std::ptrdiff_t>(kTilesAtOnce) * in.channels;
  kernels::Winograd1dOutput out;
  out.products = workspace.products.data();
  out.channels = weights_.columns();
  out.position_stride = static_cast<std::ptrdiff_t>(kTilesAtOnce) * out.channels;
  out.bias = weights_.bias();
  out.frames = frames;
  out.output = output;
  const int tiles = kernels::winograd_1d_tiles(frames);
  for (int first = 0; first < tiles; first += kTilesAtOnce) {
    in.first_tile = out.first_tile = first;
    in.tiles = out.tiles = std::min(kTilesAtOnce, tiles - first);
    kernels.winograd_1d_input(in);
    for (int position = 0; position < kernels::kWinograd1dPositions; ++position) {
      kernels::Contraction c;
      c.input = in.transformed + position * in.position_stride;
      c.row_stride = in.channels;
      c.weights = &weights_.at(position);
      c.output = workspace.products.data() + position * out.position_stride;
      c.output_row_stride = out.channels;
      c.rows = in.tiles;
      kernels.contract(c);
    }
    kernels.winograd_1d_output(out);
  }
}

}  // namespace diarist::nets
