// A linking as a document and back (docs/json-schema.md: diarist.link), and as a table.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/link.hpp"

#include "formats/number.hpp"
#include "formats/separated.hpp"

namespace diarist {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "diarist.link";
constexpr int kVersion = 1;
/// Decimals of a score.
constexpr int kScoreDecimals = 4;

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The double with the float's shortest decimals, so that it reads back as the same float.
double shortest(float value) {
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  double wide = static_cast<double>(value);
  std::from_chars(text.data(), written.ptr, wide);
  return wide;
}

Json score_json(const std::optional<float>& score) {
  if (!score) return nullptr;
  return formats::rounded(static_cast<double>(*score), kScoreDecimals);
}

Json appearance_json(const Appearance& appearance, bool with_score) {
  Json json = {{"recording", appearance.recording},
               {"speaker", appearance.speaker},
               {"speech", formats::rounded(appearance.speech_s, formats::kSecondsDecimals)}};
  if (with_score) json["score"] = score_json(appearance.score);
  return json;
}

Json voice_json(const LinkedVoice& voice) {
  Json sum = Json::array();
  for (const float value : voice.sum) sum.push_back(shortest(value));
  return {{"weight", shortest(static_cast<float>(voice.weight))},
          {"spread", shortest(static_cast<float>(voice.spread))},
          {"sum", std::move(sum)}};
}

void add_list(std::string& text, const std::vector<Appearance>& list, const char* indent,
              bool with_score) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    text += (i ? "," : "");
    text += indent + one_line(appearance_json(list[i], with_score));
  }
}

/// Reads fields with their kinds; each refusal names the place.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  [[noreturn]] void refuse(const std::string& where, const std::string& problem) const {
    throw Error(ErrorCode::malformed, name_, where + " " + problem,
                "give what `diarist link` wrote");
  }

  const Json& field(const Json& json, const char* key, const std::string& where) const {
    const auto at = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || at == json.end()) {
      refuse(where, "has no '" + std::string(key) + "'");
    }
    return *at;
  }
  const Json& array(const Json& json, const char* key, const std::string& where) const {
    const Json& value = field(json, key, where);
    if (!value.is_array()) refuse(where, "has a '" + std::string(key) + "' that is no array");
    return value;
  }
  std::string text(const Json& json, const char* key, const std::string& where) const {
    const Json& value = field(json, key, where);
    if (!value.is_string()) refuse(where, "has a '" + std::string(key) + "' that is no string");
    return value.get<std::string>();
  }
  bool truth(const Json& json, const char* key, const std::string& where) const {
    const Json& value = field(json, key, where);
    if (!value.is_boolean()) refuse(where, "has a '" + std::string(key) + "' that is no boolean");
    return value.get<bool>();
  }
  double number(const Json& value, const char* key, const std::string& where) const {
    const double wide = value.is_number() ? value.get<double>() : HUGE_VAL;
    if (!(std::fabs(wide) <= static_cast<double>(std::numeric_limits<float>::max()))) {
      refuse(where, "has something else than finite numbers as '" + std::string(key) + "'");
    }
    return wide;
  }
  double not_negative(const Json& json, const char* key, const std::string& where) const {
    const double value = number(field(json, key, where), key, where);
    if (value < 0) refuse(where, "has a '" + std::string(key) + "' below 0");
    return value;
  }
  /// At least 1, and exact as a double.
  std::int64_t count(const Json& json, const char* key, const std::string& where) const {
    const double value = number(field(json, key, where), key, where);
    if (!(value >= 1) || !(value <= 1e15) || value != std::floor(value)) {
      refuse(where, "has a '" + std::string(key) + "' that is no whole number from 1");
    }
    return static_cast<std::int64_t>(value);
  }

  Appearance appearance(const Json& json, const std::string& where) {
    Appearance read{text(json, "recording", where), text(json, "speaker", where),
                    not_negative(json, "speech", where)};
    if (const auto at = json.find("score"); at != json.end() && !at->is_null()) {
      read.score = static_cast<float>(number(*at, "score", where));
    }
    if (!seen_.emplace(read.recording, read.speaker).second) {
      refuse(where, "lists a speaker of a recording twice");
    }
    return read;
  }

  LinkedVoice voice(const Json& json, const std::string& where) const {
    LinkedVoice read{not_negative(json, "weight", where), not_negative(json, "spread", where), {}};
    if (!(read.weight > 0)) refuse(where, "has a 'weight' of 0");
    for (const Json& value : array(json, "sum", where)) {
      read.sum.push_back(static_cast<float>(number(value, "sum", where)));
    }
    return read;
  }

  LinkedPerson person(const Json& json, const std::string& where) {
    LinkedPerson read;
    read.name = text(json, "name", where);
    if (read.name.empty() || !names_.insert(read.name).second) {
      refuse(where, "has no name of its own");
    }
    read.known_voice = truth(json, "known_voice", where);
    for (const Json& each : array(json, "appearances", where)) {
      read.appearances.push_back(appearance(each, where));
    }
    if (read.appearances.empty()) refuse(where, "has no appearances");
    read.voice = voice(field(json, "voice", where), where);
    return read;
  }

  Linking linking(const Json& json) {
    const std::string where = "the document";
    if (!json.is_object() || !json.contains("schema") || json["schema"] != kSchema) {
      refuse(where, "is none of schema " + std::string(kSchema));
    }
    if (!json.contains("version") || json["version"] != kVersion) {
      refuse(where, "is of another version than " + std::to_string(kVersion));
    }
    Linking read;
    const Json& space = field(json, "space", where);
    read.space.digest = text(space, "digest", "the space");
    read.space.pack = text(space, "pack", "the space");
    read.space.dimensions =
        static_cast<int>(std::min<std::int64_t>(count(space, "dimensions", "the space"), 1 << 16));
    read.next_person = count(json, "next_person", where);
    const Json& persons = array(json, "persons", where);
    for (std::size_t i = 0; i < persons.size(); ++i) {
      read.persons.push_back(person(persons[i], "person " + std::to_string(i + 1)));
    }
    for (const Json& each : array(json, "unlinked", where)) {
      read.unlinked.push_back(appearance(each, "an unlinked speaker"));
    }
    return read;
  }

 private:
  std::string name_;
  std::set<std::string> names_;
  std::set<std::pair<std::string, std::string>> seen_;
};

std::string cell(const std::string& text) { return formats::separated_cell(text, ','); }

std::string score_cell(const std::optional<float>& score) {
  return score ? formats::fixed(static_cast<double>(*score), kScoreDecimals) : std::string();
}

}  // namespace

std::string link_document(const Linking& linking) {
  const Json space = {{"digest", linking.space.digest},
                      {"pack", linking.space.pack},
                      {"dimensions", linking.space.dimensions}};
  std::string text =
      "{\n  \"schema\": " + one_line(kSchema) + ",\n  \"version\": " + std::to_string(kVersion) +
      ",\n  \"space\": " + one_line(space) +
      ",\n  \"next_person\": " + std::to_string(linking.next_person) + ",\n  \"persons\": [";
  const char* between = "";
  for (const LinkedPerson& person : linking.persons) {
    text += between;
    text += "\n    {\"name\": " + one_line(person.name) +
            ", \"known_voice\": " + (person.known_voice ? "true" : "false") + ", \"speech\": " +
            one_line(formats::rounded(person.speech_s(), formats::kSecondsDecimals)) +
            ", \"score\": " + one_line(score_json(person.score())) + ", \"appearances\": [";
    add_list(text, person.appearances, "\n      ", true);
    text += "\n    ], \"voice\": " + one_line(voice_json(person.voice)) + "}";
    between = ",";
  }
  text += linking.persons.empty() ? "]" : "\n  ]";
  text += ",\n  \"unlinked\": [";
  add_list(text, linking.unlinked, "\n    ", false);
  return text + (linking.unlinked.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

std::string link_table(const Linking& linking) {
  std::string text = "person,recording,speaker,speech_s,score\n";
  for (const LinkedPerson& person : linking.persons) {
    for (const Appearance& each : person.appearances) {
      text += cell(person.name) + "," + cell(each.recording) + "," + cell(each.speaker) + "," +
              formats::fixed(each.speech_s, formats::kSecondsDecimals) + "," +
              score_cell(each.score) + "\n";
    }
  }
  for (const Appearance& each : linking.unlinked) {
    text += "," + cell(each.recording) + "," + cell(each.speaker) + "," +
            formats::fixed(each.speech_s, formats::kSecondsDecimals) + ",\n";
  }
  return text;
}

Linking parse_link_document(std::string_view document, const std::string& name) {
  Reader reader(name);
  Json json;
  try {
    // Of a string, as other rooms parse: the parser is one more for every kind of iterator.
    json = Json::parse(std::string(document));
  } catch (const Json::exception& error) {
    const std::string what = error.what();
    const std::size_t at = what.find("at line");
    reader.refuse("the document",
                  "is no JSON" + (at == std::string::npos ? std::string()
                                                          : " (" + what.substr(at, 100) + ")"));
  }
  return reader.linking(json);
}

}  // namespace diarist
