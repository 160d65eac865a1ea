#include "nets/sincnet.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "nets/sinc_filters.hpp"

namespace diarist::nets {
namespace {

using Shape = SegmentationShape;
static_assert(Shape::kConvTaps == kernels::kWinograd1dTaps);

// Raw responses that are kept: those of one window. Response i, counted over all windows, lies at i
// modulo this; those that begin the ring also lie behind its end, so that no pooled group is torn.
constexpr int kRing = Shape::sinc_frames();

// Responses whose runs of samples are folded together: 48 KB, which stay in the second-level cache
// at least, and whole tiles of the contraction.
constexpr int kFoldedRows = 48;
constexpr int kFoldedDepth = kernels::SymmetricFold::depth(Shape::kSincTaps);
constexpr int kFoldedRoom = kernels::SymmetricFold::room(Shape::kSincTaps);

std::vector<float> filters_of(const model::Pack& pack, int count) {
  const std::string prefix = "segmentation.sincnet.conv1d.0.filterbank.";
  const int half = Shape::kSincTaps / 2;
  return sinc_filters({pack.floats(prefix + "low_hz_", {count / 2, 1}),
                       pack.floats(prefix + "band_hz_", {count / 2, 1}),
                       pack.floats(prefix + "window_", {half}),
                       pack.floats(prefix + "n_", {1, half})});
}

// What runs folded about the middle need of `count` filters: [count, kFoldedDepth].
std::vector<float> first_halves(const float* filters, int count) {
  std::vector<float> halves;
  halves.reserve(static_cast<std::size_t>(count) * kFoldedDepth);
  for (int f = 0; f < count; ++f) {
    const float* filter = filters + static_cast<std::ptrdiff_t>(f) * Shape::kSincTaps;
    halves.insert(halves.end(), filter, filter + kFoldedDepth);
    halves.back() *= 0.5F;  // exactly; the middle sample is added to itself
  }
  return halves;
}

// PyTorch's [out, in, taps] to [out, taps, in], the order in which channels-last input lies.
std::vector<float> taps_first(const std::vector<float>& weights, int out, int in, int taps) {
  std::vector<float> turned(weights.size());
  for (int o = 0; o < out; ++o) {
    for (int i = 0; i < in; ++i) {
      for (int k = 0; k < taps; ++k) {
        turned[(static_cast<std::size_t>(o) * taps + k) * in + i] =
            weights[(static_cast<std::size_t>(o) * in + i) * taps + k];
      }
    }
  }
  return turned;
}

struct Moments {
  double mean;
  double variance;
};

Moments moments(const float* samples, int count) {
  // Eight chains instead of one: the additions overlap, and the order is fixed all the same.
  constexpr int kChains = 8;
  const auto sum = [&](const auto& term) {
    double chains[kChains] = {};
    int i = 0;
    for (; i + kChains <= count; i += kChains) {
      for (int c = 0; c < kChains; ++c) chains[c] += term(static_cast<double>(samples[i + c]));
    }
    for (; i < count; ++i) chains[0] += term(static_cast<double>(samples[i]));
    double total = 0;
    for (const double chain : chains) total += chain;
    return total;
  };
  const double mean = sum([](double x) { return x; }) / count;
  const double variance = sum([mean](double x) { return (x - mean) * (x - mean); }) / count;
  return {mean, variance};
}

}  // namespace

SincResponses::SincResponses(const SegmentationShape& shape)
    : ring_(static_cast<std::size_t>(kRing + Shape::kPool - 1) *
            static_cast<std::size_t>(shape.sinc_filters)) {}

SincNet::Workspace::Workspace(const SegmentationShape& shape)
    : own_(memory_for([&](MemoryLayout& layout) { place(shape, layout); })) {}

SincNet::Workspace::Workspace(const SegmentationShape& shape, MemoryLayout& layout) {
  place(shape, layout);
}

void SincNet::Workspace::place(const SegmentationShape& shape, MemoryLayout& layout) {
  const auto filters = static_cast<std::size_t>(shape.sinc_filters);
  const auto second = static_cast<std::size_t>(shape.conv_channels[0]);
  const auto third = static_cast<std::size_t>(shape.conv_channels[1]);
  raw = layout.place<float>((kRing + Shape::kPool - 1) * filters);
  folded = layout.place<float>(static_cast<std::size_t>(2) * kFoldedRows * kFoldedRoom);
  pooled = layout.place<float>(
      std::max({Shape::pooled1() * filters, Shape::pooled2() * second, Shape::frames() * third}));
  convolved =
      layout.place<float>(std::max(Shape::conv2_frames() * second, Shape::conv3_frames() * third));
  shift = layout.place<float>(filters);
  convolution.place(std::max(shape.sinc_filters, shape.conv_channels[0]),
                    *std::max_element(shape.conv_channels.begin(), shape.conv_channels.end()),
                    layout);
}

SincNet::SincNet(const model::Pack& pack, const SegmentationShape& shape,
                 const kernels::KernelSet& kernels)
    : kernels_(kernels), filter_count_(shape.sinc_filters) {
  const std::string prefix = "segmentation.sincnet.";
  wave_scale_ = pack.floats(prefix + "wav_norm1d.weight", {1})[0];
  wave_shift_ = pack.floats(prefix + "wav_norm1d.bias", {1})[0];

  const std::vector<float> filters = filters_of(pack, filter_count_);
  const int bands = filter_count_ / 2;
  cosines_ = kernels::PackedWeights(first_halves(filters.data(), bands), bands, kFoldedDepth, {},
                                    kernels.panel);
  sines_ = kernels::PackedWeights(
      first_halves(filters.data() + static_cast<std::ptrdiff_t>(bands) * Shape::kSincTaps, bands),
      bands, kFoldedDepth, {}, kernels.panel);
  for (int f = 0; f < filter_count_; ++f) {
    double sum = 0;
    for (int k = 0; k < Shape::kSincTaps; ++k) {
      sum += static_cast<double>(filters[static_cast<std::size_t>(f) * Shape::kSincTaps + k]);
    }
    filter_sums_.push_back(static_cast<float>(sum));
  }
  norm_scale_ = pack.floats(prefix + "norm1d.0.weight", {filter_count_});
  norm_shift_ = pack.floats(prefix + "norm1d.0.bias", {filter_count_});

  const auto layer = [&](int index, int in, int out) {
    const std::string i = std::to_string(index);
    const auto weights =
        pack.floats(prefix + "conv1d." + i + ".weight", {out, in, Shape::kConvTaps});
    const auto bias = pack.floats(prefix + "conv1d." + i + ".bias", {out});
    return Layer{
        Convolution1d(taps_first(weights, out, in, Shape::kConvTaps), out, in, bias, kernels),
        pack.floats(prefix + "norm1d." + i + ".weight", {out}),
        pack.floats(prefix + "norm1d." + i + ".bias", {out}),
    };
  };
  second_ = layer(1, filter_count_, shape.conv_channels[0]);
  third_ = layer(2, shape.conv_channels[0], shape.conv_channels[1]);
}

// Responses [first, end), no more than the ring holds, to their places in it. `samples` begin with
// those of response `origin`.
void SincNet::respond(const float* samples, std::int64_t origin, std::int64_t first,
                      std::int64_t end, Workspace& workspace, float* ring) const {
  const std::ptrdiff_t filters = filter_count_;
  kernels::SymmetricFold fold;
  fold.stride = Shape::kSincStride;
  fold.taps = Shape::kSincTaps;
  fold.sums = workspace.folded.data();
  fold.differences = fold.sums + static_cast<std::ptrdiff_t>(kFoldedRows) * kFoldedRoom;
  fold.row_stride = kFoldedRoom;
  kernels::Contraction c;
  c.row_stride = kFoldedRoom;
  c.output_row_stride = filters;
  while (first < end) {
    const auto place = static_cast<int>(first % kRing);
    fold.samples = samples + (first - origin) * Shape::kSincStride;
    fold.rows = static_cast<int>(std::min<std::int64_t>({end - first, kRing - place, kFoldedRows}));
    kernels_.fold_symmetric(fold);
    c.rows = fold.rows;
    c.input = fold.sums;
    c.weights = &cosines_;
    c.output = ring + place * filters;
    kernels_.contract(c);
    c.input = fold.differences;
    c.weights = &sines_;
    c.output += filters / 2;
    kernels_.contract(c);
    first += fold.rows;
  }
  std::copy_n(ring, (Shape::kPool - 1) * filters, ring + kRing * filters);
}

// Responses [first, end) to zeros.
void SincNet::silence(std::int64_t first, std::int64_t end, float* ring) const {
  const std::ptrdiff_t filters = filter_count_;
  for (; first < end; ++first) std::fill_n(ring + first % kRing * filters, filters, 0.0F);
  std::copy_n(ring, (Shape::kPool - 1) * filters, ring + kRing * filters);
}

// The window whose responses are those of the ring from `begin` on.
void SincNet::features(const float* samples, const float* ring, std::int64_t begin,
                       Workspace& workspace, float* out, std::ptrdiff_t out_stride) const {
  const int filters = filter_count_;
  // conv(scale * (x - mean) + shift) = scale * conv(x) + (shift - scale * mean) * sum of the
  // filter.
  const Moments wave = moments(samples, Shape::kWindowSamples);
  const double gain = static_cast<double>(wave_scale_) /
                      std::sqrt(wave.variance + static_cast<double>(kInstanceNormEpsilon));
  const double offset = static_cast<double>(wave_shift_) - gain * wave.mean;
  for (int f = 0; f < filters; ++f) {
    const auto i = static_cast<std::size_t>(f);
    workspace.shift[i] = static_cast<float>(offset * static_cast<double>(filter_sums_[i]));
  }
  float* pooled = workspace.pooled.data();
  float* convolved = workspace.convolved.data();
  // The groups that start before the ring's end, then the others.
  const auto place = static_cast<int>(begin % kRing);
  const int before = std::min(Shape::pooled1(), (kRing - place + Shape::kPool - 1) / Shape::kPool);
  const auto pool = [&](int first_row, int first_group, int groups) {
    kernels_.affine_abs_max_pool(ring + static_cast<std::ptrdiff_t>(first_row) * filters, filters,
                                 static_cast<float>(gain), workspace.shift.data(),
                                 pooled + static_cast<std::ptrdiff_t>(first_group) * filters,
                                 groups, filters);
  };
  pool(place, 0, before);
  pool(place + before * Shape::kPool - kRing, before, Shape::pooled1() - before);
  kernels_.instance_norm_leaky(pooled, Shape::pooled1(), filters, norm_scale_.data(),
                               norm_shift_.data(), kInstanceNormEpsilon, pooled, filters);
  const int second = second_.convolution.channels();
  second_.convolution.run(kernels_, pooled, Shape::conv2_frames(), workspace.convolution,
                          convolved);
  kernels_.max_pool(convolved, second, pooled, Shape::pooled2(), second);
  kernels_.instance_norm_leaky(pooled, Shape::pooled2(), second, second_.norm_scale.data(),
                               second_.norm_shift.data(), kInstanceNormEpsilon, pooled, second);
  const int third = third_.convolution.channels();
  third_.convolution.run(kernels_, pooled, Shape::conv3_frames(), workspace.convolution, convolved);
  kernels_.max_pool(convolved, third, pooled, Shape::frames(), third);
  kernels_.instance_norm_leaky(pooled, Shape::frames(), third, third_.norm_scale.data(),
                               third_.norm_shift.data(), kInstanceNormEpsilon, out, out_stride);
}

void SincNet::run(const float* samples, int windows, int step_samples, Workspace& workspace,
                  float* out, const Checkpoint& checkpoint) const {
  const std::ptrdiff_t channels = third_.convolution.channels();
  float* ring = workspace.raw.data();
  const int step_rows = step_samples / Shape::kSincStride;
  std::int64_t end = 0;  // of the responses that are there
  for (int w = 0; w < windows; ++w) {
    checkpoint.pass();
    const std::int64_t begin = std::int64_t{w} * step_rows;
    respond(samples, 0, std::max(end, begin), begin + kRing, workspace, ring);
    end = begin + kRing;
    features(samples + static_cast<std::ptrdiff_t>(w) * step_samples, ring, begin, workspace,
             out + w * channels, windows * channels);
  }
}

void SincNet::run(std::span<const Window> windows, Workspace& workspace, float* out,
                  const Checkpoint& checkpoint) const {
  const std::ptrdiff_t channels = third_.convolution.channels();
  const auto out_stride = static_cast<std::ptrdiff_t>(windows.size()) * channels;
  for (const Window& window : windows) {
    checkpoint.pass();
    assert(window.responses != nullptr);
    SincResponses& kept = *window.responses;
    const std::int64_t begin = window.first / Shape::kSincStride;
    const std::int64_t end = begin + kRing;
    // Those that hear samples, the last of them zeros too; these are heard again, when there are
    // more. All others are zeros.
    const std::int64_t hearing =
        begin +
        std::min<std::int64_t>(kRing, (window.heard + Shape::kSincStride - 1) / Shape::kSincStride);
    respond(window.samples, begin, std::max(kept.end_, begin), hearing, workspace,
            kept.ring_.data());
    silence(hearing, end, kept.ring_.data());
    const std::int64_t whole = window.heard < Shape::kSincTaps
                                   ? 0
                                   : (window.heard - Shape::kSincTaps) / Shape::kSincStride + 1;
    kept.end_ = begin + std::min<std::int64_t>(whole, kRing);
    features(window.samples, kept.ring_.data(), begin, workspace, out, out_stride);
    out += channels;
  }
}

}  // namespace diarist::nets
