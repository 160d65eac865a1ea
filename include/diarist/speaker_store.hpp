// Voices kept from one recording to the next, in one file on this machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/model.hpp"

namespace diarist {

/// What one recording told of a voice.
struct VoiceSample {
  std::vector<float> embedding;  ///< [256], not normalised: a Speaker::centroid.
  double speech_s = 0;           ///< Seconds of speech that it was made of, >= 0.
  std::string source;            ///< The recording's name; may be empty.
};

/// The same, kept.
struct VoiceSession {
  VoiceSample sample;       ///< Told by the recording.
  std::int64_t added = 0;   ///< When, in seconds since 1970.
  bool remembered = false;  ///< By remember(), which was not told whose it is.
  std::string digest;       ///< 32 hexadecimal digits: sessions of one digest are the same.
};

/// One person.
struct KnownVoice {
  std::string name;                    ///< "Ann"; "VOICE_0001" where nobody gave one yet.
  bool named = true;                   ///< Whether somebody did.
  std::vector<VoiceSession> sessions;  ///< In the order in which they were added; at least one.
};

/// Which embeddings may be compared: those of one embedding network and one PLDA.
struct VoiceSpace {
  std::string digest;  ///< Of these tensors, as the pack stores them: 32 hexadecimal digits.
  std::string pack;    ///< Name of the pack that was first used, for messages.
  int dimensions = 0;  ///< Numbers of an embedding.
};

/// That of a pack. Reads all bytes of the tensors: some milliseconds.
DIARIST_EXPORT VoiceSpace voice_space(const Model& model);

/// What an import changed.
struct VoiceImport {
  int voices = 0;    ///< New ones.
  int sessions = 0;  ///< New ones, also of voices that were there.
  int known = 0;     ///< Sessions that were there already, and stayed as they were.
};

/// How a store is opened.
struct SpeakerStoreOptions {
  /// Make the file, and folders above it, where it is missing.
  bool create = false;
  /// How long to wait for another program that writes, in milliseconds.
  int patience_ms = 10000;
};

/// A file of voices (SQLite). One program may write while any number of others read; each change
/// is whole or not there at all, also where the program is killed in the middle. The file and what
/// SQLite puts beside it (-wal, -shm) are for their owner alone (mode 0600), and nothing is written
/// anywhere else.
///
/// Every member function may be called from any number of threads; they take turns. Each throws
/// Error{io} where the file cannot be read or written or is held by another program for longer than
/// the patience, Error{malformed} where its bytes cannot be trusted.
///
/// A name has 1 to 200 bytes of UTF-8, no control characters, no blanks at its ends, and is none of
/// the program's own (SPEAKER_nn, VOICE_nnnn); else Error{invalid_argument}. So is a name that is
/// asked for and not there.
class DIARIST_EXPORT SpeakerStore {
 public:
  /// Throws Error{not_found} for a missing file that is not to be made; Error{malformed} for a file
  /// that is no store, or one of a newer diarist.
  explicit SpeakerStore(const std::filesystem::path& file, const SpeakerStoreOptions& options = {});
  ~SpeakerStore();
  SpeakerStore(SpeakerStore&&) noexcept;
  SpeakerStore& operator=(SpeakerStore&&) noexcept;

  /// By name, those without one last.
  std::vector<KnownVoice> voices() const;
  /// One of them.
  KnownVoice voice(const std::string& name) const;
  /// Of the embeddings in it; empty where there are none.
  std::optional<VoiceSpace> space() const;

  /// Adds what a recording tells of a voice to `name`, which may be new. False where the very same
  /// is there already. A voice keeps at most kMostVoiceSessions: then the remembered one, or else
  /// the enrolled one, with the least speech goes. Throws Error{wrong_model} where the store's
  /// embeddings are of another space than `model`'s, Error{invalid_argument} where the sample is no
  /// embedding of the model, or is kept under another name.
  bool add(const std::string& name, const VoiceSample& sample, const Model& model);

  /// Gives a voice another name, which must be free.
  void rename(const std::string& from, const std::string& to);
  /// Makes two voices one: sessions of `from` go to `into`, with the bound of add().
  void merge(const std::string& into, const std::string& from);
  /// Removes voices, all of them or, where one is not there, none; and their bytes from the file:
  /// the file is written anew without them. Throws Error{io} where another program reads on so that
  /// old bytes must stay for now; they go when the store is next opened and nobody reads it.
  void forget(std::span<const std::string> names);

  /// All of it as a JSON document (docs/json-schema.md: diarist.voices).
  std::string export_voices() const;
  /// Adds what such a document holds: sessions that are here already are left as they are, and the
  /// voice that holds the first of them, under whatever name, gets those that it lacks; so does a
  /// voice of the same name where none is here. Others without a name get a new number. All of it
  /// or nothing. `name` is the file's, for messages. Throws Error{malformed} for a document that is
  /// anything else, Error{wrong_model} for one of another space.
  VoiceImport import_voices(std::string_view document, const std::string& name);

  /// For diarist's own rooms.
  struct Implementation;
  Implementation& implementation() const { return *implementation_; }

 private:
  std::unique_ptr<Implementation> implementation_;
};

/// Sessions that one voice keeps: more hardly tell more, and this bounds what is kept of a person.
inline constexpr std::size_t kMostVoiceSessions = 20;

}  // namespace diarist
