// Any bytes as turns: the first one chooses the format, the rest is read or refused by
// Error{malformed}. What was read is written in every format, and in its own it reads back the same
// once it has been there.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

namespace {

/// Writing more than this costs time that is better spent on other input.
constexpr std::size_t kMostTurns = 64;

void check(const diarist::Diarization& diarization) {
  double last_start_s = 0;
  for (const diarist::Turn& turn : diarization.turns) {
    if (!(turn.start_s >= last_start_s) || !(turn.end_s > turn.start_s)) std::abort();
    if (!(turn.end_s <= diarization.duration_s) || turn.channel < 1) std::abort();
    if (turn.confidence < 0 || turn.confidence > 1) std::abort();
    const auto speaker = static_cast<std::size_t>(turn.speaker);
    if (turn.speaker < 0 || speaker >= diarization.speakers.size()) std::abort();
    last_start_s = turn.start_s;
  }
}

std::string written(std::span<const diarist::Diarization> diarizations,
                    diarist::FileFormat format) {
  std::ostringstream out;
  diarist::write(out, diarizations, format);
  return std::move(out).str();
}

void check_writing(const std::vector<diarist::Diarization>& diarizations,
                   diarist::FileFormat read_as) {
  for (const diarist::FormatInfo& info : diarist::file_formats()) {
    if (diarizations.size() > 1 && !info.several) continue;
    const std::string text = written(diarizations, info.format);
    diarist::losses(diarizations, info.format);
    if (info.format != read_as) continue;
    const std::string again = written(diarist::parse_turns(text, "fuzz", info.format), info.format);
    if (written(diarist::parse_turns(again, "fuzz", info.format), info.format) != again) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<diarist::FileFormat> formats;
  for (const diarist::FormatInfo& info : diarist::file_formats()) {
    if (info.readable) formats.push_back(info.format);
  }
  // Letters from 'a' on, so that a seed begins with one that can be typed.
  const diarist::FileFormat format = formats[(data[0] + 256 - 'a') % 256 % formats.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<diarist::Diarization> read;
  try {
    read = diarist::parse_turns(text, "fuzz", format);
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
    return 0;
  }
  if (read.empty()) std::abort();
  std::size_t turns = 0;
  for (const diarist::Diarization& diarization : read) {
    check(diarization);
    turns += diarization.turns.size();
  }
  if (turns <= kMostTurns) check_writing(read, format);
  return 0;
}
