#include "pipeline/live/live_analysis.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/live/parameters.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/relabelling/subsegment_pooling.hpp"
#include "pipeline/window.hpp"
#include "pipeline/window_pooling.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kMelBins = nets::EmbeddingShape::kMelBins;
constexpr std::int64_t kStride = nets::kTrunkStride;
constexpr double kUnit_s = 0.01;
// Trunk rows that are kept: those of a window, and a few seconds more for what is not yet decided.
constexpr std::int64_t kRing = 300;
// Counts that are kept beyond the time in which names settle: of what a window spans.
constexpr double kCounts_s = 20;

}  // namespace

std::int64_t frames_before(double time_s) {
  return std::max<std::int64_t>(
      0, static_cast<std::int64_t>(std::ceil((time_s - kFirstFrameSeconds) / kFrameStepSeconds)));
}

double frame_s(std::int64_t frame) {
  return kFirstFrameSeconds + static_cast<double>(frame) * kFrameStepSeconds;
}

LiveAnalysis::LiveAnalysis(const Networks& networks, const dsp::Fbank& fbank, double hop_s,
                           double lookahead_s, double settle_s, double history_s)
    : networks_(networks),
      hop_frames_(static_cast<int>(std::lround(hop_s / kUnit_s))),
      lookahead_s_(lookahead_s),
      settle_s_(settle_s),
      speakers_(networks.segmentation().speakers()),
      dimensions_(static_cast<std::size_t>(networks.embedding_shape().dimensions)),
      trunk_dimensions_(networks.embedding_shape().trunk_dimensions()),
      responses_(networks.segmentation().shape()),
      features_(fbank),
      rows_(static_cast<std::size_t>(kRing) * static_cast<std::size_t>(trunk_dimensions_)),
      there_(kRing, 0),
      grid_(grid_end(0)),
      history_(speakers_, dimensions_, history_s) {
  open_voices_.dimensions = dimensions_;
}

void LiveAnalysis::hear(std::span<const float> samples, SegmentedLook& look) {
  std::copy(samples.begin(), samples.end(),
            samples_.grow(static_cast<std::int64_t>(samples.size())));
  features_.push(samples);
  heard_s_ = static_cast<double>(samples_.end()) / nets::SegmentationShape::kSampleRateHz;
  const std::int64_t start = window_start();
  look.samples.assign(kWindowSamples, 0.0F);
  std::copy_n(samples_.row(start), samples_.end() - start, look.samples.begin());
  look.window = {look.samples.data(), start, samples_.end() - start, &responses_};
}

void LiveAnalysis::look(const SegmentedLook& segmented, WorkerSpace& space) {
  keep_activity(segmented);
  run_trunk(space);
  pool_window(space);
  count_frames(frames_before(heard_s_ - lookahead_s_));
  find_voices(space, false);
  keep_window();
  counts_.drop_before(std::min(decided(), frames_before(heard_s_ - settle_s_ - kCounts_s)));
  samples_.drop_before(std::max<std::int64_t>(0, samples_.end() - kWindowSamples));
  features_.drop_before(
      std::max<std::int64_t>(0, std::min(rows_final_ * kStride - kSharedTrunk.halo_frames,
                                         features_.frames() - kSharedTrunk.mean_frames) -
                                    kSharedTrunk.mean_frames));
}

void LiveAnalysis::finish(WorkerSpace& space) {
  if (windows_.empty()) return;
  count_frames(frames_before(heard_s_));
  find_voices(space, true);
}

// Windows begin on a feature frame, the last of a recording too.
std::int64_t LiveAnalysis::window_start() const {
  const std::int64_t begin = std::max<std::int64_t>(0, samples_.end() - kWindowSamples);
  return (begin + kFeatureShift - 1) / kFeatureShift * kFeatureShift;
}

void LiveAnalysis::keep_activity(const SegmentedLook& segmented) {
  LiveWindow window;
  window.end_s = heard_s_;
  window.first_frame = static_cast<std::int64_t>(
      std::nearbyint(static_cast<double>(window_start()) / nets::SegmentationShape::kSampleRateHz /
                     kFrameStepSeconds));
  window.active = segmented.active;
  probability_ = segmented.probability;
  const std::int64_t there = std::clamp<std::int64_t>(frames_before(heard_s_) - window.first_frame,
                                                      0, LocalActivity::kFrames);
  std::fill(window.active.begin() + there * speakers_, window.active.end(), std::uint8_t{0});
  window.embeddings.assign(static_cast<std::size_t>(speakers_) * dimensions_, 0.0F);
  window.alone.assign(static_cast<std::size_t>(speakers_), 0);
  windows_.push_back(std::move(window));
  while (windows_.front().end_s < heard_s_ - settle_s_ - lookahead_s_ - 1) windows_.pop_front();
}

const float* LiveAnalysis::trunk_row(std::int64_t row) const {
  if (row < 0 || row >= rows_end_ || row < rows_end_ - kRing) return nullptr;
  const auto place = static_cast<std::size_t>(row % kRing);
  return there_[place] != 0 ? rows_.data() + place * static_cast<std::size_t>(trunk_dimensions_)
                            : nullptr;
}

// Whether the last window hears anybody about these rows of the trunk.
bool LiveAnalysis::anybody(std::int64_t first_row, std::int64_t end_row) const {
  const LiveWindow& window = windows_.back();
  const auto at = [&](std::int64_t row) {
    return std::clamp<std::int64_t>(segmentation_frame_at(row) - window.first_frame, 0,
                                    LocalActivity::kFrames);
  };
  const auto first = window.active.begin() + at(first_row - 1) * speakers_;
  const auto end = window.active.begin() + at(end_row + 1) * speakers_;
  return std::any_of(first, std::max(first, end), [](std::uint8_t a) { return a != 0; });
}

void LiveAnalysis::run_trunk(WorkerSpace& space) {
  const std::int64_t frames = features_.frames();
  const std::int64_t end = (frames + kStride - 1) / kStride;
  if (end <= rows_final_) return;
  const std::int64_t input_first =
      std::max<std::int64_t>(0, rows_final_ * kStride - kSharedTrunk.halo_frames);
  const auto count = static_cast<int>(frames - input_first);
  const bool heard = anybody(rows_final_, end);
  if (heard) {
    const nets::Trunk& trunk = networks_.embedding().trunk();
    float* input =
        space.scratch(WorkerSpace::Scratch::features, static_cast<std::size_t>(count) * kMelBins);
    features_.copy_less_mean(input_first, count, kSharedTrunk.mean_frames, frames, input);
    float* output =
        space.scratch(WorkerSpace::Scratch::trunk,
                      static_cast<std::size_t>(nets::EmbeddingShape::trunk_frames(count)) *
                          static_cast<std::size_t>(trunk_dimensions_));
    trunk.run(input, count, space.trunk(trunk, count), output);
    const std::int64_t skipped = rows_final_ - input_first / kStride;
    for (std::int64_t row = rows_final_; row < end; ++row) {
      std::copy_n(output + (row - rows_final_ + skipped) * trunk_dimensions_, trunk_dimensions_,
                  rows_.data() + (row % kRing) * trunk_dimensions_);
    }
  }
  for (std::int64_t row = rows_final_; row < end; ++row) {
    there_[static_cast<std::size_t>(row % kRing)] = heard ? 1 : 0;
  }
  rows_end_ = end;
  rows_final_ = std::max(rows_final_, (frames - kLive.edge_frames) / kStride);
}

void LiveAnalysis::pool_window(WorkerSpace& space) {
  LiveWindow& window = windows_.back();
  const auto start = static_cast<std::int64_t>(
      std::lround((window.end_s - std::min(window.end_s, 10.0)) / kUnit_s));
  const TrunkSpan span = window_trunk_span(start);
  const std::int64_t end = std::min(span.end, rows_end_);
  // Nobody is heard where the trunk has passed over.
  std::vector<std::uint8_t> heard = window.active;
  std::vector<const float*> rows;
  for (std::int64_t row = span.first; row < end; ++row) rows.push_back(trunk_row(row));
  for (std::int64_t f = 0; f < LocalActivity::kFrames; ++f) {
    const auto row =
        static_cast<std::int64_t>(std::floor(
            (static_cast<double>(f) * kFrameStepSeconds + static_cast<double>(start) * kUnit_s) /
            nets::kTrunkFrame_s)) -
        span.first;
    bool there = true;
    for (std::int64_t r = row - 1; r <= row + 1; ++r) {
      if (r >= 0 && r < static_cast<std::int64_t>(rows.size())) {
        there = there && rows[static_cast<std::size_t>(r)] != nullptr;
      }
    }
    int active = 0;
    for (int s = 0; s < speakers_; ++s) {
      std::uint8_t& a = heard[static_cast<std::size_t>(f * speakers_ + s)];
      if (!there) a = 0;
      active += a;
    }
    for (int s = 0; s < speakers_; ++s) {
      if (active == 1 && heard[static_cast<std::size_t>(f * speakers_ + s)] != 0) {
        ++window.alone[static_cast<std::size_t>(s)];
      }
    }
  }
  if (rows.empty()) return;
  WindowPooling pooling(
      networks_.embedding(), speakers_, 1,
      space.scratch(WorkerSpace::Scratch::statistics,
                    WindowPooling::room_for(networks_.embedding(), speakers_, 1)));
  pooling.add(heard.data(), span.first * kStride - start, rows.data(),
              static_cast<int>(rows.size()), window.embeddings.data());
  pooling.project();
}

// The mean over the windows that know the frame, halves to even, as SpeakerCounter has it.
void LiveAnalysis::count_frames(std::int64_t decide_to) {
  const std::int64_t first = decided();
  const std::int64_t end = std::max(first, frames_before(heard_s_));
  open_counts_.assign(static_cast<std::size_t>(end - first), 0);
  for (std::int64_t f = first; f < end; ++f) {
    int windows = 0;
    int active = 0;
    for (auto window = windows_.rbegin(); window != windows_.rend(); ++window) {
      if (window->end_s - frame_s(f) < kLive.guard_s && window != windows_.rbegin()) break;
      if (f < window->first_frame) continue;
      ++windows;
      for (int s = 0; s < speakers_; ++s) active += window->speaks(f, s, speakers_) ? 1 : 0;
    }
    if (windows > 0) {
      open_counts_[static_cast<std::size_t>(f - first)] =
          static_cast<std::uint8_t>(std::nearbyint(static_cast<double>(active) / windows));
    }
  }
  const std::int64_t fresh = std::clamp<std::int64_t>(decide_to - first, 0, end - first);
  std::copy_n(open_counts_.begin(), fresh, counts_.grow(fresh));
  for (std::int64_t i = 0; i < fresh; ++i) {
    history_.add_count(open_counts_[static_cast<std::size_t>(i)]);
  }
  open_counts_.erase(open_counts_.begin(), open_counts_.begin() + fresh);
}

// Those whose second is decided are kept; after them, as things stand.
void LiveAnalysis::find_voices(WorkerSpace& space, bool last) {
  const auto find = [&](std::int64_t first, std::int64_t end, std::int64_t known, Voices& voices) {
    const std::int64_t first_count = segmentation_frame_at(std::max<std::int64_t>(0, first - 1));
    std::vector<std::uint8_t> counts;
    for (std::int64_t f = first_count; f < counted(); ++f) {
      counts.push_back(static_cast<std::uint8_t>(count(f)));
    }
    const std::vector<Subsegment> found =
        find_subsegments(first, end, known, counts, first_count,
                         [this](std::int64_t row) { return trunk_row(row) != nullptr; });
    const std::int64_t first_row = std::max<std::int64_t>(0, first - 1);
    std::vector<const float*> rows;
    for (std::int64_t row = first_row; row < rows_end_; ++row) rows.push_back(trunk_row(row));
    std::vector<float> embeddings(found.size() * dimensions_);
    SubsegmentPooling(networks_.embedding(),
                      space.scratch(WorkerSpace::Scratch::statistics,
                                    SubsegmentPooling::room_for(networks_.embedding())))
        .run(found, rows.data(), first_row, embeddings.data());
    voices.subsegments.insert(voices.subsegments.end(), found.begin(), found.end());
    voices.add_directions(embeddings);
  };
  const std::int64_t known = std::min(known_trunk_frames(decided()), rows_final_);
  const std::int64_t all = std::min(known_trunk_frames(counted()), rows_end_);
  const std::int64_t end = last ? all : grid_end(known);
  if (end > grid_) {
    find(grid_, end, last ? all : known, history_.voices());
    grid_ = end;
  }
  open_voices_.subsegments.clear();
  open_voices_.directions.clear();
  if (all > grid_) find(grid_, all, all, open_voices_);
}

void LiveAnalysis::with_all(const std::function<void(const Analysis&)>& run) {
  const LiveWindow& last = windows_.back();
  history_.with(last.active, last.embeddings, open_voices_, open_counts_, run);
}

void LiveAnalysis::keep_window() {
  const auto heard = static_cast<std::int64_t>(std::lround(heard_s_ / kUnit_s));
  const auto step = static_cast<std::int64_t>(std::lround(kLive.kept_step_s / kUnit_s));
  if (heard - next_kept_ < kWindowSamples / kFeatureShift) return;
  const LiveWindow& window = windows_.back();
  history_.add_window(next_kept_ / step, window.active, window.embeddings);
  next_kept_ += step;
}

}  // namespace diarist::pipeline
