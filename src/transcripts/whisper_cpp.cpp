#include "transcripts/whisper_cpp.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "formats/cues.hpp"
#include "formats/lines.hpp"
#include "formats/unicode.hpp"
#include "transcripts/json_fields.hpp"
#include "transcripts/original.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

constexpr double kUnit_s = 0.001;

/// Tokens that make up a word.
struct TokenRange {
  std::size_t first = 0;
  std::size_t end = 0;
};

/// "[_BEG_]", "[_TT_150]": marks that are no part of the text.
bool is_mark(const JsonNode& token) {
  const JsonNode* const text = token.find("text");
  return text && text->text.starts_with("[_") && text->text.ends_with("]");
}

std::int64_t ms_of(double seconds) { return std::llround(seconds / kUnit_s); }

class WhisperCppOriginal : public Original {
 public:
  WhisperCppOriginal(JsonDocument document, std::vector<std::vector<TokenRange>> ranges)
      : document_(std::move(document)), ranges_(std::move(ranges)) {}

  std::string written(const Transcript& transcript) const override {
    JsonDocument document = document_;
    JsonNode& list = *document.root.find("transcription");
    std::vector<JsonNode> nodes;
    for (const Part& part : parts_of(transcript, list.items.size())) {
      nodes.push_back(segment_node(list.items[part.segment->origin], part, transcript));
    }
    list.items = std::move(nodes);
    return json_text(document);
  }

 private:
  JsonNode segment_node(const JsonNode& old, const Part& part, const Transcript& transcript) const {
    JsonNode node = old;
    const TranscriptSegment& segment = *part.segment;
    put_tokens(node, part, transcript);
    if (!part.whole()) {
      node.set("text", json_string(segment.text));
      if (!part.first) put_time(node, "from", segment.start_s);
      if (!part.last) put_time(node, "to", segment.end_s);
    }
    put_speaker(node, segment.speaker, segment.confidence);
    return node;
  }

  static void put_time(JsonNode& segment, std::string_view key, double seconds) {
    const std::int64_t ms = ms_of(seconds);
    segment.find("offsets")->set(key, json_number(std::to_string(ms)));
    JsonNode* const clock = segment.find("timestamps");
    if (clock && clock->is(JsonNode::Kind::object)) {
      clock->set(key, json_string(formats::cue_time(ms, ',')));
    }
  }

  /// Speakers into the tokens; of a part, those before its last word's end stay, marks among them.
  void put_tokens(JsonNode& segment, const Part& part, const Transcript& transcript) const {
    JsonNode* const tokens = segment.find("tokens");
    const std::vector<TokenRange>& ranges = ranges_[part.segment->origin];
    if (!tokens || ranges.empty()) return;
    std::size_t first = tokens->items.size();
    std::size_t end = 0;
    for (const TranscriptWord& word : part.segment->words) {
      if (word.origin >= ranges.size()) refuse_origin(transcript);
      const TokenRange& range = ranges[word.origin];
      first = std::min(first, range.first);
      end = std::max(end, range.end);
      for (std::size_t i = range.first; i < range.end; ++i) {
        JsonNode& token = tokens->items[i];
        if (!is_mark(token)) put_speaker(token, word.speaker, word.confidence);
      }
    }
    if (part.whole()) return;
    if (part.first) first = 0;
    if (part.last) end = tokens->items.size();
    first = std::min(first, end);
    const auto begin = tokens->items.begin();
    tokens->items =
        std::vector<JsonNode>(std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(first)),
                              std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(end)));
  }

  JsonDocument document_;
  std::vector<std::vector<TokenRange>> ranges_;  ///< Of each segment's words; empty without tokens.
};

class Reader {
 public:
  Reader(const JsonDocument& document, const std::string& file) : source_{document, file} {}

  Transcript read(std::vector<std::vector<TokenRange>>& ranges) {
    const JsonNode& root = source_.document.root;
    const JsonPlace top;
    Transcript transcript;
    transcript.format = TranscriptFormat::whisper_cpp;
    const JsonNode* const result = JsonSource::present(root, "result");
    if (result) {
      transcript.language = source_.text(*result, "language", top.member("result")).value_or("");
    }
    const JsonPlace list = top.member("transcription");
    const JsonNode* const segments = source_.array(root, "transcription", top);
    for (std::size_t i = 0; segments && i < segments->items.size(); ++i) {
      transcript.segments.push_back(
          segment(segments->items[i], list.item(i), ranges.emplace_back()));
      transcript.segments.back().origin = i;
    }
    odd_.tell(transcript);
    return transcript;
  }

 private:
  struct Times {
    std::optional<double> from_s, to_s;
  };

  Times offsets(const JsonNode& node, const JsonPlace& at) const {
    const JsonNode* const offsets = JsonSource::present(node, "offsets");
    if (!offsets) return {};
    const JsonPlace here = at.member("offsets");
    if (!offsets->is(JsonNode::Kind::object)) {
      refuse_value(source_.file, *offsets, here, "an object with from and to");
    }
    return {source_.seconds(*offsets, "from", here, kUnit_s),
            source_.seconds(*offsets, "to", here, kUnit_s)};
  }

  TranscriptSegment segment(const JsonNode& node, const JsonPlace& at,
                            std::vector<TokenRange>& ranges) {
    if (!node.is(JsonNode::Kind::object)) {
      refuse_value(source_.file, node, at, "an object with offsets and text");
    }
    TranscriptSegment found;
    const Times times = offsets(node, at);
    check_segment_times(source_, node, at, times.from_s, times.to_s);
    found.start_s = *times.from_s;
    found.end_s = *times.to_s;
    const std::optional<std::string> text = source_.text(node, "text", at);
    if (text) found.text = formats::valid_utf8(*text);
    if (const JsonNode* const tokens = source_.array(node, "tokens", at)) {
      read_tokens(*tokens, at.member("tokens"), found, ranges);
    }
    if (found.words.empty()) add_words_of_text(found);
    estimate_times(found);
    return found;
  }

  void read_tokens(const JsonNode& list, const JsonPlace& at, TranscriptSegment& segment,
                   std::vector<TokenRange>& ranges) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const JsonNode& token = list.items[i];
      if (!token.is(JsonNode::Kind::object)) {
        refuse_value(source_.file, token, at.item(i), "an object with text and offsets");
      }
      const std::string text = source_.text(token, "text", at.item(i)).value_or("");
      if (is_mark(token)) continue;
      if (texts.empty() || begins_word(texts.back(), text)) {
        texts.emplace_back();
        ranges.push_back({i, i});
      }
      texts.back() += text;
      ranges.back().end = i + 1;
    }
    const bool joined = segment.text.empty();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      TranscriptWord& word = segment.words.emplace_back();
      word.text = texts[i] = formats::valid_utf8(texts[i]);
      word.origin = i;
      put_times(word, list, at, ranges[i]);
      if (joined) segment.text += word.text;
    }
    if (auto pieces = pieces_of(segment.text, texts)) {
      for (std::size_t i = 0; i < texts.size(); ++i) segment.words[i].text = (*pieces)[i];
    }
  }

  /// From the first of the word's tokens that has times to the last one.
  void put_times(TranscriptWord& word, const JsonNode& list, const JsonPlace& at,
                 const TokenRange& range) {
    Times times;
    for (std::size_t i = range.first; i < range.end; ++i) {
      const JsonPlace here = at.item(i);
      const Times own = offsets(list.items[i], here);
      if (!own.from_s || !own.to_s) continue;
      if (!times.from_s) times.from_s = own.from_s;
      times.to_s = own.to_s;
    }
    odd_.put(word, times.from_s, times.to_s, list.items[range.first], at.item(range.first));
  }

  JsonSource source_;
  OddTimes odd_;
};

}  // namespace

bool is_whisper_cpp(const JsonNode& root) {
  const JsonNode* const list = root.find("transcription");
  return list && (list->is(JsonNode::Kind::array) || !root.find("segments"));
}

Transcript read_whisper_cpp(JsonDocument document, const std::string& name) {
  std::vector<std::vector<TokenRange>> ranges;
  Transcript transcript = Reader(document, name).read(ranges);
  transcript.original =
      std::make_shared<WhisperCppOriginal>(std::move(document), std::move(ranges));
  return transcript;
}

}  // namespace diarist::transcripts
