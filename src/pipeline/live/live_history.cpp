#include "pipeline/live/live_history.hpp"

#include <algorithm>
#include <cmath>
#include <exception>

#include "nets/embedding_shape.hpp"
#include "pipeline/relabelling/parameters.hpp"
#include "pipeline/speaker_counter.hpp"
#include "pipeline/speakers.hpp"

namespace diarist::pipeline {
namespace {

constexpr double kVoiceStep_s = kRelabelling.hop_frames * nets::kTrunkStride * 0.01;

/// Which of items stay: those from `recent` on, and before them, from `oldest` on, every one of a
/// power of two; the least such that leaves at most `most` of these. `at`: [items], ascending.
/// Nothing where all stay.
std::vector<bool> thin_out(std::span<const std::int64_t> at, std::int64_t oldest,
                           std::int64_t recent, std::size_t most) {
  if (at.empty()) return {};
  const auto old = std::ranges::lower_bound(at, std::max(oldest, recent)) - at.begin();
  // In lumps: moving what stays costs as much as what goes.
  const bool outlived = at.front() < oldest - (at.back() - oldest) / 8;
  if (static_cast<std::size_t>(old) <= most + most / 4 && !outlived) return {};
  std::vector<bool> stays(at.size(), true);
  for (std::int64_t every = 1;; every *= 2) {
    std::size_t left = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(old); ++i) {
      stays[i] = at[i] >= oldest && at[i] % every == 0;
      left += stays[i] ? 1 : 0;
    }
    if (left <= most) return stays;
  }
}

/// Rows of `width` values that stay move to the front.
template <class Values>
void keep_rows(Values& values, std::size_t width, const std::vector<bool>& stays) {
  auto to = values.begin();
  auto from = values.begin();
  for (const bool stay : stays) {
    const auto end = from + static_cast<std::ptrdiff_t>(width);
    to = stay ? std::copy(from, end, to) : to;
    from = end;
  }
  values.erase(to, values.end());
}

}  // namespace

LiveHistory::LiveHistory(int speakers, std::size_t dimensions, double history_s)
    : history_s_(history_s),
      activity_(static_cast<std::size_t>(LocalActivity::kFrames) *
                static_cast<std::size_t>(speakers)),
      embeddings_(static_cast<std::size_t>(speakers) * dimensions) {
  kept_.activity.speakers = speakers;
  kept_.voices.dimensions = dimensions;
}

void LiveHistory::add_window(std::int64_t step, std::span<const std::uint8_t> active,
                             std::span<const float> embeddings) {
  kept_.activity.active.insert(kept_.activity.active.end(), active.begin(), active.end());
  kept_.embeddings.insert(kept_.embeddings.end(), embeddings.begin(), embeddings.end());
  ++kept_.activity.windows;
  steps_.push_back(step);
}

std::vector<bool> LiveHistory::forget(double heard_s) {
  const auto step_at = [&](double time_s, double step_s) {
    return static_cast<std::int64_t>(std::floor(std::max(0.0, time_s) / step_s));
  };
  const double oldest_s = heard_s - history_s_;
  const double recent_s = heard_s - kLive.recent_s;
  const std::vector<bool> windows =
      thin_out(steps_, step_at(oldest_s, kLive.kept_step_s), step_at(recent_s, kLive.kept_step_s),
               kLive.most_old_windows);
  if (!windows.empty()) {
    keep_rows(kept_.activity.active, activity_, windows);
    keep_rows(kept_.embeddings, embeddings_, windows);
    keep_rows(steps_, 1, windows);
    kept_.activity.windows = static_cast<int>(steps_.size());
  }
  const double old_s =
      kept_.voices.subsegments.empty()
          ? heard_s
          : static_cast<double>(kept_.voices.subsegments.front().first) * nets::kTrunkStride * 0.01;
  if (old_s > recent_s && old_s > oldest_s) return {};
  std::vector<std::int64_t> hops;
  hops.reserve(kept_.voices.subsegments.size());
  for (const Subsegment& voice : kept_.voices.subsegments) {
    hops.push_back(voice.first / kRelabelling.hop_frames);
  }
  std::vector<bool> voices = thin_out(hops, step_at(oldest_s, kVoiceStep_s),
                                      step_at(recent_s, kVoiceStep_s), kLive.most_old_voices);
  if (!voices.empty()) {
    keep_rows(kept_.voices.subsegments, 1, voices);
    keep_rows(kept_.voices.directions, kept_.voices.dimensions, voices);
  }
  return voices;
}

double LiveHistory::step_s() const {
  if (steps_.empty()) return kLive.kept_step_s;
  const auto span = static_cast<double>(steps_.back() - steps_.front() + 1);
  return std::min(kLive.kept_step_s * span / static_cast<double>(steps_.size()), kLive.most_step_s);
}

void LiveHistory::with(std::span<const std::uint8_t> active, std::span<const float> embeddings,
                       const Voices& voices, std::span<const std::uint8_t> counts,
                       const std::function<void(const Analysis&)>& run) {
  // Of the counts, clustering asks only whether there are enough frames of one speaker.
  const auto enough = static_cast<std::int64_t>(kSpeakerSearch.short_s / kFrameStepSeconds) + 1;
  kept_.counts.assign(static_cast<std::size_t>(std::min(frames_of_one_, enough)), 1);
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  const auto cut = [](auto& of, const auto& by) { of.resize(of.size() - by.size()); };
  append(kept_.activity.active, active);
  append(kept_.embeddings, embeddings);
  append(kept_.voices.subsegments, voices.subsegments);
  append(kept_.voices.directions, voices.directions);
  append(kept_.counts, counts);
  ++kept_.activity.windows;
  std::exception_ptr failure;
  try {
    run(kept_);
  } catch (...) {
    failure = std::current_exception();
  }
  --kept_.activity.windows;
  cut(kept_.activity.active, active);
  cut(kept_.embeddings, embeddings);
  cut(kept_.voices.subsegments, voices.subsegments);
  cut(kept_.voices.directions, voices.directions);
  if (failure) std::rethrow_exception(failure);
}

std::size_t LiveHistory::bytes() const {
  return kept_.activity.active.capacity() + kept_.embeddings.capacity() * sizeof(float) +
         kept_.voices.subsegments.capacity() * sizeof(Subsegment) +
         kept_.voices.directions.capacity() * sizeof(std::uint16_t) + kept_.counts.capacity() +
         steps_.capacity() * sizeof(std::int64_t);
}

}  // namespace diarist::pipeline
