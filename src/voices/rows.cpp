#include "voices/rows.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <map>
#include <utility>

#include "diarist/error.hpp"

#include "base/digest.hpp"

namespace diarist::voices {
namespace {

constexpr std::size_t kBytesPerNumber = 4;

/// 32-bit floats, least significant byte first, on every machine.
std::vector<std::byte> bytes_of(const std::vector<float>& embedding) {
  std::vector<std::byte> bytes;
  bytes.reserve(embedding.size() * kBytesPerNumber);
  for (const float value : embedding) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (std::size_t i = 0; i < kBytesPerNumber; ++i) {
      bytes.push_back(static_cast<std::byte>((bits >> (8 * i)) & 0xff));
    }
  }
  return bytes;
}

std::optional<std::vector<float>> embedding_of(const std::vector<std::byte>& bytes,
                                               std::size_t dimensions) {
  if (bytes.size() != dimensions * kBytesPerNumber) return std::nullopt;
  std::vector<float> embedding;
  embedding.reserve(dimensions);
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerNumber) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kBytesPerNumber; ++i) {
      bits |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
    }
    embedding.push_back(std::bit_cast<float>(bits));
    if (!std::isfinite(embedding.back())) return std::nullopt;
  }
  return embedding;
}

[[noreturn]] void damaged(const Database& database, const std::string& problem) {
  throw Error(ErrorCode::malformed, database.name(), "is damaged (" + problem + ")",
              "take a copy of it, or import an export into a new store");
}

}  // namespace

std::optional<VoiceSpace> read_space(Database& database) {
  Statement statement(database, "SELECT digest, pack, dimensions FROM space");
  if (!statement.next()) return std::nullopt;
  return VoiceSpace{statement.text(0), statement.text(1), static_cast<int>(statement.integer(2))};
}

std::vector<KnownVoice> read_voices(Database& database) {
  const std::optional<VoiceSpace> space = read_space(database);
  const auto dimensions = static_cast<std::size_t>(space ? space->dimensions : 0);
  std::vector<KnownVoice> voices;
  Statement rows(database,
                 "SELECT voice.name, voice.named, session.digest, session.source, "
                 "session.speech_s, session.added, session.remembered, session.embedding "
                 "FROM voice LEFT JOIN session ON session.voice = voice.id "
                 "ORDER BY voice.named DESC, voice.name, session.id");
  while (rows.next()) {
    std::string name = rows.text(0);
    if (voices.empty() || voices.back().name != name) {
      voices.push_back({std::move(name), rows.integer(1) != 0, {}});
    }
    std::optional<std::vector<float>> embedding = embedding_of(rows.blob(7), dimensions);
    if (!embedding || dimensions == 0) damaged(database, "a session holds no embedding");
    voices.back().sessions.push_back({{*std::move(embedding), rows.real(4), rows.text(3)},
                                      rows.integer(5),
                                      rows.integer(6) != 0,
                                      rows.text(2)});
  }
  return voices;
}

std::optional<std::int64_t> find_voice(Database& database, const std::string& name) {
  Statement statement(database, "SELECT id FROM voice WHERE name = ?");
  statement.bind(name);
  if (!statement.next()) return std::nullopt;
  return statement.integer(0);
}

std::int64_t existing_voice(Database& database, const std::string& name) {
  if (const auto id = find_voice(database, name)) return *id;
  throw Error(ErrorCode::invalid_argument, database.name(), "knows no voice '" + name + "'",
              "`diarist speakers list` shows those that it knows");
}

std::optional<std::string> holder_of(Database& database, const std::string& digest) {
  Statement statement(database,
                      "SELECT voice.name FROM session JOIN voice ON voice.id = session.voice "
                      "WHERE session.digest = ?");
  statement.bind(digest);
  if (!statement.next()) return std::nullopt;
  return statement.text(0);
}

void check_space(Database& database, const VoiceSpace& space) {
  const std::optional<VoiceSpace> known = read_space(database);
  if (!known || known->digest == space.digest) return;
  throw Error(ErrorCode::wrong_model, database.name(),
              "holds voices of another model pack than " + space.pack + " (of " + known->pack +
                  ", " + known->digest.substr(0, 8) + " rather than " + space.digest.substr(0, 8) +
                  "), and embeddings of two packs cannot be compared",
              "give that pack with --model, or enrol the voices anew in a store for this one");
}

void settle_space(Database& database, const VoiceSpace& space) {
  check_space(database, space);
  Statement statement(database, "INSERT OR IGNORE INTO space VALUES(1, ?, ?, ?)");
  statement.bind(space.digest).bind(space.pack).bind(std::int64_t{space.dimensions}).run();
}

std::int64_t insert_voice(Database& database, const std::string& name, bool named) {
  Statement statement(database, "INSERT INTO voice(name, named) VALUES(?, ?)");
  statement.bind(name).bind(std::int64_t{named ? 1 : 0}).run();
  return *find_voice(database, name);
}

std::string take_unnamed(Database& database) {
  const std::int64_t number =
      database.number("SELECT value FROM setting WHERE key = 'next_unnamed'");
  database.execute("UPDATE setting SET value = value + 1 WHERE key = 'next_unnamed'");
  char name[32];
  std::snprintf(name, sizeof(name), "VOICE_%04lld", static_cast<long long>(number));
  return name;
}

void insert_session(Database& database, std::int64_t voice, const VoiceSession& session) {
  const std::vector<std::byte> bytes = bytes_of(session.sample.embedding);
  Statement statement(database,
                      "INSERT INTO session(voice, digest, source, speech_s, added, remembered, "
                      "embedding) VALUES(?, ?, ?, ?, ?, ?, ?)");
  statement.bind(voice)
      .bind(session.digest)
      .bind(session.sample.source)
      .bind(session.sample.speech_s)
      .bind(session.added)
      .bind(std::int64_t{session.remembered ? 1 : 0})
      .bind(bytes)
      .run();
}

void bound_sessions(Database& database, std::int64_t voice) {
  Statement statement(database,
                      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE voice = ? "
                      "ORDER BY remembered, speech_s DESC, id LIMIT -1 OFFSET ?)");
  statement.bind(voice).bind(static_cast<std::int64_t>(kMostVoiceSessions)).run();
}

void delete_voice(Database& database, std::int64_t voice) {
  Statement statement(database, "DELETE FROM voice WHERE id = ?");
  statement.bind(voice).run();
  if (database.number("SELECT count(*) FROM session") == 0) {
    database.execute("DELETE FROM space");
  }
}

std::string session_digest(const std::vector<float>& embedding, const std::string& space_digest) {
  Digest digest;
  digest.add(std::string_view(space_digest));
  digest.add(std::span<const std::byte>(bytes_of(embedding)));
  return digest.hex();
}

}  // namespace diarist::voices
