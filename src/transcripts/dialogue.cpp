#include "transcripts/dialogue.hpp"

#include <cstdint>
#include <set>
#include <utility>

#include "transcripts/splitting.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

/// Long enough for a reader to want to know of it; a monologue then is no single lump either.
constexpr double kPause_s = 3.0;

std::string name_of(const std::string& speaker) {
  std::string name = in_one_line(speaker);
  return name.empty() ? kNobody : name;
}

}  // namespace

std::vector<Paragraph> paragraphs_of(const Transcript& transcript) {
  std::set<std::string> recordings;
  for (const TranscriptSegment& segment : transcript.segments) recordings.insert(segment.recording);
  std::vector<Paragraph> paragraphs;
  double end_s = 0;
  for (const TranscriptSegment& segment : transcript.segments) {
    for (const TranscriptSegment& part : split_by_speaker(segment)) {
      const std::string text = in_one_line(part.text);
      if (text.empty()) continue;
      const std::string recording = recordings.size() > 1 ? segment.recording : "";
      const std::string speaker = name_of(part.speaker);
      const bool goes_on = !paragraphs.empty() && paragraphs.back().speaker == speaker &&
                           paragraphs.back().recording == recording &&
                           part.start_s - end_s < kPause_s;
      if (!goes_on) {
        paragraphs.push_back({recording, speaker, part.start_s, text});
      } else {
        // Segments end without a blank; in scripts that are written without blanks none is missing.
        std::string& before = paragraphs.back().text;
        before += (begins_word(before, text) ? "" : " ") + text;
      }
      end_s = part.end_s;
    }
  }
  return paragraphs;
}

std::string clock_of(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  const auto two_digits = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + ":" +
         two_digits(whole % 60);
}

}  // namespace diarist::transcripts
