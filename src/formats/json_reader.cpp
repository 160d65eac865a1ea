// The parser reports one event after the other, so that nothing is kept of what is not needed, and
// the line of each event is known.
#include "formats/json_reader.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "diarist/error.hpp"

#include "formats/json_events.hpp"
#include "formats/lines.hpp"
#include "formats/turn_list.hpp"

namespace diarist::formats {
namespace {

/// No schema needs more than four.
constexpr std::size_t kMostDepth = 64;
/// Numbers of a centroid: networks have 256 to 512.
constexpr std::size_t kMostDimensions = 1 << 16;

/// A value that is no array and no object.
struct Scalar {
  std::optional<double> number;
  const std::string* text = nullptr;
  bool null = false;
};

struct JsonTurn {
  std::size_t line = 0;
  std::optional<double> start, end;
  std::optional<std::string> speaker;
  float confidence = kUnknownConfidence;
  int channel = 1;
};

/// Takes the events of nlohmann's parser (its interface names these functions).
class Document : public JsonEvents {
 public:
  Document(std::string name, const JsonPosition& position)
      : name_(std::move(name)), position_(position), turns_(name_) {}

  bool null() override { return scalar({std::nullopt, nullptr, true}); }
  bool boolean(bool) override { return scalar({}); }
  bool number_integer(number_integer_t value) override {
    return scalar({static_cast<double>(value), nullptr, false});
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar({static_cast<double>(value), nullptr, false});
  }
  bool number_float(number_float_t value, const string_t&) override {
    return scalar({value, nullptr, false});
  }
  bool string(string_t& value) override { return scalar({std::nullopt, &value, false}); }
  bool binary(binary_t&) override { return scalar({}); }

  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    keys_.back() = value;
    return true;
  }
  bool parse_error(std::size_t, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    const std::string what = error.what();
    const std::size_t reason = what.find("syntax error");
    refuse("is no JSON" + (token.empty() ? std::string() : " at " + formats::quoted(token)) +
           ", expected a document of schema " + kJsonSchema +
           (reason == std::string::npos ? "" : " (" + what.substr(reason, 120) + ")"));
  }

  std::vector<Diarization> take() {
    if (schema_ != kJsonSchema) {
      refuse("is no document of schema " + std::string(kJsonSchema),
             "docs/json-schema.md says what that is");
    }
    if (version_ != kJsonVersion) {
      refuse("is of another version than " + std::to_string(kJsonVersion),
             "a newer diarist may read it");
    }
    if (recording_) turns_.set_recording(*recording_);
    turns_.set_duration(duration_line_, duration_s_);
    for (const JsonTurn& turn : found_) {
      turns_.add(turn.line, {*turn.start, *turn.end, *turn.speaker, turn.confidence, turn.channel});
    }
    for (const std::string& notice : notices_) turns_.notice(notice);
    std::vector<Diarization> result = turns_.take();
    add_voices(result.front());
    return result;
  }

 private:
  enum class List { none, turns, speakers, notices };

  List list() const {
    if (keys_.size() < 2) return List::none;
    if (keys_.front() == "turns") return List::turns;
    if (keys_.front() == "speakers") return List::speakers;
    return keys_.front() == "notices" ? List::notices : List::none;
  }

  // keys_[0] is the key in the document, keys_[1] stands for the place in a list, keys_[2] is the
  // key in a turn or speaker, keys_[3] stands for the place in a centroid.
  bool open(bool object) {
    if (keys_.empty() && !object) refuse_document();
    const bool is_list = keys_.size() == 1 &&
                         (keys_[0] == "turns" || keys_[0] == "speakers" || keys_[0] == "notices");
    if (is_list && object) refuse("has an object as '" + keys_[0] + "', expected an array");
    if (keys_.size() == 1 && !is_list && is_known(keys_[0])) refuse_kind(keys_[0], "a plain value");
    if (keys_.size() == 2 && list() != List::none) {
      if (!object || list() == List::notices) refuse_kind(keys_[0], "an array of its own items");
      if (list() == List::turns) {
        found_.emplace_back().line = position_.line();
      } else {
        speakers_.emplace_back();
        speaker_lines_.push_back(position_.line());
      }
    }
    if (keys_.size() == 3 && list() == List::turns && is_turn_field(keys_[2])) {
      refuse_kind(keys_[2], "a plain value");
    }
    if (keys_.size() >= kMostDepth) refuse("is nested deeper than 64, expected 4");
    keys_.emplace_back();
    return true;
  }

  bool close() {
    keys_.pop_back();
    if (keys_.size() == 2 && list() == List::turns) {
      const JsonTurn& turn = found_.back();
      if (!turn.start || !turn.end || !turn.speaker) {
        refuse("has a turn without start, end or speaker, expected all three");
      }
    }
    return true;
  }

  bool scalar(const Scalar& value) {
    if (keys_.empty()) refuse_document();
    if (keys_.size() == 1) {
      document_field(keys_[0], value);
    } else if (keys_.size() == 2 && list() == List::notices) {
      notices_.push_back(text(value, "a notice"));
    } else if (keys_.size() == 2 && list() != List::none) {
      refuse("has a plain value among '" + keys_[0] + "', expected objects");
    } else if (keys_.size() == 3 && list() == List::turns) {
      turn_field(keys_[2], value);
    } else if (keys_.size() == 3 && list() == List::speakers) {
      speaker_field(keys_[2], value);
    } else if (keys_.size() == 4 && list() == List::speakers && keys_[2] == "centroid") {
      std::vector<float>& centroid = speakers_.back().centroid;
      centroid.push_back(static_cast<float>(number(value, "a centroid's number")));
      if (centroid.size() > kMostDimensions) refuse("has a centroid of too many numbers");
    }
    return true;
  }

  static bool is_known(std::string_view field) {
    return field == "schema" || field == "version" || field == "recording" || field == "duration";
  }
  static bool is_turn_field(std::string_view field) {
    return field == "start" || field == "end" || field == "speaker" || field == "confidence" ||
           field == "channel";
  }

  void document_field(const std::string& field, const Scalar& value) {
    if (field == "schema") schema_ = text(value, field);
    if (field == "version") version_ = number(value, field);
    if (field == "recording") recording_ = text(value, field);
    if (field == "duration") {
      duration_s_ = number(value, field);
      duration_line_ = position_.line();
    }
    if (field == "turns" || field == "speakers" || field == "notices")
      refuse_kind(field, "an array");
  }

  void turn_field(const std::string& field, const Scalar& value) {
    JsonTurn& turn = found_.back();
    if (field == "start") turn.start = number(value, field);
    if (field == "end") turn.end = number(value, field);
    if (field == "speaker") turn.speaker = text(value, field);
    if (field == "channel") turn.channel = channel(value);
    if (field == "confidence" && !value.null) {
      const double confidence = number(value, field);
      if (!(confidence >= 0) || !(confidence <= 1)) {
        refuse("has a confidence that is not within 0 and 1");
      }
      turn.confidence = static_cast<float>(confidence);
    }
  }

  void speaker_field(const std::string& field, const Scalar& value) {
    Speaker& speaker = speakers_.back();
    if (field == "name") speaker.name = text(value, field);
    if (field == "total") speaker.total_s = number(value, field);
    if (field == "channel") speaker.channel = channel(value);
    if (field == "score" && !value.null) {
      speaker.identity_score = static_cast<float>(number(value, field));
    }
  }

  double number(const Scalar& value, const std::string& what) const {
    if (!value.number || !std::isfinite(*value.number)) refuse_kind(what, "a number");
    return *value.number;
  }
  std::string text(const Scalar& value, const std::string& what) const {
    if (!value.text) refuse_kind(what, "a string");
    return *value.text;
  }
  int channel(const Scalar& value) const {
    const double channel = number(value, "channel");
    if (!(channel >= 1) || !(channel <= 1e6) || channel != std::floor(channel)) {
      refuse_kind("channel", "a whole number from 1");
    }
    return static_cast<int>(channel);
  }

  /// What the list of speakers says beyond the turns: order, voices, and who has no turn.
  void add_voices(Diarization& diarization) {
    std::map<std::string, int> known;
    for (std::size_t i = 0; i < diarization.speakers.size(); ++i) {
      known.emplace(diarization.speakers[i].name, static_cast<int>(i));
    }
    std::vector<int> place(diarization.speakers.size(), -1);
    std::vector<Speaker> ordered;
    std::set<std::string> listed;
    for (std::size_t i = 0; i < speakers_.size(); ++i) {
      Speaker& speaker = speakers_[i];
      if (!listed.insert(speaker.name).second) {
        refuse_line(
            name_, speaker_lines_[i],
            "lists speaker " + formats::quoted(speaker.name) + " twice, expected one of each name");
      }
      if (const auto at = known.find(speaker.name); at != known.end()) {
        place[static_cast<std::size_t>(at->second)] = static_cast<int>(ordered.size());
      }
      ordered.push_back(std::move(speaker));
    }
    for (std::size_t i = 0; i < place.size(); ++i) {
      if (place[i] >= 0) continue;
      place[i] = static_cast<int>(ordered.size());
      ordered.push_back(std::move(diarization.speakers[i]));
    }
    for (Turn& turn : diarization.turns)
      turn.speaker = place[static_cast<std::size_t>(turn.speaker)];
    diarization.speakers = std::move(ordered);
  }

  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const {
    refuse_line(name_, position_.line(), problem, advice);
  }
  [[noreturn]] void refuse_kind(const std::string& what, const std::string& expected) const {
    refuse("has something else as " + formats::quoted(what) + ", expected " + expected);
  }
  [[noreturn]] void refuse_document() const {
    refuse("is no object, expected a document of schema " + std::string(kJsonSchema));
  }

  std::string name_;
  const JsonPosition& position_;
  std::vector<std::string> keys_;  ///< One for each object or array that is open.
  TurnList turns_;
  std::string schema_;
  double version_ = 0;
  std::optional<std::string> recording_;
  double duration_s_ = 0;
  std::size_t duration_line_ = 1;
  std::vector<JsonTurn> found_;
  std::vector<Speaker> speakers_;
  std::vector<std::size_t> speaker_lines_;
  std::vector<std::string> notices_;
};

}  // namespace

std::vector<Diarization> read_json(std::string_view text, const std::string& name) {
  JsonPosition position;
  Document document(name, position);
  read_json_events(text, position, document);
  return document.take();
}

}  // namespace diarist::formats
