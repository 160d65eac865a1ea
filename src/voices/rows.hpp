// The tables of a store as values: what is read from them, and the changes that a transaction is
// made of. Each function is called inside of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diarist/speaker_store.hpp"

#include "sqlite/database.hpp"

namespace diarist::voices {

using sqlite::Database;
using sqlite::Statement;

/// As SpeakerStore::voices() gives them. Throws Error{malformed} where a row holds no embedding of
/// the store's space.
std::vector<KnownVoice> read_voices(Database& database);
std::optional<VoiceSpace> read_space(Database& database);
/// Empty where no voice is called so.
std::optional<std::int64_t> find_voice(Database& database, const std::string& name);
/// Throws Error{invalid_argument} where no voice is called so.
std::int64_t existing_voice(Database& database, const std::string& name);
/// The name of the voice that has this session; empty where none has.
std::optional<std::string> holder_of(Database& database, const std::string& digest);

/// Throws Error{wrong_model} where the store's embeddings are of another space; writes nothing.
void check_space(Database& database, const VoiceSpace& space);
/// The same, and makes it the store's where that has no embeddings.
void settle_space(Database& database, const VoiceSpace& space);

std::int64_t insert_voice(Database& database, const std::string& name, bool named);
/// The next VOICE_nnnn.
std::string take_unnamed(Database& database);
/// Throws Error{malformed} where the session is there already: ask holder_of().
void insert_session(Database& database, std::int64_t voice, const VoiceSession& session);
/// Leaves at most kMostVoiceSessions.
void bound_sessions(Database& database, std::int64_t voice);
/// And the space, once no session is left.
void delete_voice(Database& database, std::int64_t voice);

/// What tells sessions apart: 32 hexadecimal digits of the embedding's bytes and its space.
std::string session_digest(const std::vector<float>& embedding, const std::string& space_digest);

}  // namespace diarist::voices
