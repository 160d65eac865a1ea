#include "nets/sincnet.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace diarist::nets {
namespace {

constexpr SegmentationShape kShape = kSegmentation;

// Raw responses that are kept: those of one window. Response i, counted over all windows, lies at i
// modulo this; those that begin the ring also lie behind its end, so that no pooled group is torn.
constexpr int kRing = kShape.sinc_frames();

// The 80 filters [80, 251]: for each of 40 bands a cosine (symmetric) and a sine (antisymmetric)
// band-pass. Arguments are rounded to f32 as PyTorch does: at 390 rad that is the larger error.
std::vector<float> sinc_filters(const model::Pack& pack) {
  const std::string prefix = "segmentation.sincnet.conv1d.0.filterbank.";
  const int bands = kShape.sinc_filters / 2;
  const int half = kShape.sinc_taps / 2;
  const auto low_hz = pack.floats(prefix + "low_hz_", {bands, 1});
  const auto band_hz = pack.floats(prefix + "band_hz_", {bands, 1});
  const auto window = pack.floats(prefix + "window_", {half});
  const auto n = pack.floats(prefix + "n_", {1, half});
  const float nyquist_hz = static_cast<float>(kShape.sample_rate_hz) / 2;

  std::vector<float> filters(static_cast<std::size_t>(kShape.sinc_filters) * kShape.sinc_taps);
  for (int b = 0; b < bands; ++b) {
    const auto band_index = static_cast<std::size_t>(b);
    const float low = kShape.sinc_min_low_hz + std::abs(low_hz[band_index]);
    const float high = std::clamp(low + kShape.sinc_min_band_hz + std::abs(band_hz[band_index]),
                                  kShape.sinc_min_low_hz, nyquist_hz);
    const float width = high - low;
    float* cosine = filters.data() + static_cast<std::ptrdiff_t>(b) * kShape.sinc_taps;
    float* sine = filters.data() + static_cast<std::ptrdiff_t>(bands + b) * kShape.sinc_taps;
    for (int i = 0; i < half; ++i) {
      const auto tap = static_cast<std::size_t>(i);
      const auto low_angle = static_cast<double>(low * n[tap]);
      const auto high_angle = static_cast<double>(high * n[tap]);
      const float denominator = n[tap] / 2;
      const auto difference = [](double a, double c) {
        return static_cast<float>(a) - static_cast<float>(c);
      };
      const float even =
          difference(std::sin(high_angle), std::sin(low_angle)) / denominator * window[tap];
      const float odd =
          difference(std::cos(low_angle), std::cos(high_angle)) / denominator * window[tap];
      cosine[i] = cosine[kShape.sinc_taps - 1 - i] = even / (2 * width);
      sine[i] = odd / (2 * width);
      sine[kShape.sinc_taps - 1 - i] = -odd / (2 * width);
    }
    cosine[half] = 1;
    sine[half] = 0;
  }
  return filters;
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

SincNet::Workspace::Workspace()
    : own_(memory_for([this](MemoryLayout& layout) { place(layout); })) {}

SincNet::Workspace::Workspace(MemoryLayout& layout) { place(layout); }

void SincNet::Workspace::place(MemoryLayout& layout) {
  const auto filters = static_cast<std::size_t>(kShape.sinc_filters);
  raw = layout.place<float>((kRing + kShape.pool - 1) * filters);
  pooled = layout.place<float>(kShape.pooled1() * filters);
  convolved =
      layout.place<float>(static_cast<std::size_t>(kShape.conv2_frames()) * kShape.conv_channels);
  shift = layout.place<float>(filters);
}

SincNet::SincNet(const model::Pack& pack, const kernels::KernelSet& kernels) : kernels_(kernels) {
  const std::string prefix = "segmentation.sincnet.";
  wave_scale_ = pack.floats(prefix + "wav_norm1d.weight", {1})[0];
  wave_shift_ = pack.floats(prefix + "wav_norm1d.bias", {1})[0];

  const std::vector<float> filters = sinc_filters(pack);
  filters_ =
      kernels::PackedWeights(filters, kShape.sinc_filters, kShape.sinc_taps, {}, kernels.panel);
  for (int f = 0; f < kShape.sinc_filters; ++f) {
    double sum = 0;
    for (int k = 0; k < kShape.sinc_taps; ++k) {
      sum += static_cast<double>(filters[static_cast<std::size_t>(f) * kShape.sinc_taps + k]);
    }
    filter_sums_.push_back(static_cast<float>(sum));
  }
  norm_scale_ = pack.floats(prefix + "norm1d.0.weight", {kShape.sinc_filters});
  norm_shift_ = pack.floats(prefix + "norm1d.0.bias", {kShape.sinc_filters});

  const auto layer = [&](int index, int in) {
    const std::string i = std::to_string(index);
    const int out = kShape.conv_channels;
    const auto weights =
        pack.floats(prefix + "conv1d." + i + ".weight", {out, in, kShape.conv_taps});
    const auto bias = pack.floats(prefix + "conv1d." + i + ".bias", {out});
    return Layer{
        kernels::PackedWeights(taps_first(weights, out, in, kShape.conv_taps), out,
                               in * kShape.conv_taps, bias, kernels.panel),
        pack.floats(prefix + "norm1d." + i + ".weight", {out}),
        pack.floats(prefix + "norm1d." + i + ".bias", {out}),
    };
  };
  second_ = layer(1, kShape.sinc_filters);
  third_ = layer(2, kShape.conv_channels);
}

void SincNet::convolve(const kernels::PackedWeights& weights, const float* input, int channels,
                       int frames, float* output) const {
  kernels::Contraction c;
  c.input = input;
  c.row_stride = channels;
  c.weights = &weights;
  c.output = output;
  c.output_row_stride = weights.columns();
  c.rows = frames;
  kernels_.contract(c);
}

// Responses [first, end), no more than the ring holds, to their places in it.
void SincNet::respond(const float* samples, int first, int end, Workspace& workspace) const {
  const std::ptrdiff_t filters = kShape.sinc_filters;
  kernels::Contraction c;
  c.row_stride = kShape.sinc_stride;
  c.weights = &filters_;
  c.output_row_stride = filters;
  while (first < end) {
    const int place = first % kRing;
    c.input = samples + static_cast<std::ptrdiff_t>(first) * kShape.sinc_stride;
    c.output = workspace.raw.data() + place * filters;
    c.rows = std::min(end - first, kRing - place);
    kernels_.contract(c);
    first += c.rows;
  }
  std::copy_n(workspace.raw.data(), (kShape.pool - 1) * filters,
              workspace.raw.data() + kRing * filters);
}

void SincNet::run(const float* samples, int windows, int step_samples, Workspace& workspace,
                  float* out, const CancellationToken* cancellation) const {
  const int filters = kShape.sinc_filters;
  const int step_rows = step_samples / kShape.sinc_stride;
  int end = 0;  // of the responses that are there
  for (int w = 0; w < windows; ++w) {
    stop_if_cancelled(cancellation);
    const int begin = w * step_rows;
    respond(samples, std::max(end, begin), begin + kRing, workspace);
    end = begin + kRing;

    // conv(scale * (x - mean) + shift) = scale * conv(x) + (shift - scale * mean) * sum of the
    // filter.
    const Moments wave =
        moments(samples + static_cast<std::ptrdiff_t>(w) * step_samples, kShape.window_samples);
    const double gain = static_cast<double>(wave_scale_) /
                        std::sqrt(wave.variance + static_cast<double>(kInstanceNormEpsilon));
    const double offset = static_cast<double>(wave_shift_) - gain * wave.mean;
    for (int f = 0; f < filters; ++f) {
      const auto i = static_cast<std::size_t>(f);
      workspace.shift[i] = static_cast<float>(offset * static_cast<double>(filter_sums_[i]));
    }
    const int channels = kShape.conv_channels;
    float* pooled = workspace.pooled.data();
    float* convolved = workspace.convolved.data();
    // The groups that start before the ring's end, then the others.
    const int place = begin % kRing;
    const int before = std::min(kShape.pooled1(), (kRing - place + kShape.pool - 1) / kShape.pool);
    const auto pool = [&](int first_row, int first_group, int groups) {
      kernels_.affine_abs_max_pool(
          workspace.raw.data() + static_cast<std::ptrdiff_t>(first_row) * filters, filters,
          static_cast<float>(gain), workspace.shift.data(),
          pooled + static_cast<std::ptrdiff_t>(first_group) * filters, groups, filters);
    };
    pool(place, 0, before);
    pool(place + before * kShape.pool - kRing, before, kShape.pooled1() - before);
    kernels_.instance_norm_leaky(pooled, kShape.pooled1(), filters, norm_scale_.data(),
                                 norm_shift_.data(), kInstanceNormEpsilon, pooled, filters);
    convolve(second_.weights, pooled, filters, kShape.conv2_frames(), convolved);
    kernels_.max_pool(convolved, channels, pooled, kShape.pooled2(), channels);
    kernels_.instance_norm_leaky(pooled, kShape.pooled2(), channels, second_.norm_scale.data(),
                                 second_.norm_shift.data(), kInstanceNormEpsilon, pooled, channels);
    convolve(third_.weights, pooled, channels, kShape.conv3_frames(), convolved);
    kernels_.max_pool(convolved, channels, pooled, kShape.frames(), channels);
    kernels_.instance_norm_leaky(pooled, kShape.frames(), channels, third_.norm_scale.data(),
                                 third_.norm_shift.data(), kInstanceNormEpsilon,
                                 out + static_cast<std::ptrdiff_t>(w) * channels,
                                 static_cast<std::ptrdiff_t>(windows) * channels);
  }
}

}  // namespace diarist::nets
