// Transcripts as WhisperX and its like write them: JSON with segments, and words in them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/report.hpp"

#include "formats/columns.hpp"
#include "formats/lines.hpp"
#include "formats/unicode.hpp"

namespace diarist {
namespace {

using Json = nlohmann::json;

/// As in files of turns: thirty years.
constexpr double kMostSeconds = 1e9;
/// A year of talk has fewer.
constexpr std::size_t kMostWords = std::size_t{1} << 26;

/// A word whose times may be missing: numerals, which no model of sounds aligns.
struct FoundWord {
  std::string text;
  std::optional<double> start_s;
  std::optional<double> end_s;
};

class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  ReportTranscript read(const Json& document) {
    if (!document.is_object() || !document.contains("segments") ||
        !document["segments"].is_array()) {
      refuse("has no list of segments, expected {\"segments\": [...]}",
             "is this JSON of a speech recognizer?");
    }
    ReportTranscript transcript;
    for (const Json& segment : document["segments"]) {
      ++segment_;
      transcript.segments.push_back(read_segment(segment));
    }
    std::stable_sort(
        transcript.segments.begin(), transcript.segments.end(),
        [](const ReportSegment& a, const ReportSegment& b) { return a.start_s < b.start_s; });
    return transcript;
  }

 private:
  ReportSegment read_segment(const Json& json) {
    if (!json.is_object()) refuse("is no object, expected start, end and text");
    ReportSegment segment;
    segment.start_s = seconds(json, "start");
    segment.end_s = seconds(json, "end");
    if (segment.end_s < segment.start_s) refuse("ends before it starts, expected an end after it");
    segment.speaker = text(json, "speaker").value_or("");
    const bool has_words = json.contains("words") && !json["words"].is_null();
    if (has_words) segment.words = read_words(json["words"], segment);
    const std::optional<std::string> said = text(json, "text");
    if (!said && !has_words) refuse("has neither text nor words, expected one of them");
    segment.text = std::string(formats::trimmed(said.value_or("")));
    if (!said) {
      for (const ReportWord& word : segment.words) {
        segment.text += (segment.text.empty() ? "" : " ") + word.text;
      }
    }
    return segment;
  }

  std::vector<ReportWord> read_words(const Json& json, const ReportSegment& segment) {
    if (!json.is_array()) refuse("has words that are no list, expected [{\"word\": ...}]");
    std::vector<FoundWord> found;
    for (const Json& word : json) {
      if (!word.is_object()) refuse("has a word that is no object, expected {\"word\": ...}");
      std::optional<std::string> said = text(word, "word");
      if (!said) said = text(word, "text");
      if (!said) refuse("has a word without its text, expected \"word\"");
      const std::string_view bare = formats::trimmed(*said);
      if (bare.empty()) continue;
      if (++words_ > kMostWords) refuse("has too many words");
      FoundWord each{std::string(bare), time(word, "start"), time(word, "end")};
      if (each.start_s && each.end_s && *each.end_s < *each.start_s) {
        refuse("has a word " + formats::quoted(each.text) + " that ends before it starts");
      }
      found.push_back(std::move(each));
    }
    return with_times(found, segment);
  }

  /// Words without times share evenly what their neighbours leave.
  static std::vector<ReportWord> with_times(const std::vector<FoundWord>& found,
                                            const ReportSegment& segment) {
    std::vector<ReportWord> words;
    for (std::size_t i = 0; i < found.size();) {
      if (found[i].start_s && found[i].end_s) {
        words.push_back({*found[i].start_s, *found[i].end_s, found[i].text});
        ++i;
        continue;
      }
      std::size_t until = i;
      while (until < found.size() && !(found[until].start_s && found[until].end_s)) ++until;
      const double from_s = words.empty() ? segment.start_s : words.back().end_s;
      const double to_s =
          std::max(from_s, until < found.size() ? *found[until].start_s : segment.end_s);
      const auto count = static_cast<double>(until - i);
      for (std::size_t j = i; j < until; ++j) {
        const double place = static_cast<double>(j - i);
        words.push_back({from_s + (to_s - from_s) * place / count,
                         from_s + (to_s - from_s) * (place + 1) / count, found[j].text});
      }
      i = until;
    }
    return words;
  }

  std::optional<std::string> text(const Json& json, const char* key) const {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return std::nullopt;
    if (!found->is_string()) refuse_kind(key, "a string");
    return found->get<std::string>();
  }

  std::optional<double> time(const Json& json, const char* key) const {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return std::nullopt;
    if (!found->is_number()) refuse_kind(key, "seconds");
    const auto value = found->get<double>();
    if (!(value >= 0) || !(value <= kMostSeconds)) refuse_kind(key, "seconds from 0 to 10^9");
    return value;
  }

  double seconds(const Json& json, const char* key) const {
    const std::optional<double> value = time(json, key);
    if (!value) refuse("has no " + formats::quoted(key) + ", expected seconds");
    return *value;
  }

  [[noreturn]] void refuse_kind(const char* key, const std::string& expected) const {
    refuse("has something else as " + formats::quoted(key) + ", expected " + expected);
  }
  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const {
    const std::string where = segment_ == 0 ? "" : ": segment " + std::to_string(segment_);
    throw Error(ErrorCode::malformed, name_ + where, problem, advice);
  }

  std::string name_;
  std::size_t segment_ = 0;  ///< From 1; 0 outside of all.
  std::size_t words_ = 0;
};

/// Line of a byte, from 1.
std::size_t line_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

ReportTranscript parse_report_transcript(std::string_view bytes, const std::string& name) {
  const std::string text = formats::decoded(bytes);
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    // Its byte is the last one that was read, from 1.
    formats::refuse_line(name, line_of(text, error.byte - std::min<std::size_t>(1, error.byte)),
                         "is no JSON, expected {\"segments\": [...]}");
  }
  return Reader(name).read(document);
}

ReportTranscript read_report_transcript(const std::filesystem::path& file) {
  return parse_report_transcript(formats::read_text(file), file.string());
}

}  // namespace diarist
