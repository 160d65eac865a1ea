// What kind of file a recording's samples go to.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diarist/split.hpp"

#include "audio/sample_writer.hpp"
#include "audio/stored_samples.hpp"

namespace diarist::cutting {

/// How samples are to be written that are stored so. Throws Error{invalid_argument} with
/// `recording` as subject for FLAC of floats or of 32-bit integers, and for what the writing
/// library refuses (`format` has rate and channels; its own `stored` does not matter).
audio::StoredFormat output_format(audio::StoredFormat source, audio::WrittenFormat format,
                                  const SplitOptions& options, const std::string& recording);

/// "pcm_16", "f32", "u_law" and so on.
std::string_view coding_name(audio::SampleCoding coding);
/// "wav" or "flac".
std::string_view container_name(audio::Container container);

/// Samples as they were read to what the writer takes, in place where both have as many bytes; else
/// into `to`. Integers of fewer bits are rounded to the nearest one and held within the range, and
/// so are floats, 1 being one more than the highest. Returns where what is not finite stands, if it
/// does.
class SampleConverter {
 public:
  SampleConverter(audio::SampleCoding from, audio::SampleCoding to) : from_(from), to_(to) {}

  /// Whether there is nothing to do.
  bool copies() const { return from_ == to_ || !(audio::is_float(from_) || narrows()); }

  /// `from`: samples of from_'s kind; `to`: as many of to_'s. Returns the number of the first one
  /// that is not finite, or nothing.
  std::optional<std::size_t> convert(std::span<const std::byte> from,
                                     std::span<std::byte> to) const;

 private:
  bool narrows() const;

  audio::SampleCoding from_;
  audio::SampleCoding to_;
};

}  // namespace diarist::cutting
