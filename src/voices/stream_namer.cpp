// Names of known voices while a stream goes on.
#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/identification.hpp"
#include "diarist/stream.hpp"

#include "clustering/assignment.hpp"
#include "voices/naming.hpp"
#include "voices/voice_scorer.hpp"

namespace diarist {
namespace {

/// The calibration's shortest enrolment: less says too little.
constexpr double kLeastSpeech_s = 3;

class StreamNamer final : public SpeakerNamer {
 public:
  StreamNamer(const SpeakerStore& store, const Model& model, const IdentificationOptions& options)
      : model_(model),
        min_score_(options.min_score),
        space_(voice_space(model)),
        known_(voices::comparable_voices(store, space_)),
        scorer_(model.pack()) {
    for (const KnownVoice& voice : known_) enrolled_.push_back(scorer_.enrol(voice));
  }

  std::vector<Name> name(std::span<const HeardSpeaker> heard) override {
    check_dimensions(heard);
    std::vector<const HeardSpeaker*> speakers;
    for (const HeardSpeaker& speaker : heard) {
      if (speaker.speech_s >= kLeastSpeech_s || given_.count(speaker.speaker) > 0) {
        speakers.push_back(&speaker);
      }
    }
    if (speakers.empty() || known_.empty()) return {};
    const std::vector<double> scores = scores_of(speakers);
    const std::vector<int> voice_of = assign(speakers, scores);

    // Names that are taken away come first: none is two speakers' at any time.
    std::map<int, std::size_t> now = given_;
    for (std::size_t i = 0; i < speakers.size(); ++i) {
      now.erase(speakers[i]->speaker);
      if (voice_of[i] < 0) continue;
      const auto voice = static_cast<std::size_t>(voice_of[i]);
      std::erase_if(now, [&](const auto& other) { return other.second == voice; });
      now[speakers[i]->speaker] = voice;
    }
    std::vector<Name> changes;
    for (const auto& [speaker, voice] : given_) {
      const auto kept = now.find(speaker);
      if (kept == now.end() || kept->second != voice) changes.push_back({speaker, "", 0});
    }
    for (std::size_t i = 0; i < speakers.size(); ++i) {
      if (voice_of[i] < 0) continue;
      const auto voice = static_cast<std::size_t>(voice_of[i]);
      const auto before = given_.find(speakers[i]->speaker);
      if (before != given_.end() && before->second == voice) continue;
      changes.push_back(
          {speakers[i]->speaker, known_[voice].name, scores[i * known_.size() + voice]});
    }
    given_ = std::move(now);
    return changes;
  }

  void name(Diarization& diarization) override {
    voices::name_by(diarization, known_, model_, space_, min_score_);
  }

 private:
  /// The stream may be another model's.
  void check_dimensions(std::span<const HeardSpeaker> heard) const {
    for (const HeardSpeaker& speaker : heard) {
      if (speaker.centroid.size() == static_cast<std::size_t>(space_.dimensions)) continue;
      throw Error(ErrorCode::wrong_model, "speaker " + std::to_string(speaker.speaker),
                  "has a centroid of " + std::to_string(speaker.centroid.size()) +
                      " numbers, where voices have " + std::to_string(space_.dimensions),
                  "name by the model that the stream has");
    }
  }

  /// [speakers, voices]
  std::vector<double> scores_of(const std::vector<const HeardSpeaker*>& speakers) const {
    std::vector<double> scores;
    for (const HeardSpeaker* speaker : speakers) {
      const Eigen::VectorXd look = scorer_.features(speaker->centroid);
      for (const auto& voice : enrolled_) scores.push_back(scorer_.score(voice, look));
    }
    return scores;
  }

  /// [speakers]: the voice that each is now, or -1. As voices::name_speakers, but who has a name
  /// has kSteadyMargin ahead.
  std::vector<int> assign(const std::vector<const HeardSpeaker*>& speakers,
                          const std::vector<double>& scores) const {
    std::vector<double> gains;
    for (std::size_t i = 0; i < speakers.size(); ++i) {
      const auto has = given_.find(speakers[i]->speaker);
      for (std::size_t k = 0; k < known_.size(); ++k) {
        const double gain = std::max(0.0, scores[i * known_.size() + k] - min_score_);
        const bool held = has != given_.end() && has->second == k;
        gains.push_back(gain + (held ? kSteadyMargin : 0));
      }
    }
    std::vector<int> voice_of =
        assign_max(gains, static_cast<int>(speakers.size()), static_cast<int>(known_.size()));
    for (std::size_t i = 0; i < speakers.size(); ++i) {
      if (voice_of[i] < 0) continue;
      const auto voice = static_cast<std::size_t>(voice_of[i]);
      const auto has = given_.find(speakers[i]->speaker);
      const bool held = has != given_.end() && has->second == voice;
      // Said so that a score that is no number names nobody.
      if (!held && !(scores[i * known_.size() + voice] >= min_score_)) voice_of[i] = -1;
    }
    return voice_of;
  }

  const Model model_;
  const double min_score_;
  const VoiceSpace space_;
  const std::vector<KnownVoice> known_;
  const voices::VoiceScorer scorer_;
  std::vector<voices::VoiceScorer::Enrolled> enrolled_;
  std::map<int, std::size_t> given_;  ///< By speaker: which of the known voices.
};

}  // namespace

std::shared_ptr<SpeakerNamer> stream_namer(const SpeakerStore& store, const Model& model,
                                           const IdentificationOptions& options) {
  voices::check(options);
  return std::make_shared<StreamNamer>(store, model, options);
}

}  // namespace diarist
