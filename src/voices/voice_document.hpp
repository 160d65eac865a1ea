// Voices as a JSON document, to be carried to another store (docs/json-schema.md: diarist.voices).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/speaker_store.hpp"

namespace diarist::voices {

inline constexpr const char* kVoicesSchema = "diarist.voices";
inline constexpr int kVoicesVersion = 1;

struct VoiceDocument {
  std::optional<VoiceSpace> space;  ///< Empty where there are no voices.
  std::vector<KnownVoice> voices;
};

/// The same voices give the same bytes. One session a line.
std::string voice_document(const VoiceDocument& document);

/// Takes what voice_document() gives, and nothing that it could not have given but for blanks and
/// the order of fields; a digest that does not fit its embedding is an error too. Throws
/// Error{malformed}; `name` is the file's. Pure.
VoiceDocument parse_voice_document(std::string_view text, const std::string& name);

}  // namespace diarist::voices
