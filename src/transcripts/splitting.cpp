#include "transcripts/splitting.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>

namespace diarist::transcripts {
namespace {

/// A word of no length still weighs something.
constexpr double kLeastWeight_s = 0.02;

double weight_of(const TranscriptWord& word) {
  return std::max(word.end_s - word.start_s, kLeastWeight_s);
}

}  // namespace

void set_speaker_of_words(TranscriptSegment& segment) {
  struct Share {
    const std::string* speaker;
    double weight = 0;
    double sure = 0;
  };
  std::vector<Share> shares;
  double all = 0;
  for (const TranscriptWord& word : segment.words) {
    const double weight = weight_of(word);
    all += weight;
    if (word.speaker.empty()) continue;
    auto known = std::find_if(shares.begin(), shares.end(),
                              [&](const Share& share) { return *share.speaker == word.speaker; });
    if (known == shares.end()) known = shares.insert(shares.end(), {&word.speaker, 0, 0});
    known->weight += weight;
    if (!std::isnan(word.confidence)) known->sure += weight * static_cast<double>(word.confidence);
  }
  segment.speaker.clear();
  segment.confidence = std::numeric_limits<float>::quiet_NaN();
  // The first of the greatest: words are in the order of the text.
  const auto most =
      std::max_element(shares.begin(), shares.end(),
                       [](const Share& a, const Share& b) { return a.weight < b.weight; });
  if (most == shares.end()) return;
  segment.speaker = *most->speaker;
  segment.confidence = static_cast<float>(std::clamp(most->sure / all, 0.0, 1.0));
}

std::vector<TranscriptSegment> split_by_speaker(const TranscriptSegment& segment) {
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < segment.words.size(); ++i) {
    if (i == 0 || segment.words[i].speaker != segment.words[i - 1].speaker) begins.push_back(i);
  }
  if (begins.size() < 2) return {segment};
  std::vector<TranscriptSegment> parts;
  for (std::size_t run = 0; run < begins.size(); ++run) {
    const bool last = run + 1 == begins.size();
    TranscriptSegment& part = parts.emplace_back();
    part.recording = segment.recording;
    part.channel = segment.channel;
    part.origin = segment.origin;
    const auto first = segment.words.begin() + static_cast<std::ptrdiff_t>(begins[run]);
    const auto end = last ? segment.words.end()
                          : segment.words.begin() + static_cast<std::ptrdiff_t>(begins[run + 1]);
    part.words.assign(first, end);
    for (const TranscriptWord& word : part.words) part.text += word.text;
    const auto inside = [&](double time_s) {
      return std::clamp(time_s, segment.start_s, segment.end_s);
    };
    part.start_s = run == 0 ? segment.start_s : inside(part.words.front().start_s);
    part.end_s = last ? segment.end_s : inside(part.words.back().end_s);
    part.end_s = std::max(part.end_s, part.start_s);
    set_speaker_of_words(part);
  }
  return parts;
}

}  // namespace diarist::transcripts
