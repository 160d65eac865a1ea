#include "pipeline/kept_voices.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "audio/reader.hpp"
#include "nets/embedding_shape.hpp"
#include "pipeline/relabelling/subsegments.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

constexpr double kWindow_s = static_cast<double>(kWindowSamples) / audio::kModelRateHz;

/// An embedding that may be kept, before it is copied: a day has hundreds of thousands.
struct Candidate {
  std::size_t row;  ///< Of the subsegments, or of the local speakers.
  int speaker;
};

int speaker_of_cluster(const DecidedStream& stream, int cluster) {
  const bool known = cluster >= 0 && static_cast<std::size_t>(cluster) < stream.speaker_of.size();
  return known ? stream.speaker_of[static_cast<std::size_t>(cluster)] : -1;
}

/// Who is the only one to speak at a subsegment's middle.
int speaker_at(const DecidedStream& stream, const Subsegment& subsegment) {
  const double frame = (centre_s(subsegment) - kFirstFrameSeconds) / kFrameStepSeconds;
  const auto at = static_cast<std::size_t>(std::max(0.0, std::nearbyint(frame)));
  if (at >= stream.frames.size()) return -1;
  const auto active = stream.frames[at];
  const bool alone = active.size() < 2 || active[1] == FrameSpeakers::kNobody;
  return alone ? speaker_of_cluster(stream, active[0]) : -1;
}

/// `count` of `all`, evenly spaced.
template <class Item>
void space_out(std::vector<Item>& all, std::size_t count) {
  if (all.size() <= count) return;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i * all.size() / count;
    if (from != i) all[i] = std::move(all[from]);
  }
  all.resize(count);
}

Voice subsegment_voice(const DecidedStream& stream, const Candidate& candidate) {
  const Voices& voices = stream.analysis.voices;
  const Subsegment& subsegment = voices.subsegments[candidate.row];
  Voice voice;
  voice.start_s = static_cast<double>(subsegment.first) * nets::kTrunkFrame_s;
  voice.end_s =
      std::min(static_cast<double>(subsegment.end) * nets::kTrunkFrame_s, stream.duration_s);
  voice.speaker = candidate.speaker;
  voice.direction.resize(voices.dimensions);
  voices.direction(candidate.row, voice.direction.data());
  return voice;
}

Voice window_voice(const DecidedStream& stream, const Candidate& candidate) {
  const Analysis& analysis = stream.analysis;
  const std::size_t window = candidate.row / static_cast<std::size_t>(analysis.activity.speakers);
  const std::size_t dimensions = analysis.voices.dimensions;
  Voice voice;
  voice.start_s = static_cast<double>(window) * stream.step_s;
  voice.end_s = std::min(voice.start_s + kWindow_s, stream.duration_s);
  voice.speaker = candidate.speaker;
  const float* row = analysis.embeddings.data() + candidate.row * dimensions;
  voice.direction.assign(row, row + dimensions);
  double squared = 0;
  for (const float value : voice.direction) {
    squared += static_cast<double>(value) * static_cast<double>(value);
  }
  const double scale = squared > 0 ? 1 / std::sqrt(squared) : 0;
  for (float& value : voice.direction) {
    value = static_cast<float>(static_cast<double>(value) * scale);
  }
  return voice;
}

}  // namespace

std::vector<Voice> kept_voices(const DecidedStream& stream, int most) {
  const Analysis& analysis = stream.analysis;
  const bool by_subsegments = !analysis.voices.subsegments.empty();
  std::vector<Candidate> candidates;
  const std::size_t rows =
      by_subsegments ? analysis.voices.subsegments.size() : stream.labels.size();
  for (std::size_t row = 0; row < rows; ++row) {
    const int speaker = by_subsegments ? speaker_at(stream, analysis.voices.subsegments[row])
                                       : speaker_of_cluster(stream, stream.labels[row]);
    if (speaker >= 0) candidates.push_back({row, speaker});
  }
  space_out(candidates, static_cast<std::size_t>(most));
  std::vector<Voice> kept;
  kept.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    kept.push_back(by_subsegments ? subsegment_voice(stream, candidate)
                                  : window_voice(stream, candidate));
  }
  return kept;
}

void thin_out(std::vector<Voice>& voices, int most) {
  space_out(voices, static_cast<std::size_t>(most));
}

}  // namespace diarist::pipeline
