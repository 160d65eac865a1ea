// The complaints about recordings that several decoders share, so that they read the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "diarist/error.hpp"

namespace diarist::audio {

/// "1.500 s".
std::string in_seconds(double seconds);

/// A recording that ends before its header says.
Error truncated(const std::string& subject, double readable_s, double declared_s);

/// A recording whose coded samples do not decode from `at_s` on. `declared_s`: its length, where
/// known.
Error damaged(const std::string& subject, double at_s, std::optional<double> declared_s,
              const std::string& decoder_says);

/// A well-formed header with nothing after it.
Error no_samples(const std::string& subject);

/// Throws Error{corrupt_audio} for no channels or a rate of zero, Error{unsupported_audio} for more
/// of either than kMaxChannels and kMaxRateHz.
void check_layout(const std::string& subject, std::int64_t channels, std::int64_t rate_hz);

}  // namespace diarist::audio
