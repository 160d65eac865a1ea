#include "cutting/output_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "diarist/error.hpp"

namespace diarist::cutting {
namespace {

using audio::Container;
using audio::SampleCoding;

/// Of an integer's 32, those that a sample has.
int bits_of(SampleCoding coding) {
  switch (coding) {
    case SampleCoding::pcm_8:
      return 8;
    case SampleCoding::pcm_24:
      return 24;
    case SampleCoding::pcm_32:
      return 32;
    default:  // A-law and u-law are tables of 16 bits.
      return 16;
  }
}

/// As the 32 bits that hold it: `value` in steps of a sample of so many bits, in range.
std::int32_t in_steps(double value, int bits) {
  const double highest = std::ldexp(1.0, bits - 1) - 1;
  const double step = std::clamp(std::nearbyint(value), -highest - 1, highest);
  return static_cast<std::int32_t>(static_cast<std::int64_t>(step) *
                                   (std::int64_t{1} << (32 - bits)));
}

template <class Sample>
std::optional<std::size_t> to_integers(std::span<const std::byte> from, std::span<std::byte> to,
                                       int bits) {
  // One more than the highest is 1 in floats, and 2^31 in integers.
  constexpr double kOne = std::numeric_limits<Sample>::is_integer ? 2147483648.0 : 1.0;
  const double scale = std::ldexp(1.0, bits - 1) / kOne;
  const std::size_t count = from.size() / sizeof(Sample);
  for (std::size_t i = 0; i < count; ++i) {
    Sample sample;
    std::memcpy(&sample, from.data() + i * sizeof sample, sizeof sample);
    const auto value = static_cast<double>(sample);
    if (!std::isfinite(value)) return i;
    const std::int32_t converted = in_steps(value * scale, bits);
    std::memcpy(to.data() + i * sizeof converted, &converted, sizeof converted);
  }
  return std::nullopt;
}

[[noreturn]] void refuse(const std::string& recording, const std::string& problem,
                         const std::string& advice) {
  throw Error(ErrorCode::invalid_argument, recording, problem, advice);
}

}  // namespace

std::string_view coding_name(SampleCoding coding) {
  switch (coding) {
    case SampleCoding::pcm_8:
      return "pcm_8";
    case SampleCoding::pcm_16:
      return "pcm_16";
    case SampleCoding::pcm_24:
      return "pcm_24";
    case SampleCoding::pcm_32:
      return "pcm_32";
    case SampleCoding::f32:
      return "f32";
    case SampleCoding::f64:
      return "f64";
    case SampleCoding::a_law:
      return "a_law";
    case SampleCoding::u_law:
      return "u_law";
  }
  return "";
}

std::string_view container_name(Container container) {
  return container == Container::flac ? "flac" : "wav";
}

audio::StoredFormat output_format(audio::StoredFormat source, audio::WrittenFormat format,
                                  const SplitOptions& options, const std::string& recording) {
  audio::StoredFormat written = source;
  if (options.format == SplitFormat::flac) {
    written.container = Container::flac;
  } else if (options.format == SplitFormat::wav || source.container == Container::other) {
    if (written.container != Container::wavex) written.container = Container::wav;
  }
  if (options.bits) {
    written.coding = *options.bits == 24 ? SampleCoding::pcm_24 : SampleCoding::pcm_16;
  }
  if (written.container == Container::flac) {
    const bool law = written.coding == SampleCoding::a_law || written.coding == SampleCoding::u_law;
    if (law) written.coding = SampleCoding::pcm_16;  // Which holds what they decode to.
    if (audio::is_float(written.coding) || written.coding == SampleCoding::pcm_32) {
      refuse(recording,
             audio::is_float(written.coding)
                 ? "has floating-point samples, which FLAC cannot hold"
                 : "has samples of 32 bits, of which FLAC holds at most 24",
             "cut it to WAV, or have the samples rounded to 24 or 16 bits");
    }
  }
  format.stored = written;
  if (const auto reason = audio::refusal_of(format)) {
    refuse(recording,
           "cannot be cut to " + std::string(container_name(written.container)) + " of " +
               std::to_string(format.channels) + " channels at " +
               std::to_string(format.sample_rate_hz) + " Hz (" + *reason + ")",
           "cut it to WAV");
  }
  return written;
}

bool SampleConverter::narrows() const {
  return !audio::is_float(to_) && bits_of(to_) < bits_of(from_);
}

std::optional<std::size_t> SampleConverter::convert(std::span<const std::byte> from,
                                                    std::span<std::byte> to) const {
  if (from_ == SampleCoding::f32) return to_integers<float>(from, to, bits_of(to_));
  if (from_ == SampleCoding::f64) return to_integers<double>(from, to, bits_of(to_));
  return to_integers<std::int32_t>(from, to, bits_of(to_));
}

}  // namespace diarist::cutting
