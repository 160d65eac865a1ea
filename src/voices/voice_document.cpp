#include "voices/voice_document.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "formats/json_fields.hpp"
#include "voices/rows.hpp"
#include "voices/voice_names.hpp"

namespace diarist::voices {
namespace {

using formats::one_line;
using formats::shortest;
using Json = nlohmann::ordered_json;

/// Networks have 256 to 512.
constexpr std::int64_t kMostDimensions = 1 << 16;
/// The year 5138: a time beyond is none.
constexpr std::int64_t kLatest = 100'000'000'000;
constexpr std::size_t kMostSourceBytes = 4096;

Json session_json(const VoiceSession& session) {
  Json embedding = Json::array();
  for (const float value : session.sample.embedding) embedding.push_back(shortest(value));
  return {{"source", session.sample.source}, {"speech", session.sample.speech_s},
          {"added", session.added},          {"remembered", session.remembered},
          {"digest", session.digest},        {"embedding", embedding}};
}

/// Reads a store's parts, of which none may have fields that are not known.
class Reader : public formats::JsonFields {
 public:
  explicit Reader(const std::string& name)
      : JsonFields(name, "import what `diarist speakers export` wrote") {}

  /// Throws where there are others than these, or one of these is missing.
  void check_fields(const Json& json, const std::string& where,
                    std::initializer_list<const char*> fields) const {
    if (!json.is_object()) refuse(where, "is no object");
    for (const char* field : fields) {
      if (!json.contains(field)) refuse(where, "has no '" + std::string(field) + "'");
    }
    if (json.size() != fields.size()) refuse(where, "has a field that is not known");
  }

  std::int64_t integer(const Json& json, const char* field, const std::string& where,
                       std::int64_t least, std::int64_t most) const {
    const Json& value = json[field];
    const bool beyond =
        value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
    if (!value.is_number_integer() || beyond || value.get<std::int64_t>() < least ||
        value.get<std::int64_t>() > most) {
      refuse(where, "has a '" + std::string(field) + "' that is no whole number from " +
                        std::to_string(least) + " to " + std::to_string(most));
    }
    return value.get<std::int64_t>();
  }
  std::string digest(const Json& json, const char* field, const std::string& where) const {
    std::string value = text(json, field, where);
    const bool hex = std::all_of(value.begin(), value.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    if (value.size() != 32 || !hex) {
      refuse(where, "has a '" + std::string(field) + "' that is not 32 hexadecimal digits");
    }
    return value;
  }

  VoiceSession session(const Json& json, const std::string& where, const VoiceSpace& space) const {
    check_fields(json, where, {"source", "speech", "added", "remembered", "digest", "embedding"});
    VoiceSession session;
    session.sample.source = text(json, "source", where);
    if (session.sample.source.size() > kMostSourceBytes) refuse(where, "has an endless 'source'");
    session.sample.speech_s = json["speech"].is_number() ? json["speech"].get<double>() : -1;
    if (!std::isfinite(session.sample.speech_s) || session.sample.speech_s < 0) {
      refuse(where, "has a 'speech' that is no number of seconds");
    }
    session.added = integer(json, "added", where, 0, kLatest);
    session.remembered = truth(json, "remembered", where);
    session.digest = digest(json, "digest", where);
    const Json& embedding = array(json, "embedding", where);
    if (embedding.size() != static_cast<std::size_t>(space.dimensions)) {
      refuse(where, "has an embedding of " + std::to_string(embedding.size()) +
                        " numbers, expected " + std::to_string(space.dimensions));
    }
    for (const Json& value : embedding) {
      session.sample.embedding.push_back(static_cast<float>(number(value, "embedding", where)));
    }
    if (session.digest != session_digest(session.sample.embedding, space.digest)) {
      refuse(where, "has an embedding that its digest does not fit: it was changed");
    }
    return session;
  }

  KnownVoice voice(const Json& json, const std::string& where, const VoiceSpace& space) const {
    check_fields(json, where, {"name", "named", "sessions"});
    KnownVoice voice;
    voice.name = text(json, "name", where);
    voice.named = truth(json, "named", where);
    const std::string problem = name_problem(voice.name);
    if (voice.named && !problem.empty()) refuse(where, "has a name that " + problem);
    if (!voice.named && !is_unnamed(voice.name)) {
      refuse(where, "is not named, but not called VOICE_nnnn either");
    }
    const Json& sessions = array(json, "sessions", where);
    if (sessions.empty() || sessions.size() > kMostVoiceSessions) {
      refuse(where, "has " + std::to_string(sessions.size()) + " sessions, expected 1 to " +
                        std::to_string(kMostVoiceSessions));
    }
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      voice.sessions.push_back(
          session(sessions[i], where + ", session " + std::to_string(i + 1), space));
    }
    return voice;
  }

  VoiceDocument document(const Json& json) const {
    check_fields(json, "the document", {"schema", "version", "space", "voices"});
    const Json& voices = array(json, "voices", "the document");
    VoiceDocument document;
    if (json["space"].is_null() && voices.empty()) return document;
    const Json& space = json["space"];
    check_fields(space, "the space", {"digest", "pack", "dimensions"});
    document.space.emplace();
    document.space->digest = digest(space, "digest", "the space");
    document.space->pack = text(space, "pack", "the space");
    if (document.space->pack.size() > kMostSourceBytes)
      refuse("the space", "has an endless 'pack'");
    document.space->dimensions =
        static_cast<int>(integer(space, "dimensions", "the space", 1, kMostDimensions));
    std::set<std::string> names;
    std::set<std::string> digests;
    for (std::size_t i = 0; i < voices.size(); ++i) {
      const std::string place = "voice " + std::to_string(i + 1);
      document.voices.push_back(voice(voices[i], place, *document.space));
      if (!names.insert(document.voices.back().name).second) refuse(place, "has another's name");
      for (const VoiceSession& session : document.voices.back().sessions) {
        if (!digests.insert(session.digest).second) refuse(place, "has another's session");
      }
    }
    if (document.voices.empty()) document.space.reset();
    return document;
  }
};

}  // namespace

std::string voice_document(const VoiceDocument& document) {
  Json space = nullptr;
  if (document.space) {
    space = {{"digest", document.space->digest},
             {"pack", document.space->pack},
             {"dimensions", document.space->dimensions}};
  }
  std::string text = "{\n  \"schema\": " + one_line(kVoicesSchema) +
                     ",\n  \"version\": " + std::to_string(kVoicesVersion) +
                     ",\n  \"space\": " + one_line(space) + ",\n  \"voices\": [";
  const char* between = "";
  for (const KnownVoice& voice : document.voices) {
    text += between;
    text += "\n    {\"name\": " + one_line(voice.name) +
            ", \"named\": " + (voice.named ? "true" : "false") + ", \"sessions\": [";
    for (std::size_t i = 0; i < voice.sessions.size(); ++i) {
      text += (i ? ",\n      " : "\n      ") + one_line(session_json(voice.sessions[i]));
    }
    text += "\n    ]}";
    between = ",";
  }
  return text + (document.voices.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

VoiceDocument parse_voice_document(std::string_view text, const std::string& name) {
  const Reader reader(name);
  return reader.document(reader.parse(text, kVoicesSchema, kVoicesVersion));
}

}  // namespace diarist::voices
