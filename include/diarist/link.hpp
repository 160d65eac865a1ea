// The same voices over many recordings: each recording's speakers become persons of the archive.
//
// All functions are safe from any thread. The same speakers, in any order and with any number of
// threads, give the same persons, names and bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"

namespace diarist {

/// A speaker of one recording, as its result has it.
struct LinkedSpeaker {
  std::string recording;         ///< Diarization::recording: one name, one recording.
  std::string speaker;           ///< Speaker::name, which is the recording's own.
  std::vector<float> embedding;  ///< [256], a Speaker::centroid; empty where there is none.
  double speech_s = 0;           ///< Speaker::total_s: seconds, >= 0.
};

/// A result's speakers, as link() takes them.
DIARIST_EXPORT std::vector<LinkedSpeaker> speakers_to_link(const Diarization& diarization);

/// Where a person was heard.
struct Appearance {
  std::string recording;  ///< LinkedSpeaker::recording.
  std::string speaker;    ///< LinkedSpeaker::speaker.
  double speech_s = 0;    ///< LinkedSpeaker::speech_s.
  /// How well this speaker goes with what else was known of the person when he was linked: a
  /// calibrated log-likelihood ratio, natural logarithm (IdentificationOptions::min_score). Empty
  /// where nothing else was known.
  std::optional<float> score = std::nullopt;
};

/// What a person's appearances sound like together: sums over them, to which more can be added.
/// Sizes follow the model's PLDA.
struct LinkedVoice {
  double weight = 0;       ///< Of the appearances: each weighs up to 1, the more it speaks.
  double spread = 0;       ///< Weighted sum of how far each lies out.
  std::vector<float> sum;  ///< [128], weighted sum of PLDA features.
};

/// Somebody of the archive.
struct LinkedPerson {
  std::string name;                     ///< "PERSON_0001"; a known voice's name where it is one.
  bool known_voice = false;             ///< Whether it is.
  std::vector<Appearance> appearances;  ///< By recording and speaker; at least one.
  LinkedVoice voice;                    ///< Of these appearances; not of the store's sessions.

  /// Seconds, of all appearances.
  DIARIST_EXPORT double speech_s() const;
  /// The least of the appearances' scores; empty where none has one.
  DIARIST_EXPORT std::optional<float> score() const;
};

/// Who is who in an archive.
struct Linking {
  VoiceSpace space;                   ///< Of the model whose PLDA compared the voices.
  std::vector<LinkedPerson> persons;  ///< By name: those of the store first, then by number.
  std::vector<Appearance> unlinked;   ///< Speakers without an embedding, who stay as they are.
  std::int64_t next_person = 1;       ///< The number that the next new person gets.
};

/// How sure it has to be that two are one.
struct LinkOptions {
  /// The least mean score of two groups' speakers at which the groups are one person: a calibrated
  /// log-likelihood ratio, natural logarithm. More makes fewer mistakes and more persons.
  /// docs/linking.md says what values cost.
  double min_score = 4;
  /// Workers; 0 takes every core. At least 0. Changes nothing but the time.
  int threads = 0;
};

/// Finds the persons behind the speakers of recordings. Two speakers of one recording are two
/// people. Candidates are found by nearest neighbours (HNSW: Malkov and Yashunin 2016), groups are
/// joined in the order of their average PLDA score, best first, where it is enough and nothing
/// forbids it: first those who speak for ten seconds or more in a recording, voices of the store,
/// and persons of `known` who did so or are a voice; then each of the others goes to the best of
/// these that it may join; then those are joined that are left.
///
/// `store`: voices that give their names, and draw to them who they are; may be null. `known`: what
/// an earlier call gave; may be null. Its persons stay apart and keep their names, the new speakers
/// join them or become new persons; speakers that it has already are passed over. A known person
/// that a voice of the store turns out to be takes the voice's name.
///
/// `model` is the one that diarized. Throws Error{invalid_argument} for embeddings that are not
/// finite, of zeros or of another size than the model's, options out of their range, a speaker who
/// is listed twice, one that `known` has with another length (diarized anew), and a voice of a name
/// that a person has; Error{wrong_model} where the store or `known` is of another space; and as
/// SpeakerStore does.
DIARIST_EXPORT Linking link(std::span<const LinkedSpeaker> speakers, const Model& model,
                            const LinkOptions& options = {}, const SpeakerStore* store = nullptr,
                            const Linking* known = nullptr);

/// Gives a result's speakers the names of their persons, with Speaker::identity_score where there
/// is a score; who is not linked keeps his name. Throws Error{invalid_argument}, and changes
/// nothing, where that name is also a person's in this recording.
class DIARIST_EXPORT PersonNames {
 public:
  /// Of a linking, which is not kept.
  explicit PersonNames(const Linking& linking);
  void give(Diarization& diarization) const;

 private:
  struct Entry {
    std::string recording, speaker, person;
    std::optional<float> score;
  };
  std::vector<Entry> entries_;  ///< Sorted.
};

/// As a JSON document (docs/json-schema.md: diarist.link), and as CSV with a row for each
/// appearance: person, recording, speaker, speech_s, score.
DIARIST_EXPORT std::string link_document(const Linking& linking);
DIARIST_EXPORT std::string link_table(const Linking& linking);
/// Reads such a document. `name` is the file's, for messages. Throws Error{malformed} for a
/// document that is anything else.
DIARIST_EXPORT Linking parse_link_document(std::string_view document, const std::string& name);

}  // namespace diarist
