#include "kernels/winograd.hpp"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/codes.hpp"
#include "kernels/dot_i16-inl.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/low_bytes-inl.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

// Highway's baseline of one lane has no 16-bit pairs; it is never chosen (our scalar twin is).
#if HWY_TARGET == HWY_SCALAR

void winograd(const WinogradConvolution&) {}
int winograd_panel() { return 2; }

#else

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Integers = hn::ScalableTag<std::int32_t>;
using Float = hn::Vec<Floats>;

// Tiles whose sums one pass of the inner loop holds: 6 rows of 2 vectors make 12 accumulators,
// which with two of weights and one of inputs fit AVX2's 16 registers.
constexpr int kRows = 6;

constexpr int kSide = kWinogradInput;
constexpr int kPositions = kWinogradPositions;

// What differs between the two arithmetics.
struct InFloats {
  using Element = float;      // of a map
  using Transformed = float;  // of a transformed tile
  using Lanes = hn::ScalableTag<float>;
  using Vector = hn::Vec<Lanes>;
  using Sums = Floats;
  static HWY_INLINE Vector load(const float* from) { return hn::LoadU(Lanes(), from); }
  static HWY_INLINE Vector four_times(Vector v) { return hn::Mul(v, hn::Set(Lanes(), 4.0F)); }
  static HWY_INLINE Vector twice(Vector v) { return hn::Add(v, v); }
  static HWY_INLINE Float multiply_add(std::uint32_t x, const std::uint32_t* weights, Float sum) {
    const Floats d;
    const hn::RebindToUnsigned<Floats> du;
    return hn::MulAdd(hn::BitCast(d, hn::Set(du, x)), hn::BitCast(d, hn::Load(du, weights)), sum);
  }
  static HWY_INLINE Float to_float(Float sum) { return sum; }
};

struct InIntegers {
  using Element = std::uint8_t;
  using Transformed = std::int16_t;
  using Lanes = hn::ScalableTag<std::int16_t>;
  using Vector = hn::Vec<Lanes>;
  using Sums = Integers;
  static HWY_INLINE Vector load(const std::uint8_t* from) {
    const hn::Rebind<std::uint8_t, Lanes> narrow;
    return hn::PromoteTo(Lanes(), hn::LoadU(narrow, from));
  }
  static HWY_INLINE Vector four_times(Vector v) { return hn::ShiftLeft<2>(v); }
  static HWY_INLINE Vector twice(Vector v) { return hn::Add(v, v); }
  static HWY_INLINE hn::Vec<Integers> multiply_add(std::uint32_t x, const std::uint32_t* weights,
                                                   hn::Vec<Integers> sum) {
    const hn::RebindToUnsigned<Integers> du;
    const Lanes d16;
    return dot_pairs(Integers(), hn::BitCast(d16, hn::Set(du, x)),
                     hn::BitCast(d16, hn::Load(du, weights)), sum);
  }
  static HWY_INLINE Float to_float(hn::Vec<Integers> sum) { return hn::ConvertTo(Floats(), sum); }
};

// Six inputs along one side of a tile, transformed: B' x.
template <class In, class V, class Store>
HWY_INLINE void transform_input(V x0, V x1, V x2, V x3, V x4, V x5, const Store& store) {
  const V even = hn::Sub(x4, In::four_times(x2));
  const V odd = hn::Sub(x3, In::four_times(x1));
  const V wide_even = hn::Sub(x4, x2);
  const V wide_odd = In::twice(hn::Sub(x3, x1));
  store(0, hn::Add(hn::Sub(In::four_times(hn::Sub(x0, x2)), x2), x4));
  store(1, hn::Add(even, odd));
  store(2, hn::Sub(even, odd));
  store(3, hn::Add(wide_even, wide_odd));
  store(4, hn::Sub(wide_even, wide_odd));
  store(5, hn::Add(hn::Sub(In::four_times(hn::Sub(x1, x3)), x3), x5));
}

// One tile's inputs, [6][6][depth] of a map, to [36][depth].
template <class In>
HWY_INLINE void transform_tile(const typename In::Element* input, std::ptrdiff_t line_stride,
                               int depth, typename In::Transformed* out) {
  using V = typename In::Vector;
  const typename In::Lanes d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN
  typename In::Transformed half[kPositions * HWY_MAX_BYTES / sizeof(typename In::Transformed)];
  for (int c = 0; c < depth; c += lanes) {
    for (int j = 0; j < kSide; ++j) {
      const typename In::Element* column = input + static_cast<std::ptrdiff_t>(j) * depth + c;
      const auto at = [&](int i) HWY_ATTR { return In::load(column + i * line_stride); };
      transform_input<In, V>(at(0), at(1), at(2), at(3), at(4), at(5), [&](int i, V v) HWY_ATTR {
        hn::Store(v, d, half + static_cast<std::ptrdiff_t>(i * kSide + j) * lanes);
      });
    }
    for (int i = 0; i < kSide; ++i) {
      const typename In::Transformed* row = half + static_cast<std::ptrdiff_t>(i) * kSide * lanes;
      const auto at = [&](int j) HWY_ATTR {
        return hn::Load(d, row + static_cast<std::ptrdiff_t>(j) * lanes);
      };
      transform_input<In, V>(at(0), at(1), at(2), at(3), at(4), at(5), [&](int j, V v) HWY_ATTR {
        hn::Store(v, d, out + static_cast<std::ptrdiff_t>(i * kSide + j) * depth + c);
      });
    }
  }
}

// kCount tiles times one position of one panel. `tile_stride` 32-bit units lie between the tiles'
// inputs.
template <class In, int kCount>
HWY_INLINE void multiply(const std::uint32_t* HWY_RESTRICT input, std::ptrdiff_t tile_stride,
                         const std::uint32_t* HWY_RESTRICT weights, int units,
                         hn::TFromD<typename In::Sums>* HWY_RESTRICT sums,
                         std::ptrdiff_t sums_stride) {
  const typename In::Sums d;
  using V = hn::Vec<typename In::Sums>;
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  V low0 = hn::Zero(d);
  V low1 = low0;
  V low2 = low0;
  V low3 = low0;
  V low4 = low0;
  V low5 = low0;
  V high0 = low0;
  V high1 = low0;
  V high2 = low0;
  V high3 = low0;
  V high4 = low0;
  V high5 = low0;
  for (int k = 0; k < units; ++k) {
    const std::uint32_t* upper = weights + lanes;
    low0 = In::multiply_add(input[k], weights, low0);
    high0 = In::multiply_add(input[k], upper, high0);
    if constexpr (kCount > 1) {
      low1 = In::multiply_add(input[k + tile_stride], weights, low1);
      high1 = In::multiply_add(input[k + tile_stride], upper, high1);
    }
    if constexpr (kCount > 2) {
      low2 = In::multiply_add(input[k + 2 * tile_stride], weights, low2);
      high2 = In::multiply_add(input[k + 2 * tile_stride], upper, high2);
    }
    if constexpr (kCount > 3) {
      low3 = In::multiply_add(input[k + 3 * tile_stride], weights, low3);
      high3 = In::multiply_add(input[k + 3 * tile_stride], upper, high3);
    }
    if constexpr (kCount > 4) {
      low4 = In::multiply_add(input[k + 4 * tile_stride], weights, low4);
      high4 = In::multiply_add(input[k + 4 * tile_stride], upper, high4);
    }
    if constexpr (kCount > 5) {
      low5 = In::multiply_add(input[k + 5 * tile_stride], weights, low5);
      high5 = In::multiply_add(input[k + 5 * tile_stride], upper, high5);
    }
    weights += 2 * lanes;
  }
  const auto store = [&](int row, V low, V high) HWY_ATTR {
    hn::Store(low, d, sums + row * sums_stride);
    hn::Store(high, d, sums + row * sums_stride + lanes);
  };
  store(0, low0, high0);
  if constexpr (kCount > 1) store(1, low1, high1);
  if constexpr (kCount > 2) store(2, low2, high2);
  if constexpr (kCount > 3) store(3, low3, high3);
  if constexpr (kCount > 4) store(4, low4, high4);
  if constexpr (kCount > 5) store(5, low5, high5);
}

template <class In>
HWY_INLINE void multiply_rows(int rows, const std::uint32_t* input, std::ptrdiff_t tile_stride,
                              const std::uint32_t* weights, int units,
                              hn::TFromD<typename In::Sums>* sums, std::ptrdiff_t sums_stride) {
  switch (rows) {
    case 1:
      return multiply<In, 1>(input, tile_stride, weights, units, sums, sums_stride);
    case 2:
      return multiply<In, 2>(input, tile_stride, weights, units, sums, sums_stride);
    case 3:
      return multiply<In, 3>(input, tile_stride, weights, units, sums, sums_stride);
    case 4:
      return multiply<In, 4>(input, tile_stride, weights, units, sums, sums_stride);
    case 5:
      return multiply<In, 5>(input, tile_stride, weights, units, sums, sums_stride);
    default:
      return multiply<In, 6>(input, tile_stride, weights, units, sums, sums_stride);
  }
}

// Six sums along one side of a tile, to its four outputs: A' m, with the factors that
// winograd_weights.cpp describes.
template <class Store>
HWY_INLINE void transform_sums(Float m0, Float m1, Float m2, Float m3, Float m4, Float m5,
                               const Store& store) {
  const Floats d;
  const Float sum = hn::Add(m1, m2);
  const Float difference = hn::Sub(m1, m2);
  const Float wide_sum = hn::Add(m3, m4);
  const Float wide_difference = hn::Sub(m3, m4);
  store(0, hn::MulAdd(m0, hn::Set(d, 0.5F), hn::MulAdd(wide_sum, hn::Set(d, 0.25F), sum)));
  store(1, hn::MulAdd(wide_difference, hn::Set(d, 0.5F), difference));
  store(2, hn::Add(sum, wide_sum));
  store(3, hn::MulAdd(hn::Add(wide_difference, m5), hn::Set(d, 2.0F), difference));
}

struct Place {
  const float* scale;
  const float* offset;
  const float* residual_scale;
  const std::uint8_t* residual_codes;
  const float* residual;
  std::ptrdiff_t residual_line_stride;
  std::uint8_t* output_codes;
  float* output;
  std::ptrdiff_t output_line_stride;
  std::ptrdiff_t channels;
  int lines;  // inside the map, 1 to 4
  int bins;
};

// What a tile's outputs are made of and become.
enum class Residual { none, codes, floats };
enum class Output { codes, floats };

// One vector of one tile's sums, 36 rows `panel` apart, to its outputs.
template <class In, Residual kResidual, Output kOutput>
HWY_INLINE void finish_tile(const hn::TFromD<typename In::Sums>* sums, int panel,
                            const Place& place) {
  const Floats d;
  const Integers d32;
  const hn::RebindToUnsigned<Floats> du;
  const typename In::Sums ds;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  HWY_ALIGN float half[kWinogradTile * kSide * HWY_MAX_BYTES / sizeof(float)];
  for (int j = 0; j < kSide; ++j) {
    const auto at = [&](int i) HWY_ATTR {
      return In::to_float(hn::Load(ds, sums + static_cast<std::ptrdiff_t>(i * kSide + j) * panel));
    };
    transform_sums(at(0), at(1), at(2), at(3), at(4), at(5), [&](int i, Float v) HWY_ATTR {
      hn::Store(v, d, half + (i * kSide + j) * lanes);
    });
  }
  const Float scale = hn::LoadU(d, place.scale);
  const Float offset = hn::LoadU(d, place.offset);
  const Float residual_scale =
      kResidual == Residual::none ? hn::Zero(d) : hn::LoadU(d, place.residual_scale);
  for (int i = 0; i < place.lines; ++i) {
    const float* row = half + i * kSide * lanes;
    const auto at = [&](int j) HWY_ATTR { return hn::Load(d, row + j * lanes); };
    transform_sums(at(0), at(1), at(2), at(3), at(4), at(5), [&](int j, Float v) HWY_ATTR {
      if (j >= place.bins) return;
      Float y = hn::MulAdd(v, scale, offset);
      const std::ptrdiff_t from = i * place.residual_line_stride + j * place.channels;
      if constexpr (kResidual == Residual::codes) {
        const auto codes = hn::PromoteTo(d32, hn::LoadU(d8, place.residual_codes + from));
        y = hn::MulAdd(hn::ConvertTo(d, codes), residual_scale, y);
      } else if constexpr (kResidual == Residual::floats) {
        y = hn::MulAdd(hn::LoadU(d, place.residual + from), residual_scale, y);
      }
      const std::ptrdiff_t to = i * place.output_line_stride + j * place.channels;
      y = hn::Max(y, hn::Zero(d));
      if constexpr (kOutput == Output::codes) {
        const Float rounded = hn::Add(hn::Min(y, hn::Set(d, static_cast<float>(kHighestCode))),
                                      hn::Set(d, kRoundToInteger));
        hn::StoreU(low_bytes(d8, hn::BitCast(du, rounded)), d8, place.output_codes + to);
      } else {
        hn::StoreU(y, d, place.output + to);
      }
    });
  }
}

template <class In>
HWY_INLINE void finish(const hn::TFromD<typename In::Sums>* sums, int panel, const Place& place) {
  if (place.output_codes != nullptr) {
    if (place.residual_codes != nullptr) {
      finish_tile<In, Residual::codes, Output::codes>(sums, panel, place);
    } else if (place.residual != nullptr) {
      finish_tile<In, Residual::floats, Output::codes>(sums, panel, place);
    } else {
      finish_tile<In, Residual::none, Output::codes>(sums, panel, place);
    }
  } else {
    if (place.residual_codes != nullptr) {
      finish_tile<In, Residual::codes, Output::floats>(sums, panel, place);
    } else if (place.residual != nullptr) {
      finish_tile<In, Residual::floats, Output::floats>(sums, panel, place);
    } else {
      finish_tile<In, Residual::none, Output::floats>(sums, panel, place);
    }
  }
}

template <class In>
void convolve(const WinogradConvolution& c) {
  using Transformed = typename In::Transformed;
  using Sum = hn::TFromD<typename In::Sums>;
  const WinogradWeights& w = *c.weights;
  const int lanes = static_cast<int>(hn::Lanes(Floats()));
  const int panel = 2 * lanes;
  const int units = w.depth_units();
  const std::ptrdiff_t tile_units = static_cast<std::ptrdiff_t>(kPositions) * units;
  const int tiles_across = whole_tiles(c.bins) / kWinogradTile;
  const int tiles = whole_tiles(c.lines) / kWinogradTile * tiles_across;
  const int at_once =
      std::max(kRows, static_cast<int>(kWinogradTransformedBytes / sizeof(std::uint32_t) /
                                       static_cast<std::size_t>(tile_units)) /
                          kRows * kRows);
  auto* transformed = static_cast<std::uint32_t*>(c.workspace);
  auto* sums = reinterpret_cast<Sum*>(static_cast<char*>(c.workspace) + kWinogradTransformedBytes);
  const std::ptrdiff_t channels = w.columns();

  for (int first = 0; first < tiles; first += at_once) {
    const int count = std::min(at_once, tiles - first);
    for (int t = 0; t < count; ++t) {
      const std::ptrdiff_t line = (first + t) / tiles_across * kWinogradTile;
      const std::ptrdiff_t bin = (first + t) % tiles_across * kWinogradTile;
      transform_tile<In>(static_cast<const typename In::Element*>(c.input) +
                             line * c.input_line_stride + bin * w.depth(),
                         c.input_line_stride, w.depth(),
                         reinterpret_cast<Transformed*>(transformed + t * tile_units));
    }
    for (int p = 0; p * panel < channels; ++p) {
      const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(p) * panel;
      for (int group = 0; group < count; group += kRows) {
        const int grouped = std::min(kRows, count - group);
        const std::ptrdiff_t sums_stride = static_cast<std::ptrdiff_t>(kPositions) * panel;
        for (int position = 0; position < kPositions; ++position) {
          const std::uint32_t* weights =
              w.panel_data(p) + static_cast<std::ptrdiff_t>(position) * units * panel;
          multiply_rows<In>(
              grouped,
              transformed + group * tile_units + static_cast<std::ptrdiff_t>(position) * units,
              tile_units, weights, units, sums + static_cast<std::ptrdiff_t>(position) * panel,
              sums_stride);
        }
        for (int t = 0; t < grouped; ++t) {
          const int index = first + group + t;
          const int line = index / tiles_across * kWinogradTile;
          const int bin = index % tiles_across * kWinogradTile;
          for (int half = 0; half < 2; ++half) {
            const std::ptrdiff_t channel = column + half * lanes;
            const std::ptrdiff_t from = line * c.residual_line_stride + bin * channels + channel;
            const std::ptrdiff_t to = line * c.output_line_stride + bin * channels + channel;
            Place place{};
            place.scale = c.scale + channel;
            place.offset = c.offset + channel;
            if (c.residual_scale != nullptr) place.residual_scale = c.residual_scale + channel;
            if (c.residual_codes != nullptr) place.residual_codes = c.residual_codes + from;
            if (c.residual != nullptr) place.residual = c.residual + from;
            place.residual_line_stride = c.residual_line_stride;
            if (c.output_codes != nullptr) place.output_codes = c.output_codes + to;
            if (c.output != nullptr) place.output = c.output + to;
            place.output_line_stride = c.output_line_stride;
            place.channels = channels;
            place.lines = std::min(kWinogradTile, c.lines - line);
            place.bins = std::min(kWinogradTile, c.bins - bin);
            finish<In>(sums + t * sums_stride + static_cast<std::ptrdiff_t>(half) * lanes, panel,
                       place);
          }
        }
      }
    }
  }
}

void winograd(const WinogradConvolution& c) {
  if (c.weights->arithmetic() == WinogradArithmetic::f32) {
    convolve<InFloats>(c);
  } else {
    convolve<InIntegers>(c);
  }
}

int winograd_panel() { return 2 * static_cast<int>(hn::Lanes(Floats())); }

#endif

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(winograd);
HWY_EXPORT(winograd_panel);

void fill_winograd(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.winograd = HWY_DISPATCH_TABLE(winograd)[index];
  set.winograd_panel = HWY_DISPATCH_TABLE(winograd_panel)[index]();
}

}  // namespace diarist::kernels
#endif
