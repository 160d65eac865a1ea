// JSON by the schema of docs/json-schema.md. One turn and one speaker a line, so that it can be
// read, compared and searched line by line too.
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/json_fields.hpp"
#include "formats/json_reader.hpp"
#include "formats/lines.hpp"
#include "formats/number.hpp"

namespace diarist::formats {
namespace {

using Json = nlohmann::ordered_json;

Json turn_json(const Diarization& diarization, const Turn& turn) {
  return {{"start", rounded(turn.start_s, kSecondsDecimals)},
          {"end", rounded(turn.end_s, kSecondsDecimals)},
          {"speaker", std::string(speaker_name(diarization, turn.speaker))},
          {"confidence",
           std::isnan(turn.confidence)
               ? Json(nullptr)
               : Json(rounded(static_cast<double>(turn.confidence), kConfidenceDecimals))},
          {"channel", turn.channel}};
}

Json speaker_json(const Speaker& speaker) {
  Json centroid = nullptr;
  if (!speaker.centroid.empty()) {
    centroid = Json::array();
    for (const float value : speaker.centroid) centroid.push_back(shortest(value));
  }
  Json json = {{"name", speaker.name},
               {"total", rounded(speaker.total_s, kSecondsDecimals)},
               {"channel", speaker.channel},
               {"centroid", centroid}};
  if (speaker.identity_score) json["score"] = shortest(*speaker.identity_score);
  return json;
}

void write_list(std::ostream& out, const char* key, const std::vector<Json>& items) {
  out << ",\n  \"" << key << "\": [";
  for (std::size_t i = 0; i < items.size(); ++i) {
    out << (i ? ",\n    " : "\n    ") << one_line(items[i]);
  }
  out << (items.empty() ? "]" : "\n  ]");
}

void write_json(std::ostream& out, const Diarization& diarization) {
  std::vector<Json> turns;
  for (const Turn& turn : diarization.turns) turns.push_back(turn_json(diarization, turn));
  std::vector<Json> speakers;
  for (const Speaker& speaker : diarization.speakers) speakers.push_back(speaker_json(speaker));
  const std::vector<Json> notices(diarization.notices.begin(), diarization.notices.end());

  out << "{\n  \"schema\": " << one_line(kJsonSchema)
      << ",\n  \"version\": " << one_line(kJsonVersion)
      << ",\n  \"recording\": " << one_line(diarization.recording)
      << ",\n  \"duration\": " << one_line(rounded(diarization.duration_s, kSecondsDecimals));
  write_list(out, "turns", turns);
  write_list(out, "speakers", speakers);
  write_list(out, "notices", notices);
  out << "\n}\n";
}

bool recognizes(std::string_view text) { return trimmed(text.substr(0, 4096)).starts_with('{'); }

}  // namespace

extern const FormatRow kJson;
const FormatRow kJson = {
    .format = FileFormat::json,
    .name = "json",
    .endings = {"json"},
    .header = "",
    .write = write_json,
    .read = read_json,
    .recognizes = recognizes,
    .holds = {.recording = true,
              .channel = true,
              .confidence = true,
              .duration = true,
              .voices = true,
              .decimals = kSecondsDecimals,
              .name = unicode_name},
};

}  // namespace diarist::formats
