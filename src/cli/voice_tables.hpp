// Known voices, and how speakers go with them, for people and for machines (docs/json-schema.md).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

namespace diarist::cli {

/// A line for each voice.
std::string voice_table(std::span<const KnownVoice> voices);
/// A line for each session of one voice.
std::string session_table(const KnownVoice& voice);
/// Of one or many; no embeddings.
std::string voices_json(std::span<const KnownVoice> voices, const std::optional<VoiceSpace>& space);

/// The scores of one recording: a line for each speaker and voice.
std::string score_table(const Diarization& diarization, std::span<const VoiceScore> scores);
std::string scores_json(const Diarization& diarization, std::span<const VoiceScore> scores);

}  // namespace diarist::cli
