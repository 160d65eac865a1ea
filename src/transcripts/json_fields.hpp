// What a JSON transcript's values mean, and where they stand in it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "diarist/transcript.hpp"

#include "transcripts/json_document.hpp"

namespace diarist::transcripts {

/// A value's place, such as $.segments[3].words[0]; made into text only where it is asked for.
struct JsonPlace {
  const JsonPlace* above = nullptr;
  std::string_view key;   ///< Of an object's member; empty for an item of an array.
  std::size_t index = 0;  ///< Of an item.

  JsonPlace member(std::string_view of) const { return {this, of, 0}; }
  JsonPlace item(std::size_t of) const { return {this, {}, of}; }
  std::string path() const;
};

/// Throws Error{malformed} whose subject is "file:line": "has <what> as <path>, expected ...".
[[noreturn]] void refuse_value(const std::string& file, const JsonNode& node,
                               const JsonPlace& place, const std::string& expected);

/// What is read and with what name it goes into messages.
struct JsonSource {
  const JsonDocument& document;
  const std::string& file;

  /// The member where it is there and not null.
  static const JsonNode* present(const JsonNode& object, std::string_view key);
  /// An array's node, or none. Throws for what is no array.
  const JsonNode* array(const JsonNode& object, std::string_view key, const JsonPlace& at) const;
  /// The bytes of a string, or none. Throws for what is no string.
  std::optional<std::string> text(const JsonNode& object, std::string_view key,
                                  const JsonPlace& at) const;
  /// Seconds, of a number or a string that holds one; none for null. May be negative. Throws for
  /// anything else, and beyond 10^9 s. `unit_s`: of the file's numbers.
  std::optional<double> seconds(const JsonNode& object, std::string_view key, const JsonPlace& at,
                                double unit_s = 1) const;
};

/// Times of a segment, which must be there, not negative and in order. Throws otherwise.
void check_segment_times(const JsonSource& source, const JsonNode& segment, const JsonPlace& at,
                         const std::optional<double>& start_s, const std::optional<double>& end_s);

/// Counts words whose times are no times: negative, or ending before they start.
class OddTimes {
 public:
  /// Takes a word's times where they are sound; marks it as one without times otherwise.
  void put(TranscriptWord& word, const std::optional<double>& start_s,
           const std::optional<double>& end_s, const JsonNode& node, const JsonPlace& at);
  /// A sentence where there were any.
  void tell(Transcript& transcript) const;

 private:
  std::size_t count_ = 0;
  std::string first_;
};

/// "speaker" and "speaker_confidence" into a segment or word; taken away where there is no speaker.
void put_speaker(JsonNode& node, const std::string& speaker, float confidence);

/// Seconds as JSON numbers are written: to the millisecond, "1.25".
JsonNode seconds_node(double seconds);

}  // namespace diarist::transcripts
