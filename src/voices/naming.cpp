#include "voices/naming.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>

#include "diarist/error.hpp"

#include "clustering/assignment.hpp"
#include "sqlite/database.hpp"
#include "voices/rows.hpp"
#include "voices/speaker_store_implementation.hpp"
#include "voices/voice_scorer.hpp"

namespace diarist::voices {

using sqlite::Transaction;

void check(const IdentificationOptions& options) {
  if (!std::isfinite(options.min_score)) {
    throw Error(ErrorCode::invalid_argument, "min_score", "is no finite number",
                "give a log-likelihood ratio, such as 0");
  }
}

std::vector<KnownVoice> comparable_voices(const SpeakerStore& store, const VoiceSpace& space) {
  SpeakerStore::Implementation& own = store.implementation();
  const std::lock_guard lock(own.mutex);
  const Transaction transaction(*own.database, Transaction::Kind::reading);
  check_space(*own.database, space);
  return read_voices(*own.database);
}

void give_names(Diarization& diarization, const std::vector<KnownVoice>& known,
                const ScoreTable& table, const std::vector<int>& named) {
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named[i] < 0) continue;
    const auto voice = static_cast<std::size_t>(named[i]);
    diarization.speakers[i].name = known[voice].name;
    diarization.speakers[i].identity_score = static_cast<float>((*table.of_speaker[i])[voice]);
  }
}

ScoreTable score_table(const Diarization& diarization, const std::vector<KnownVoice>& voices,
                       const Model& model, const VoiceSpace& space) {
  const VoiceScorer scorer(model.pack());
  std::vector<VoiceScorer::Enrolled> enrolled;
  enrolled.reserve(voices.size());
  for (const KnownVoice& voice : voices) enrolled.push_back(scorer.enrol(voice));
  ScoreTable table;
  for (const Speaker& speaker : diarization.speakers) {
    std::optional<std::vector<double>>& scores = table.of_speaker.emplace_back();
    if (speaker.centroid.empty()) continue;
    check_sample({speaker.centroid, speaker.total_s, speaker.name}, space);
    const Eigen::VectorXd look = scorer.features(speaker.centroid);
    scores.emplace();
    for (const auto& voice : enrolled) scores->push_back(scorer.score(voice, look));
  }
  return table;
}

std::vector<int> name_speakers(const ScoreTable& table, std::size_t voices, double min_score) {
  const std::size_t speakers = table.of_speaker.size();
  std::vector<int> named(speakers, -1);
  if (speakers == 0 || voices == 0) return named;
  std::vector<double> gains(speakers * voices, 0);
  for (std::size_t i = 0; i < speakers; ++i) {
    if (!table.of_speaker[i]) continue;
    for (std::size_t k = 0; k < voices; ++k) {
      gains[i * voices + k] = std::max((*table.of_speaker[i])[k] - min_score, 0.0);
    }
  }
  named = assign_max(gains, static_cast<int>(speakers), static_cast<int>(voices));
  for (std::size_t i = 0; i < speakers; ++i) {
    const auto voice = static_cast<std::size_t>(std::max(named[i], 0));
    if (named[i] >= 0 && table.of_speaker[i] && (*table.of_speaker[i])[voice] >= min_score)
      continue;
    named[i] = -1;
  }
  return named;
}

void name_by(Diarization& diarization, const std::vector<KnownVoice>& known, const Model& model,
             const VoiceSpace& space, double min_score) {
  const ScoreTable table = score_table(diarization, known, model, space);
  give_names(diarization, known, table, name_speakers(table, known.size(), min_score));
}

}  // namespace diarist::voices
