#include "pipeline/turns.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <tuple>
#include <utility>

#include "diarist/clustering.hpp"

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "pipeline/kept_voices.hpp"
#include "pipeline/reconstruction.hpp"
#include "pipeline/relabelling/relabel.hpp"
#include "pipeline/speakers.hpp"
#include "pipeline/turn_confidence.hpp"

namespace diarist::pipeline {
namespace {

ClusteringOptions clustering_options(const BehaviorOptions& behavior, double step_s) {
  ClusteringOptions options;
  options.fa = evidence_weight(step_s);
  options.min_speakers = behavior.speakers ? behavior.speakers : behavior.min_speakers;
  options.max_speakers = behavior.speakers ? behavior.speakers : behavior.max_speakers;
  return options;
}

std::string speaker_name(std::size_t index) {
  char name[32];
  std::snprintf(name, sizeof(name), "SPEAKER_%02zu", index);
  return name;
}

// What was asked for and what there is, where they differ.
void compare_counts(const BehaviorOptions& behavior, StreamResult& result) {
  if (!result.notices.empty()) return;  // the clustering has said it already, and why
  const int least = behavior.speakers.value_or(behavior.min_speakers.value_or(1));
  const int found = static_cast<int>(result.speakers.size());
  if (found > 0 && found < least) {
    result.notices.push_back(std::to_string(least) + " speakers were asked for, turns of " +
                             std::to_string(found) + " were found");
  }
}

}  // namespace

StreamResult find_turns(const Model& model, const PresetParameters& preset,
                        const BehaviorOptions& behavior, Analysis analysis, double duration_s,
                        int channel, const CancellationToken& cancellation,
                        std::optional<InstructionSet> isa) {
  StreamResult result;
  result.stages = std::move(analysis.stages);
  const LocalActivity& activity = analysis.activity;
  const ClusteringOptions options = clustering_options(behavior, preset.step_s);

  Stopwatch watch;
  const Clustering clustering = find_speakers(model, analysis, options, cancellation, isa);
  result.notices = clustering.notices;
  result.stages.push_back({"clustering", watch.seconds()});
  // A day's are 130 MB that frames make use of.
  if (behavior.most_voices == 0) std::vector<float>().swap(analysis.embeddings);

  watch = Stopwatch();
  std::vector<std::uint8_t> counts = speaker_counts(activity, preset.step_s);
  if (options.max_speakers) counts = at_most(std::move(counts), *options.max_speakers);
  if (behavior.exclusive) counts = at_most(std::move(counts), 1);
  FrameSpeakers frames = reconstruct(activity, clustering.labels, clustering.clusters, counts,
                                     preset.step_s, preset.missing);
  std::vector<float> relabelled;
  if (preset.relabel) {
    const Stopwatch relabelling;
    relabelled = relabel(analysis.voices, analysis.counts, clustering.clusters, frames);
    result.stages.push_back({"relabelling", relabelling.seconds()});
  }
  stop_if_cancelled(cancellation);
  const std::vector<FrameTurn> turns = tidy(frame_turns(frames, duration_s), preset.tidying);
  const std::vector<float> confidence = turn_confidence(
      turns,
      {activity, clustering.labels, clustering.certainty, frames, relabelled, preset.step_s});

  // Clusters without a turn are nobody's; the rest become speakers in the clusters' order.
  std::vector<int> speaker_of;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const auto cluster = static_cast<std::size_t>(turns[i].cluster);
    if (cluster >= speaker_of.size()) speaker_of.resize(cluster + 1, -1);
    if (speaker_of[cluster] < 0) {
      speaker_of[cluster] = static_cast<int>(result.speakers.size());
      Speaker speaker;
      speaker.channel = channel;
      if (turns[i].cluster < clustering.clusters) {
        const auto dimensions =
            static_cast<std::ptrdiff_t>(clustering.centroids.size()) / clustering.clusters;
        const float* centroid =
            clustering.centroids.data() + static_cast<std::ptrdiff_t>(cluster) * dimensions;
        speaker.centroid.assign(centroid, centroid + dimensions);
      }
      result.speakers.push_back(std::move(speaker));
    }
    result.turns.push_back(
        {turns[i].start_s, turns[i].end_s, speaker_of[cluster], confidence[i], channel});
  }
  compare_counts(behavior, result);
  if (behavior.most_voices > 0) {
    result.voices =
        kept_voices({analysis, frames, clustering.labels, speaker_of, preset.step_s, duration_s},
                    behavior.most_voices);
  }
  result.stages.push_back({"reconstruction", watch.seconds()});
  return result;
}

void merge_streams(std::vector<StreamResult> streams, Diarization& diarization) {
  std::vector<Speaker> found;
  for (StreamResult& stream : streams) {
    const int first = static_cast<int>(found.size());
    for (Turn turn : stream.turns) {
      turn.speaker += first;
      diarization.turns.push_back(turn);
    }
    for (Voice& voice : stream.voices) {
      voice.speaker += first;
      diarization.voices.push_back(std::move(voice));
    }
    std::move(stream.speakers.begin(), stream.speakers.end(), std::back_inserter(found));
    std::move(stream.notices.begin(), stream.notices.end(),
              std::back_inserter(diarization.notices));
  }
  std::stable_sort(
      diarization.turns.begin(), diarization.turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.start_s, a.end_s, a.channel) < std::tie(b.start_s, b.end_s, b.channel);
      });

  std::vector<int> number(found.size(), -1);
  for (Turn& turn : diarization.turns) {
    const auto old = static_cast<std::size_t>(turn.speaker);
    if (number[old] < 0) {
      number[old] = static_cast<int>(diarization.speakers.size());
      found[old].name = speaker_name(diarization.speakers.size());
      diarization.speakers.push_back(std::move(found[old]));
    }
    turn.speaker = number[old];
    diarization.speakers[static_cast<std::size_t>(turn.speaker)].total_s +=
        turn.end_s - turn.start_s;
  }
  std::stable_sort(
      diarization.turns.begin(), diarization.turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.start_s, a.end_s, a.speaker) < std::tie(b.start_s, b.end_s, b.speaker);
      });
  for (Voice& voice : diarization.voices) {
    voice.speaker = number[static_cast<std::size_t>(voice.speaker)];
  }
  std::stable_sort(diarization.voices.begin(), diarization.voices.end(),
                   [](const Voice& a, const Voice& b) { return a.start_s < b.start_s; });
}

}  // namespace diarist::pipeline
