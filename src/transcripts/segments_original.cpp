#include "transcripts/segments_original.hpp"

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "transcripts/json_fields.hpp"

namespace diarist::transcripts {
namespace {

/// Lists that belong to a segment as a whole: they stay with its first part.
constexpr std::string_view kUndivided[] = {"tokens", "chars"};

std::optional<long long> whole_number(const JsonNode* node) {
  if (!node || !node->is(JsonNode::Kind::number)) return std::nullopt;
  long long number = 0;
  const char* const end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// The first id, where ids do nothing but count the segments.
std::optional<long long> first_id(const JsonNode& segments) {
  std::optional<long long> first;
  for (std::size_t i = 0; i < segments.items.size(); ++i) {
    const auto id = whole_number(segments.items[i].find("id"));
    if (!id || (first && *id - *first != static_cast<long long>(i))) return std::nullopt;
    if (!first) first = id;
  }
  return first;
}

/// A time as the document has such: a string stays a string.
JsonNode time_like(const JsonNode* old, double seconds) {
  JsonNode node = seconds_node(seconds);
  if (old && old->is(JsonNode::Kind::string)) node.kind = JsonNode::Kind::string;
  return node;
}

/// Speakers into a segment's own words; of a part, only its words stay.
void put_words(JsonNode& segment, const Part& part, const Transcript& transcript) {
  JsonNode* const words = segment.find("words");
  if (!words || words->items.empty()) return;
  std::vector<JsonNode> own;
  for (const TranscriptWord& word : part.segment->words) {
    if (word.origin >= words->items.size()) refuse_origin(transcript);
    own.push_back(std::move(words->items[word.origin]));
    put_speaker(own.back(), word.speaker, word.confidence);
  }
  words->items = std::move(own);
}

JsonNode segment_node(const JsonNode& old, const Part& part, const Transcript& transcript,
                      bool own_words) {
  JsonNode node = old;
  const TranscriptSegment& segment = *part.segment;
  if (own_words) put_words(node, part, transcript);
  if (!part.whole()) {
    node.set("text", json_string(segment.text));
    // A time that followed from the words of all parts does not follow from those of one.
    if (!part.first || !JsonSource::present(old, "start")) {
      node.set("start", time_like(old.find("start"), segment.start_s));
    }
    if (!part.last || !JsonSource::present(old, "end")) {
      node.set("end", time_like(old.find("end"), segment.end_s));
    }
    for (const std::string_view key : kUndivided) {
      JsonNode* const list = node.find(key);
      if (!part.first && list && list->is(JsonNode::Kind::array)) list->items.clear();
    }
  }
  put_speaker(node, segment.speaker, segment.confidence);
  return node;
}

}  // namespace

SegmentsOriginal::SegmentsOriginal(JsonDocument document,
                                   std::vector<std::vector<std::size_t>> loose)
    : document_(std::move(document)), loose_(std::move(loose)) {}

std::string SegmentsOriginal::written(const Transcript& transcript) const {
  JsonDocument document = document_;
  JsonNode& root = document.root;
  const bool bare = root.is(JsonNode::Kind::array);
  JsonNode* const segments = bare ? &root : root.find("segments");
  const bool has_segments = segments && segments->is(JsonNode::Kind::array) &&
                            (loose_.empty() || !segments->items.empty());
  if (has_segments) {
    const std::optional<long long> first = first_id(*segments);
    std::vector<JsonNode> nodes;
    for (const Part& part : parts_of(transcript, segments->items.size())) {
      nodes.push_back(
          segment_node(segments->items[part.segment->origin], part, transcript, loose_.empty()));
      if (first) {
        nodes.back().set(
            "id", json_number(std::to_string(*first + static_cast<long long>(nodes.size()) - 1)));
      }
    }
    segments->items = std::move(nodes);
  }
  if (bare) return json_text(document);

  // Words that stand beside the segments: by their places, or one for each of the segments' words.
  for (const std::string_view key : {"words", "word_segments"}) {
    JsonNode* const words = root.find(key);
    if (!words || !words->is(JsonNode::Kind::array)) continue;
    if (key == "words" && !loose_.empty()) {
      for (const TranscriptSegment& segment : transcript.segments) {
        if (segment.origin >= loose_.size()) refuse_origin(transcript);
        for (const TranscriptWord& word : segment.words) {
          if (loose_[segment.origin].empty()) break;  // The segment's text stands for its words.
          if (word.origin >= loose_[segment.origin].size()) refuse_origin(transcript);
          put_speaker(words->items[loose_[segment.origin][word.origin]], word.speaker,
                      word.confidence);
        }
      }
      continue;
    }
    std::size_t count = 0;
    for (const TranscriptSegment& segment : transcript.segments) count += segment.words.size();
    if (count != words->items.size()) continue;
    std::size_t next = 0;
    for (const TranscriptSegment& segment : transcript.segments) {
      for (const TranscriptWord& word : segment.words) {
        JsonNode& node = words->items[next++];
        if (node.is(JsonNode::Kind::object)) put_speaker(node, word.speaker, word.confidence);
      }
    }
  }
  return json_text(document);
}

}  // namespace diarist::transcripts
