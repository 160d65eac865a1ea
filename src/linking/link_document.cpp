// A linking as a document and back (docs/json-schema.md: diarist.link), and as a table.
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/link.hpp"

#include "formats/json_fields.hpp"
#include "formats/number.hpp"
#include "formats/separated.hpp"

namespace diarist {
namespace {

using formats::one_line;
using formats::shortest;
using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "diarist.link";
constexpr int kVersion = 1;
/// Decimals of a score.
constexpr int kScoreDecimals = 4;

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

/// Reads a linking's parts; each speaker of a recording once, each person's name once.
class Reader : public formats::JsonFields {
 public:
  explicit Reader(const std::string& name) : JsonFields(name, "give what `diarist link` wrote") {}

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
  return reader.linking(reader.parse(document, kSchema, kVersion));
}

}  // namespace diarist
