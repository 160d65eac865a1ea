// The order of things in a live stream: networks, speakers, names, turns; and beside them, the
// analysis that the end is made of.
#include "diarist/stream.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "diarist/error.hpp"

#include "audio/resampler.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/diarizer_core.hpp"
#include "pipeline/live/live_analysis.hpp"
#include "pipeline/live/live_names.hpp"
#include "pipeline/live/live_speakers.hpp"
#include "pipeline/live/live_turns.hpp"
#include "pipeline/live/parameters.hpp"

namespace diarist {
namespace {

using namespace pipeline;

void check_range(const char* name, double value, double least, double most) {
  if (value >= least && value <= most) return;
  char text[64];
  std::snprintf(text, sizeof(text), "%s = %g", name, value);
  char advice[64];
  std::snprintf(advice, sizeof(advice), "give %g to %g seconds", least, most);
  throw Error(ErrorCode::invalid_argument, text, "is out of range", advice);
}

double confirming_for(double delay_s) {
  return kLive.confirming_share * std::max(0.0, delay_s - kLive.confirmed_delay_s);
}

// Hundredths that divide a second into whole hops.
double hop_for(double delay_s) {
  const double wanted =
      std::clamp(delay_s / kLive.hops_per_delay, kLive.least_hop_s, kLive.most_hop_s);
  return wanted >= 1 ? 1 : wanted >= 0.5 ? 0.5 : 0.25;
}

ClusteringOptions live_clustering(const BehaviorOptions& behavior, double step_s) {
  ClusteringOptions options;
  options.fa = evidence_weight(step_s);
  options.max_speakers = behavior.speakers ? behavior.speakers : behavior.max_speakers;
  return options;
}

/// What was told of the end of a stream alone, in the stream's time.
void put_behind(double first_s, Diarization& diarization) {
  for (Turn& turn : diarization.turns) {
    turn.start_s += first_s;
    turn.end_s += first_s;
  }
  for (Voice& voice : diarization.voices) {
    voice.start_s += first_s;
    voice.end_s += first_s;
  }
  diarization.duration_s += first_s;
  Statistics& statistics = diarization.statistics;
  statistics.real_time_factor = diarization.duration_s / statistics.wall_s;
  char text[160];
  std::snprintf(
      text, sizeof(text),
      "The stream was longer than its history: turns before %.0f s are not in the result.",
      first_s);
  diarization.notices.emplace_back(text);
}

}  // namespace

std::string_view to_string(StreamEvent::Kind kind) {
  switch (kind) {
    case StreamEvent::Kind::speaker_named:
      return "speaker";
    case StreamEvent::Kind::turn_begun:
      return "begun";
    case StreamEvent::Kind::turn_extended:
      return "extended";
    case StreamEvent::Kind::turn_ended:
      return "ended";
    case StreamEvent::Kind::turn_revised:
      return "revised";
    case StreamEvent::Kind::speaker_identified:
      return "identified";
  }
  throw Error(ErrorCode::internal, "event", "is of no kind");
}

struct DIARIST_HIDDEN Stream::Implementation {
  Implementation(DiarizerCore& diarizer, const StreamOptions& asked)
      : core(diarizer),
        options(asked),
        preset(parameters(options.behavior)),
        resampler(options.sample_rate_hz, 1),
        offline(core.engine, preset, {}),
        hop_s(hop_for(options.delay_s)),
        analysis(core.engine.networks(preset.precision), core.engine.fbank(), hop_s,
                 options.delay_s - hop_s, options.settle_s, options.history_s),
        looks(core.engine.look_batches(preset.precision)),
        speakers(analysis.dimensions(), confirming_for(options.delay_s)),
        turns(preset.tidying),
        step_samples(std::int64_t{step_frames(preset.step_s)} * kFeatureShift),
        shares_windows(preset.shared_trunk &&
                       step_samples % static_cast<std::int64_t>(analysis.hop_samples()) == 0) {
    frames.most = static_cast<std::size_t>(analysis.speakers());
    offline.remember(options.history_s);
    if (shares_windows) offline.expect_windows();
    // Looks overtake what packs the weights: a single worker would wait for itself.
    core.engine.networks(preset.precision).embedding();
  }

  void take(std::span<const float> samples) {
    pending.insert(pending.end(), samples.begin(), samples.end());
    std::size_t taken = 0;
    while (pending.size() - taken >= analysis.hop_samples()) {
      const std::span<const float> hop(pending.data() + taken, analysis.hop_samples());
      look(hop, false);
      offline.push(hop);
      heard += static_cast<std::int64_t>(hop.size());
      if (shares_windows && heard >= kWindowSamples &&
          (heard - kWindowSamples) % step_samples == 0) {
        offline.give(analysis.windows().back().active, analysis.probability());
      }
      taken += analysis.hop_samples();
    }
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(taken));
  }

  /// One look on the workers, before all else that waits for one, at `samples` more (the last time
  /// perhaps none); then what it changes, and on the caller's thread what those are called whom it
  /// changed.
  void look(std::span<const float> samples, bool last) {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::exception_ptr failure;
    SegmentedLook segmented;
    segmented.then = [&](int worker) {
      failure = segmented.failure;
      try {
        WorkerSpace& space = core.engine.space(worker);
        if (!failure && !samples.empty()) analysis.look(segmented, space);
        if (!failure && last) analysis.finish(space);
        if (!failure) find_turns(last);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      done = true;
      changed.notify_all();
    };
    if (samples.empty()) {
      core.engine.workers().submit_urgent(segmented.then);
    } else {
      analysis.hear(samples, segmented);
      looks.add(segmented);
    }
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return done; });
    }
    if (failure) std::rethrow_exception(failure);
    if (!unnamed) name_speakers();
  }

  /// What the namer throws waits for the end of the call, which it must not cut short; the next
  /// call asks it again.
  void name_speakers() {
    if (!options.names || named_answers == speakers.answers()) return;
    const std::vector<HeardSpeaker> heard_now = heard_speakers();
    std::vector<SpeakerNamer::Name> names;
    try {
      names = options.names->name(heard_now);
    } catch (...) {
      unnamed = std::current_exception();
      return;
    }
    named_answers = speakers.answers();
    for (const SpeakerNamer::Name& name : names) {
      events.push_back(turns.identify(name, analysis.heard_s()));
    }
  }

  void throw_what_the_namer_threw() {
    if (unnamed) std::rethrow_exception(std::exchange(unnamed, nullptr));
  }

  /// All of it, or the stream is of no use any more.
  template <class Work>
  void whole(const Work& work) {
    broken = true;
    work();
    broken = false;
  }

  void check_open() const {
    check_whole();
    if (finished || ended) {
      throw Error(ErrorCode::invalid_argument, "stream", "has ended", "make another one");
    }
  }
  void check_whole() const {
    if (!broken) return;
    throw Error(ErrorCode::invalid_argument, "stream",
                "was left with half of its work done by a call that failed", "make another one");
  }

  /// Everything but names.
  void end() {
    resampler.finish(resampled);
    take(resampled[0]);
    look(pending, true);
    offline.push(pending);
    AnalysedRecording recording;
    recording.streams.push_back({1, offline.finish()});
    End all;
    all.first_s = recording.streams[0].analysis.first_s;
    all.complete = all.first_s == 0;
    recording.duration_s = static_cast<double>(pushed) / options.sample_rate_hz - all.first_s;
    all.diarization.recording = "samples";
    if (core.model_notice) all.diarization.notices.push_back(*core.model_notice);
    core.conclude(std::move(recording), preset, options.behavior, {}, wall, all.diarization);
    ended = std::move(all);
  }

  void find_turns(bool last) {
    const std::int64_t settled =
        std::min(analysis.decided(), frames_before(analysis.heard_s() - options.settle_s));
    const Voices& kept = analysis.history().voices();
    const std::size_t voices = kept.subsegments.size();
    if (last || asked_at_s < 0 ||
        analysis.heard_s() - asked_at_s >= std::clamp(analysis.heard_s() * kLive.period_share,
                                                      kLive.least_period_s, kLive.most_period_s)) {
      if (voices + analysis.open_voices().subsegments.size() > 0) {
        speakers.ask(core.model, analysis, speaker_of,
                     live_clustering(options.behavior, analysis.history().step_s()), {},
                     core.engine.kernels().isa);
        asked_at_s = analysis.heard_s();
      }
    }
    name_frames(analysis, speakers, settled, frames);
    // Who the kept seconds belong to, as far as that may still change.
    while (settled_voices < voices &&
           segmentation_frame_at(kept.subsegments[settled_voices].end) < settled) {
      ++settled_voices;
    }
    speaker_of.resize(voices, -1);
    for (std::size_t i = std::min(settled_voices, named_voices); i < voices; ++i) {
      const auto centre = static_cast<std::int64_t>(
          std::nearbyint((centre_s(kept.subsegments[i]) - kFirstFrameSeconds) / kFrameStepSeconds));
      if (centre >= frames.first && centre < frames.end() && analysis.count(centre) == 1) {
        speaker_of[i] = frames.at(centre)[0];
      }
    }
    named_voices = settled_voices;
    const std::vector<StreamEvent> fresh = turns.update(frames, analysis.heard_s(), last);
    events.insert(events.end(), fresh.begin(), fresh.end());
    forget_frames(settled);
    forget_voices();
  }

  /// Those who have turns, in the order of their numbers.
  std::vector<HeardSpeaker> heard_speakers() const {
    std::vector<HeardSpeaker> heard;
    for (LiveSpeakers::Known& speaker : speakers.heard()) {
      const int number = turns.number_of(speaker.number);
      if (number >= 0) heard.push_back({number, speaker.speech_s, std::move(speaker.centroid)});
    }
    std::ranges::sort(heard, {}, &HeardSpeaker::speaker);
    return heard;
  }

  /// What happens to kept voices happens to what they were called.
  void forget_voices() {
    const std::vector<bool> stays = analysis.forget();
    if (stays.empty()) return;
    std::size_t left = 0;
    std::size_t settled = 0;
    std::size_t named = 0;
    for (std::size_t i = 0; i < stays.size(); ++i) {
      if (!stays[i]) continue;
      speaker_of[left++] = speaker_of[i];
      settled += i < settled_voices ? 1 : 0;
      named += i < named_voices ? 1 : 0;
    }
    speaker_of.resize(left);
    settled_voices = settled;
    named_voices = named;
  }

  /// Of settled frames, as many as a pause may span stay.
  void forget_frames(std::int64_t settled) {
    const std::int64_t first = settled - static_cast<std::int64_t>(1 / kFrameStepSeconds);
    if (first <= frames.first) return;
    const auto gone = static_cast<std::ptrdiff_t>(first - frames.first);
    frames.speakers.erase(
        frames.speakers.begin(),
        frames.speakers.begin() + gone * static_cast<std::ptrdiff_t>(frames.most));
    frames.certainty.erase(frames.certainty.begin(), frames.certainty.begin() + gone);
    frames.first = first;
  }

  DiarizerCore& core;
  const StreamOptions options;
  const PresetParameters preset;
  const Stopwatch wall;
  audio::Resampler resampler;
  std::vector<std::vector<float>> resampled{1};
  AnalysisStream offline;
  const double hop_s;
  LiveAnalysis analysis;
  LookBatches& looks;
  LiveSpeakers speakers;
  NamedFrames frames;
  LiveTurns turns;
  const std::int64_t step_samples;
  /// Each window of the end is one that a look has seen.
  const bool shares_windows;
  std::int64_t heard = 0;       ///< Samples of whole hops.
  std::vector<float> pending;   ///< Less than a hop.
  std::vector<int> speaker_of;  ///< [kept voices]
  std::size_t settled_voices = 0;
  std::size_t named_voices = 0;
  double asked_at_s = -1;
  std::int64_t named_answers = 0;
  std::int64_t pushed = 0;
  std::vector<StreamEvent> events;  ///< Not handed out yet.
  std::exception_ptr unnamed;       ///< What the namer threw in this call.
  std::optional<End> ended;         ///< What is there of the end, but for names, until it is given.
  bool finished = false;
  bool broken = false;
};

Stream::Stream(const Diarizer& diarizer, StreamOptions options) {
  check(options.behavior);
  check_range("delay_s", options.delay_s, 0.5, 10);
  check_range("settle_s", options.settle_s, options.delay_s, 60);
  check_range("history_s", options.history_s, 600, 7 * 24 * 3600);
  if (options.sample_rate_hz < 1 || options.sample_rate_hz > 768000) {
    throw Error(ErrorCode::invalid_argument,
                "sample_rate_hz = " + std::to_string(options.sample_rate_hz), "is out of range",
                "give 1 to 768000");
  }
  implementation_ = std::make_unique<Implementation>(diarizer.core(), options);
}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

double Stream::pushed_s() const {
  return static_cast<double>(implementation_->pushed) / implementation_->options.sample_rate_hz;
}

SpeakerNamer::~SpeakerNamer() = default;

std::vector<HeardSpeaker> Stream::speakers() const {
  implementation_->check_whole();
  return implementation_->heard_speakers();
}

std::size_t Stream::kept_bytes() const {
  const Implementation& own = *implementation_;
  return own.offline.kept_bytes() + own.analysis.history().bytes() +
         own.speaker_of.capacity() * sizeof(int);
}

std::vector<StreamEvent> Stream::push(std::span<const float> samples) {
  Implementation& own = *implementation_;
  own.check_open();
  check_samples(samples, 0);
  own.whole([&] {
    own.pushed += static_cast<std::int64_t>(samples.size());
    const float* pointer = samples.data();
    own.resampler.push({&pointer, 1}, samples.size(), own.resampled);
    own.take(own.resampled[0]);
    own.resampled[0].clear();
  });
  own.throw_what_the_namer_threw();
  return std::exchange(own.events, {});
}

Stream::End Stream::finish() {
  Implementation& own = *implementation_;
  own.check_whole();
  if (!own.ended) {
    own.check_open();
    if (own.pushed == 0) {
      throw Error(ErrorCode::corrupt_audio, "samples", "are none at all", "push some first");
    }
    own.whole([&] { own.end(); });
  } else {
    own.whole([&] { own.name_speakers(); });  // again: they threw
  }
  own.throw_what_the_namer_threw();
  // A copy to name: half of the names may be there once the namer throws.
  End end = own.options.names ? End(*own.ended) : std::move(*own.ended);
  if (own.options.names) own.options.names->name(end.diarization);
  own.ended.reset();
  own.finished = true;
  end.events = std::exchange(own.events, {});
  if (!end.complete) put_behind(end.first_s, end.diarization);
  return end;
}

}  // namespace diarist
