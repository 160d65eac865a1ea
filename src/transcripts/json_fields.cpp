#include "transcripts/json_fields.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/unicode.hpp"

namespace diarist::transcripts {
namespace {

/// Thirty years, as readers of turns take.
constexpr double kMostSeconds = 1e9;
constexpr int kMilliseconds = 3;

std::string described(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::array:
      return "an array";
    case JsonNode::Kind::object:
      return "an object";
    case JsonNode::Kind::string:
      return formats::quoted(node.text);
    default:
      return node.text;
  }
}

/// The shortest decimals of a number that was rounded, with a point: "1.25", "3.0".
std::string spelled(double value, int decimals) {
  std::string text = formats::fixed(value, decimals);
  while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
  return text;
}

}  // namespace

std::string JsonPlace::path() const {  // NOLINT(misc-no-recursion): four deep
  if (!above) return "$";
  if (key.empty()) return above->path() + "[" + std::to_string(index) + "]";
  return above->path() + "." + std::string(key);
}

void refuse_value(const std::string& file, const JsonNode& node, const JsonPlace& place,
                  const std::string& expected) {
  formats::refuse_line(file, node.line,
                       "has " + described(node) + " as " + place.path() + ", expected " + expected);
}

const JsonNode* JsonSource::present(const JsonNode& object, std::string_view key) {
  const JsonNode* const node = object.find(key);
  return node && !node->is(JsonNode::Kind::null) ? node : nullptr;
}

const JsonNode* JsonSource::array(const JsonNode& object, std::string_view key,
                                  const JsonPlace& at) const {
  const JsonNode* const node = present(object, key);
  if (node && !node->is(JsonNode::Kind::array)) {
    refuse_value(file, *node, at.member(key), "an array");
  }
  return node;
}

std::optional<std::string> JsonSource::text(const JsonNode& object, std::string_view key,
                                            const JsonPlace& at) const {
  const JsonNode* const node = present(object, key);
  if (!node) return std::nullopt;
  if (!node->is(JsonNode::Kind::string)) refuse_value(file, *node, at.member(key), "a string");
  return unshielded(document, node->text);
}

std::optional<double> JsonSource::seconds(const JsonNode& object, std::string_view key,
                                          const JsonPlace& at, double unit_s) const {
  const JsonNode* const node = present(object, key);
  if (!node) return std::nullopt;
  double value = 0;
  if (node->is(JsonNode::Kind::number) || node->is(JsonNode::Kind::string)) {
    const std::string_view text = formats::trimmed(node->text);
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc{} && stop == end && std::fabs(value * unit_s) <= kMostSeconds) {
      return value * unit_s;
    }
  }
  refuse_value(file, *node, at.member(key), unit_s == 1 ? "seconds" : "milliseconds");
}

void check_segment_times(const JsonSource& source, const JsonNode& segment, const JsonPlace& at,
                         const std::optional<double>& start_s, const std::optional<double>& end_s) {
  const auto refuse = [&](const std::string& problem, const std::string& advice = {}) {
    formats::refuse_line(source.file, segment.line, at.path() + " " + problem, advice);
  };
  if (!start_s || !end_s) {
    refuse("has no start or no end, and no word with times, expected both",
           "turns can be matched to what has a time only");
  }
  if (*start_s < 0) refuse("starts before the recording does, expected a time from 0");
  if (*end_s < *start_s) refuse("ends before it starts, expected an end after it");
}

void OddTimes::put(TranscriptWord& word, const std::optional<double>& start_s,
                   const std::optional<double>& end_s, const JsonNode& node, const JsonPlace& at) {
  word.timed = start_s && end_s && *start_s >= 0 && *end_s >= *start_s;
  if (word.timed) {
    word.start_s = *start_s;
    word.end_s = *end_s;
  } else if (start_s && end_s) {
    if (++count_ == 1) first_ = at.path() + " in line " + std::to_string(node.line);
  }
}

void OddTimes::tell(Transcript& transcript) const {
  if (count_ == 0) return;
  transcript.notices.push_back(
      (count_ == 1 ? "1 word has times that are negative or in the wrong order: "
                   : std::to_string(count_) +
                         " words have times that are negative or in the wrong order, the first "
                         "is ") +
      first_ + "; estimated instead");
}

void put_speaker(JsonNode& node, const std::string& speaker, float confidence) {
  if (speaker.empty()) {
    node.remove("speaker");
  } else {
    node.set("speaker", json_string(speaker));
  }
  if (speaker.empty() || std::isnan(confidence)) {
    node.remove("speaker_confidence");
  } else {
    node.set("speaker_confidence",
             json_number(spelled(static_cast<double>(confidence), formats::kConfidenceDecimals)));
  }
}

JsonNode seconds_node(double seconds) { return json_number(spelled(seconds, kMilliseconds)); }

}  // namespace diarist::transcripts
