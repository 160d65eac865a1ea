#include "diarist/identification.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "diarist/error.hpp"

#include "voices/naming.hpp"
#include "voices/rows.hpp"
#include "voices/speaker_store_implementation.hpp"

namespace diarist {
namespace {

using sqlite::Transaction;
using voices::check;
using voices::comparable_voices;
using voices::give_names;
using voices::ScoreTable;

/// Less speech says nothing of a voice.
constexpr double kLeastEnrolled_s = 1;
/// Of the main speaker's speech: so much by others may be a cough or an echo.
constexpr double kMostOthers = 0.2;

/// Somebody of the store, but that somebody is another speaker of this recording.
bool is_double(const std::vector<double>& scores, double min_score) {
  return std::any_of(scores.begin(), scores.end(),
                     [&](double score) { return score >= min_score; });
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f s", seconds);
  return text;
}

}  // namespace

std::vector<VoiceScore> voice_scores(const Diarization& diarization, const SpeakerStore& store,
                                     const Model& model) {
  const VoiceSpace space = voice_space(model);
  const std::vector<KnownVoice> known = comparable_voices(store, space);
  const ScoreTable table = voices::score_table(diarization, known, model, space);
  std::vector<VoiceScore> scores;
  for (std::size_t i = 0; i < table.of_speaker.size(); ++i) {
    if (!table.of_speaker[i]) continue;
    for (std::size_t k = 0; k < known.size(); ++k) {
      scores.push_back({static_cast<int>(i), known[k].name, (*table.of_speaker[i])[k]});
    }
  }
  return scores;
}

void identify(Diarization& diarization, const SpeakerStore& store, const Model& model,
              const IdentificationOptions& options) {
  check(options);
  const VoiceSpace space = voice_space(model);
  voices::name_by(diarization, comparable_voices(store, space), model, space, options.min_score);
}

Remembered remember(Diarization& diarization, SpeakerStore& store, const Model& model,
                    const IdentificationOptions& options) {
  check(options);
  const VoiceSpace space = voice_space(model);
  SpeakerStore::Implementation& own = store.implementation();
  const std::lock_guard lock(own.mutex);
  voices::Database& database = *own.database;
  // From the look at what is known to the last word about it: two programs that remember at once
  // must not both take somebody for new.
  Transaction transaction(database, Transaction::Kind::writing);
  voices::check_space(database, space);
  const std::vector<KnownVoice> known = voices::read_voices(database);
  const ScoreTable table = voices::score_table(diarization, known, model, space);
  const std::vector<int> named = voices::name_speakers(table, known.size(), options.min_score);

  Diarization result = diarization;
  give_names(result, known, table, named);
  Remembered done;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (!table.of_speaker[i]) continue;
    Speaker& speaker = result.speakers[i];
    const VoiceSession session{{speaker.centroid, speaker.total_s, diarization.recording},
                               voices::now(),
                               true,
                               voices::session_digest(speaker.centroid, space.digest)};
    if (voices::holder_of(database, session.digest)) continue;
    std::int64_t voice = 0;
    if (named[i] >= 0) {
      const double score = (*table.of_speaker[i])[static_cast<std::size_t>(named[i])];
      if (score < options.min_score + kLearningMargin) continue;
      voice = voices::existing_voice(database, speaker.name);
      done.updated.push_back(speaker.name);
    } else {
      if (speaker.total_s < kLeastRememberedSpeech_s ||
          is_double(*table.of_speaker[i], options.min_score)) {
        continue;
      }
      speaker.name = voices::take_unnamed(database);
      voice = voices::insert_voice(database, speaker.name, false);
      done.added.push_back(speaker.name);
    }
    voices::settle_space(database, space);
    voices::insert_session(database, voice, session);
    voices::bound_sessions(database, voice);
  }
  transaction.commit();
  diarization = std::move(result);
  return done;
}

VoiceSample main_voice(const Diarization& diarization) {
  const Speaker* main = nullptr;
  double all_s = 0;
  for (const Speaker& speaker : diarization.speakers) {
    all_s += speaker.total_s;
    if (main == nullptr || speaker.total_s > main->total_s) main = &speaker;
  }
  const auto refuse = [&](const std::string& problem, const std::string& advice) {
    throw Error(ErrorCode::invalid_argument, diarization.recording, problem, advice);
  };
  if (main == nullptr || main->centroid.empty() || main->total_s < kLeastEnrolled_s) {
    refuse(main == nullptr
               ? "holds no speech"
               : "holds too little speech to know a voice by (" + seconds_text(main->total_s) + ")",
           "give a recording in which the person speaks for some seconds; 10 or more are better");
  }
  const double others_s = all_s - main->total_s;
  if (others_s > kMostOthers * main->total_s) {
    refuse("holds more than one voice (" + seconds_text(main->total_s) + " of one, " +
               seconds_text(others_s) + " of others), so it is not clear whose is meant",
           "give a recording of this person alone: `diarist split` cuts one out of a meeting; or "
           "let `--remember` learn the meeting's voices, and rename them");
  }
  return {main->centroid, main->total_s, diarization.recording};
}

}  // namespace diarist
