#include "transcripts/labels.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "formats/cues.hpp"
#include "formats/held_name.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {

void remove_label(TranscriptSegment& segment, const std::vector<std::string>& names) {
  const std::string first_line = segment.text.substr(0, segment.text.find('\n'));
  const std::size_t begin = first_line.find_first_not_of(" \t");
  if (begin == std::string::npos) return;
  const auto name = formats::name_before_colon(first_line);
  if (!name) return;
  const bool bracketed = first_line[begin] == '[';
  const bool known = std::any_of(names.begin(), names.end(), [&](const std::string& each) {
    return formats::subtitle_name(each) == *name;
  });
  if (!bracketed && !known) return;

  // As many words as the label has: it ends with a colon, behind which a word begins.
  const auto end = static_cast<std::size_t>(name->data() - first_line.data()) + name->size();
  std::size_t label = end;
  const std::string_view line = first_line;
  while (formats::leading_colon(line.substr(label)) == 0) ++label;
  label += formats::leading_colon(line.substr(label));
  std::size_t bytes = 0;
  std::size_t words = 0;
  while (words < segment.words.size() && bytes < label) bytes += segment.words[words++].text.size();
  if (bytes != label && words < segment.words.size()) return;
  segment.words.erase(segment.words.begin(),
                      segment.words.begin() + static_cast<std::ptrdiff_t>(words));
  segment.text.clear();
  for (const TranscriptWord& word : segment.words) segment.text += word.text;
  // The time of what is not said falls to the rest.
  const bool timed = std::any_of(segment.words.begin(), segment.words.end(),
                                 [](const TranscriptWord& word) { return word.timed; });
  if (!timed) estimate_times(segment);
}

}  // namespace diarist::transcripts
