#include "transcripts/loose_words.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "transcripts/characters.hpp"

namespace diarist::transcripts {
namespace {

/// Longer than people pause within a sentence, as a rule.
constexpr double kPause_s = 1.0;

std::string letters_of(std::string_view text) {
  std::string letters;
  while (!text.empty()) {
    const Character c = next_character(text);
    if (is_letter(c.code)) letters += c.bytes;
  }
  return letters;
}

/// Empty where the letters differ.
std::vector<std::vector<std::size_t>> by_letters(const std::vector<TranscriptSegment>& segments,
                                                 const std::vector<std::string>& texts) {
  std::vector<std::vector<std::size_t>> found(segments.size());
  std::size_t word = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string letters = letters_of(segments[i].text);
    for (std::string_view rest = letters; !rest.empty();) {
      const std::string next = word < texts.size() ? letters_of(texts[word]) : std::string();
      if (word == texts.size() || !rest.starts_with(next)) return {};
      rest.remove_prefix(next.size());
      found[i].push_back(word++);
    }
  }
  return word == texts.size() ? found : std::vector<std::vector<std::size_t>>();
}

}  // namespace

std::vector<TranscriptSegment> segments_between_pauses(std::vector<TranscriptWord> words) {
  std::vector<TranscriptSegment> segments;
  for (TranscriptWord& word : words) {
    if (segments.empty() || word.start_s - segments.back().end_s >= kPause_s ||
        word.start_s < segments.back().start_s) {
      TranscriptSegment& segment = segments.emplace_back();
      segment.origin = segments.size() - 1;
      segment.start_s = word.start_s;
      segment.end_s = word.end_s;
    }
    TranscriptSegment& segment = segments.back();
    word.origin = segment.words.size();
    segment.end_s = std::max(segment.end_s, word.end_s);
    segment.text += word.text;
    segment.words.push_back(std::move(word));
  }
  return segments;
}

std::vector<std::vector<std::size_t>> consecutive(const std::vector<TranscriptSegment>& segments) {
  std::vector<std::vector<std::size_t>> places;
  std::size_t next = 0;
  for (const TranscriptSegment& segment : segments) {
    auto& own = places.emplace_back(segment.words.size());
    std::iota(own.begin(), own.end(), next);
    next += own.size();
  }
  return places;
}

std::vector<std::vector<std::size_t>> loose_words_of(const std::vector<TranscriptSegment>& segments,
                                                     const std::vector<TranscriptWord>& words,
                                                     const std::vector<std::string>& texts) {
  auto found = by_letters(segments, texts);
  if (!found.empty()) return found;
  found.assign(segments.size(), {});
  std::vector<std::size_t> order(segments.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(segments[a].start_s, a) < std::pair(segments[b].start_s, b);
  });
  std::size_t chosen = order.front();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].timed) {
      const double middle_s = (words[i].start_s + words[i].end_s) / 2;
      const auto after = std::upper_bound(
          order.begin(), order.end(), middle_s,
          [&](double time_s, std::size_t segment) { return time_s < segments[segment].start_s; });
      // The last one that has begun, unless it is over and the next one is nearer.
      chosen = after == order.begin() ? *after : *(after - 1);
      if (after != order.begin() && after != order.end() &&
          segments[*after].start_s - middle_s < middle_s - segments[chosen].end_s) {
        chosen = *after;
      }
    }
    found[chosen].push_back(i);
  }
  return found;
}

}  // namespace diarist::transcripts
