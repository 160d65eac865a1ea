// The store's own changes: each is one transaction.
#include "diarist/speaker_store.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include "diarist/error.hpp"

#include "voices/rows.hpp"
#include "voices/schema.hpp"
#include "voices/speaker_store_implementation.hpp"
#include "voices/voice_document.hpp"
#include "voices/voice_names.hpp"

namespace diarist {

using sqlite::Transaction;

SpeakerStore::SpeakerStore(const std::filesystem::path& file, const SpeakerStoreOptions& options)
    : implementation_(std::make_unique<Implementation>()) {
  implementation_->database = voices::open_store(file, options);
}
SpeakerStore::~SpeakerStore() = default;
SpeakerStore::SpeakerStore(SpeakerStore&&) noexcept = default;
SpeakerStore& SpeakerStore::operator=(SpeakerStore&&) noexcept = default;

std::vector<KnownVoice> SpeakerStore::voices() const {
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  const Transaction transaction(database, Transaction::Kind::reading);
  return voices::read_voices(database);
}

KnownVoice SpeakerStore::voice(const std::string& name) const {
  for (KnownVoice& each : voices()) {
    if (each.name == name) return std::move(each);
  }
  const std::lock_guard lock(implementation_->mutex);
  voices::existing_voice(*implementation_->database, name);  // Throws.
  throw Error(ErrorCode::io, implementation_->database->name(), "changed while it was read",
              "try again");
}

std::optional<VoiceSpace> SpeakerStore::space() const {
  const std::lock_guard lock(implementation_->mutex);
  return voices::read_space(*implementation_->database);
}

bool SpeakerStore::add(const std::string& name, const VoiceSample& sample, const Model& model) {
  const VoiceSpace space = voice_space(model);
  voices::check_sample(sample, space);
  const VoiceSession session{sample, voices::now(), false,
                             voices::session_digest(sample.embedding, space.digest)};
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  Transaction transaction(database, Transaction::Kind::writing);
  voices::settle_space(database, space);
  std::optional<std::int64_t> voice = voices::find_voice(database, name);
  if (const auto holder = voices::holder_of(database, session.digest)) {
    if (*holder == name) return false;
    throw Error(ErrorCode::invalid_argument, "'" + name + "'",
                "cannot get this recording's voice, which is kept as '" + *holder + "'",
                "rename that one, or merge the two");
  }
  if (!voice) {
    voices::check_name(name);
    voice = voices::insert_voice(database, name, true);
  }
  voices::insert_session(database, *voice, session);
  voices::bound_sessions(database, *voice);
  transaction.commit();
  return true;
}

void SpeakerStore::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  Transaction transaction(database, Transaction::Kind::writing);
  const std::int64_t voice = voices::existing_voice(database, from);
  if (from == to) return;
  voices::check_name(to);
  if (voices::find_voice(database, to)) {
    throw Error(ErrorCode::invalid_argument, "'" + to + "'", "is the name of another voice",
                "`diarist speakers merge` makes two voices one");
  }
  voices::Statement statement(database, "UPDATE voice SET name = ?, named = 1 WHERE id = ?");
  statement.bind(to).bind(voice).run();
  transaction.commit();
}

void SpeakerStore::merge(const std::string& into, const std::string& from) {
  if (into == from) {
    throw Error(ErrorCode::invalid_argument, "'" + into + "'", "cannot be merged with itself",
                "name two voices");
  }
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  Transaction transaction(database, Transaction::Kind::writing);
  const std::int64_t kept = voices::existing_voice(database, into);
  const std::int64_t gone = voices::existing_voice(database, from);
  voices::Statement statement(database, "UPDATE session SET voice = ? WHERE voice = ?");
  statement.bind(kept).bind(gone).run();
  voices::delete_voice(database, gone);
  voices::bound_sessions(database, kept);
  transaction.commit();
}

void SpeakerStore::forget(std::span<const std::string> names) {
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  {
    Transaction transaction(database, Transaction::Kind::writing);
    for (const std::string& name : names) {
      voices::delete_voice(database, voices::existing_voice(database, name));
    }
    voices::request_purge(database);
    transaction.commit();
  }
  if (voices::purge(database)) return;
  throw Error(ErrorCode::io, database.name(),
              "has forgotten, but another program is reading it, so that old bytes are still there",
              "end that program, then run `diarist speakers list`, which removes them");
}

std::string SpeakerStore::export_voices() const {
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  const Transaction transaction(database, Transaction::Kind::reading);
  return voices::voice_document({voices::read_space(database), voices::read_voices(database)});
}

VoiceImport SpeakerStore::import_voices(std::string_view document, const std::string& name) {
  const voices::VoiceDocument imported = voices::parse_voice_document(document, name);
  VoiceImport done;
  if (!imported.space) return done;
  const std::lock_guard lock(implementation_->mutex);
  voices::Database& database = *implementation_->database;
  Transaction transaction(database, Transaction::Kind::writing);
  voices::settle_space(database, *imported.space);
  for (const KnownVoice& each : imported.voices) {
    // Who has some of its sessions here is that person, under whatever name by now.
    std::optional<std::int64_t> voice;
    for (const VoiceSession& session : each.sessions) {
      const auto holder = voices::holder_of(database, session.digest);
      if (!voice && holder) voice = voices::find_voice(database, *holder);
    }
    for (const VoiceSession& session : each.sessions) {
      if (voices::holder_of(database, session.digest)) {
        ++done.known;
        continue;
      }
      // Numbers are each store's own: the same one elsewhere is somebody else.
      if (!voice && each.named) voice = voices::find_voice(database, each.name);
      if (!voice) {
        const std::string called = each.named ? each.name : voices::take_unnamed(database);
        voice = voices::insert_voice(database, called, each.named);
        ++done.voices;
      }
      voices::insert_session(database, *voice, session);
      ++done.sessions;
    }
    if (voice) voices::bound_sessions(database, *voice);
  }
  transaction.commit();
  return done;
}

namespace voices {

void check_sample(const VoiceSample& sample, const VoiceSpace& space) {
  const std::string subject = sample.source.empty() ? "the sample" : sample.source;
  if (sample.embedding.size() != static_cast<std::size_t>(space.dimensions)) {
    throw Error(ErrorCode::invalid_argument, subject,
                "has an embedding of " + std::to_string(sample.embedding.size()) +
                    " numbers, where the model's have " + std::to_string(space.dimensions),
                "take embeddings of the model that is given");
  }
  for (const float value : sample.embedding) {
    if (!std::isfinite(value)) {
      throw Error(ErrorCode::invalid_argument, subject, "has an embedding that is not finite");
    }
  }
  if (!std::isfinite(sample.speech_s) || sample.speech_s < 0) {
    throw Error(ErrorCode::invalid_argument, subject, "has a length of speech that is none");
  }
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace voices
}  // namespace diarist
