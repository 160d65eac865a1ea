// Who the speakers of a recording are, by voices that are known.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"

namespace diarist {

class SpeakerNamer;

/// How sure a name has to be.
struct IdentificationOptions {
  /// The least score at which a speaker is given a known voice's name. Scores are calibrated
  /// log-likelihood ratios, natural logarithms: at 0 the recording speaks as much for as against
  /// its being this person, at 4.6 it is a hundred times likelier. docs/accuracy.md says how many
  /// strangers each value lets through; the default is to let through one comparison in 1000.
  double min_score = 4;
};

/// How a speaker of a recording goes with a known voice.
struct VoiceScore {
  int speaker = 0;    ///< Index into Diarization::speakers.
  std::string voice;  ///< KnownVoice::name.
  double score = 0;   ///< Calibrated log-likelihood ratio, as IdentificationOptions has it.
};

/// Every speaker who has a centroid with every voice, in the order of speakers and then of
/// SpeakerStore::voices(). `model` is the one that diarized. Follows the PLDA's two-covariance
/// model by the book (Sizov et al. 2014): each session is one look at the voice. Throws as
/// SpeakerStore does, Error{wrong_model} where the store's embeddings are of another space, and
/// Error{invalid_argument} for centroids that are none of the model.
DIARIST_EXPORT std::vector<VoiceScore> voice_scores(const Diarization& diarization,
                                                    const SpeakerStore& store, const Model& model);

/// Gives speakers the names of the voices that they are, with Speaker::identity_score; who is not
/// known stays as he is. Speakers of one recording are different people, so that a name is given
/// once: the names whose scores are the greatest together. Throws as voice_scores() does, and
/// leaves `diarization` as it was.
DIARIST_EXPORT void identify(Diarization& diarization, const SpeakerStore& store,
                             const Model& model, const IdentificationOptions& options = {});

/// identify() for StreamOptions::names: while a stream goes on, and at its end. A speaker gets a
/// name once three seconds of speech or more have a score that is enough, and keeps it: another
/// voice has to be ahead by more than kSteadyMargin, or another speaker to be so with this one. The
/// store is read once. Throws as identify() does.
DIARIST_EXPORT std::shared_ptr<SpeakerNamer> stream_namer(
    const SpeakerStore& store, const Model& model, const IdentificationOptions& options = {});

/// As much likelier another name has to be for a stream to change the one that it told: 50 times.
inline constexpr double kSteadyMargin = 4;

/// What remember() kept.
struct Remembered {
  std::vector<std::string> added;    ///< New voices without a name: "VOICE_0007".
  std::vector<std::string> updated;  ///< Known ones that have one session more.
};

/// identify(); and who is not known, and speaks for kLeastRememberedSpeech_s or longer, becomes a
/// voice of the store, called VOICE_0001 and so on until somebody gives a name: the next recording
/// knows them again. A known voice with a score of at least kLearningMargin above the least one
/// learns what the recording adds. The same recording again changes nothing. One change, whole or
/// not there at all.
DIARIST_EXPORT Remembered remember(Diarization& diarization, SpeakerStore& store,
                                   const Model& model, const IdentificationOptions& options = {});

/// Seconds of speech: less says too little to be known again by.
inline constexpr double kLeastRememberedSpeech_s = 5;
/// A wrong session spoils a voice for good, where a wrong name spoils one result.
inline constexpr double kLearningMargin = 4;

/// What a recording of one person, who is to be enrolled, tells of the voice: the main speaker's
/// centroid. Throws Error{invalid_argument} where nobody speaks, there is less than a second of
/// speech, or somebody else speaks for more than a fifth as long; says then what to do.
DIARIST_EXPORT VoiceSample main_voice(const Diarization& diarization);

}  // namespace diarist
