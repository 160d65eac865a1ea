// Any bytes as a transcript: the first one chooses the format, the rest is read or refused by
// Error{malformed}. What was read gets speakers, keeps its promises, is written in every format,
// and in its own it is read back.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

namespace {

using diarist::Transcript;
using diarist::TranscriptFormat;
using diarist::TranscriptSegment;
using diarist::TranscriptWord;

/// Writing more than this costs time that is better spent on other input.
constexpr std::size_t kMostWords = 512;

diarist::Diarization some_turns(std::string_view names) {
  diarist::Diarization turns;
  turns.recording = "fuzz";
  turns.duration_s = 100;
  // Names of the input's own bytes, so that they turn up in labels too.
  turns.speakers = {{std::string(names.substr(0, 5)), 1, {}, 1},
                    {std::string(names.substr(0, 11)) + "<&\"", 1, {}, 1}};
  turns.turns = {{0, 2, 0, 1, 1}, {1, 3, 1, 0.5F, 1}, {5, 100, 0, std::nanf(""), 2}};
  return turns;
}

void check_span(double start_s, double end_s) {
  if (!(start_s >= 0) || !(end_s >= start_s) || !std::isfinite(end_s)) std::abort();
}

std::size_t check(const Transcript& transcript) {
  std::size_t words = 0;
  for (const TranscriptSegment& segment : transcript.segments) {
    check_span(segment.start_s, segment.end_s);
    words += segment.words.size();
    for (const TranscriptWord& word : segment.words) {
      check_span(word.start_s, word.end_s);
      if (std::isnan(word.confidence) != word.speaker.empty()) std::abort();
      if (word.confidence < 0 || word.confidence > 1) std::abort();
    }
  }
  return words;
}

std::string written(const Transcript& transcript, TranscriptFormat format) {
  std::ostringstream out;
  diarist::write(out, transcript, format);
  return std::move(out).str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<TranscriptFormat> formats;
  for (const diarist::TranscriptFormatInfo& info : diarist::transcript_formats()) {
    if (info.readable) formats.push_back(info.format);
  }
  // Letters from 'a' on, so that a seed begins with one that can be typed.
  const TranscriptFormat format = formats[(data[0] + 256 - 'a') % 256 % formats.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Transcript read;
  try {
    read = diarist::parse_transcript(text, "fuzz", format);
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
    return 0;
  }
  const std::size_t words = check(read);
  const std::vector<diarist::Diarization> turns = {some_turns(text)};
  std::vector<std::string> recordings;
  for (const TranscriptSegment& segment : read.segments) {
    if (segment.recording != read.segments.front().recording) return 0;  // Needs turns of each.
  }
  for (const auto split : {diarist::SegmentSplit::untimed, diarist::SegmentSplit::always}) {
    const Transcript assigned = diarist::assign_speakers(read, turns, {split, 1});
    check(assigned);
    if (words > kMostWords) continue;
    for (const diarist::TranscriptFormatInfo& info : diarist::transcript_formats()) {
      if (info.writable) written(assigned, info.format);
    }
    const std::string own = written(assigned, format);
    const Transcript back = diarist::parse_transcript(own, "fuzz", format);
    // CTM, and OpenAI's words without segments, hold words alone: pauses divide them anew.
    if (back.segments.size() != assigned.segments.size() && check(back) != check(assigned)) {
      std::abort();
    }
  }
  return 0;
}
