#include "pipeline/reconstruction.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <tuple>

#include "diarist/error.hpp"

namespace diarist::pipeline {
namespace {

constexpr double kWindowSeconds = 10.0;
constexpr std::int64_t kFrames = LocalActivity::kFrames;
/// Frames for which all clusters' activity is held at a time: about a minute.
constexpr std::int64_t kFramesPerRange = 4096;

const std::uint8_t* frame_of(const LocalActivity& activity, const WindowPart& overlap,
                             std::int64_t frame) {
  return activity.active.data() +
         (overlap.window * kFrames + (frame - overlap.start)) * activity.speakers;
}

/// Windows times their local speakers.
std::size_t cells_of(const LocalActivity& activity) {
  return static_cast<std::size_t>(activity.windows) * static_cast<std::size_t>(activity.speakers);
}

void check(const LocalActivity& activity, std::size_t labels, double step_s) {
  const auto cells = cells_of(activity);
  if (activity.active.size() != cells * kFrames || labels != cells) {
    throw Error(ErrorCode::invalid_argument, "activity, labels",
                "their sizes do not agree on the number of windows");
  }
  if (!(step_s > 0 && step_s <= kWindowSeconds)) {
    throw Error(ErrorCode::invalid_argument, "step_s", "is not between 0 and 10");
  }
}

/// Frames between windows, which no window covers, become the last one's before them.
void fill_gaps(FrameSpeakers& frames, int windows, double step_s) {
  for (int w = 1; w < windows; ++w) {
    const std::int64_t end = window_start_frame(w - 1, step_s) + kFrames;
    for (std::int64_t f = end; f < window_start_frame(w, step_s); ++f) {
      std::ranges::copy(frames[static_cast<std::size_t>(end - 1)],
                        frames[static_cast<std::size_t>(f)].begin());
    }
  }
}

/// Whether local speaker `s` is the first of its window with its label, and has one.
bool leads_label(std::span<const int> labels, int s) {
  const auto own = labels.begin() + s;
  return *own >= 0 && std::find(labels.begin(), own, *own) == own;
}

/// Writes the `count` greatest of `activity` to `best`, the lowest index first among equals.
/// `value`: room for as many.
void choose(std::span<const std::uint16_t> activity, int count, std::vector<int>& value,
            std::span<std::int32_t> best) {
  int chosen = 0;
  for (std::size_t k = 0; k < activity.size(); ++k) {
    const int here = activity[k];
    if (chosen == count && here <= value[static_cast<std::size_t>(count - 1)]) continue;
    int at = std::min(chosen, count - 1);
    for (; at > 0 && value[static_cast<std::size_t>(at - 1)] < here; --at) {
      value[static_cast<std::size_t>(at)] = value[static_cast<std::size_t>(at - 1)];
      best[static_cast<std::size_t>(at)] = best[static_cast<std::size_t>(at - 1)];
    }
    value[static_cast<std::size_t>(at)] = here;
    best[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(k);
    chosen = std::min(chosen + 1, count);
  }
}

}  // namespace

std::vector<std::uint8_t> speaker_counts(const LocalActivity& activity, double step_s) {
  check(activity, cells_of(activity), step_s);
  SpeakerCounter counter(step_s, activity.speakers);
  for (int w = 0; w < activity.windows; ++w) {
    counter.add(activity.active.data() +
                static_cast<std::ptrdiff_t>(w) * kFrames * activity.speakers);
  }
  counter.finish();
  return counter.counts();
}

std::vector<std::uint8_t> at_most(std::vector<std::uint8_t> counts, int most) {
  for (std::uint8_t& count : counts) {
    count = static_cast<std::uint8_t>(std::min<int>(count, most));
  }
  return counts;
}

FrameSpeakers reconstruct(const LocalActivity& activity, std::span<const int> labels, int clusters,
                          std::span<const std::uint8_t> counts, double step_s,
                          MissingSpeakers missing) {
  check(activity, labels.size(), step_s);
  const std::int64_t frames = frame_count(activity.windows, step_s);
  if (counts.size() != static_cast<std::size_t>(frames)) {
    throw Error(ErrorCode::invalid_argument, "counts", "their number is not that of the frames");
  }
  if (std::ranges::any_of(labels, [&](int label) { return label >= clusters; })) {
    throw Error(ErrorCode::invalid_argument, "labels", "one of them is beyond the clusters");
  }
  int columns = clusters;
  if (missing == MissingSpeakers::pad && !counts.empty()) {
    columns = std::max(columns, static_cast<int>(*std::ranges::max_element(counts)));
  }

  const int speakers = activity.speakers;
  FrameSpeakers result(static_cast<std::size_t>(frames), speakers);
  std::vector<int> value(static_cast<std::size_t>(speakers));
  const auto width = static_cast<std::size_t>(columns);
  std::vector<std::uint16_t> votes(static_cast<std::size_t>(kFramesPerRange) * width);
  for (std::int64_t first = 0; first < frames; first += kFramesPerRange) {
    const std::int64_t end = std::min(frames, first + kFramesPerRange);
    std::ranges::fill(votes, std::uint16_t{0});
    for_each_window(activity.windows, step_s, first, end, [&](const WindowPart& overlap) {
      const auto here = labels.subspan(
          static_cast<std::size_t>(overlap.window) * static_cast<std::size_t>(speakers),
          static_cast<std::size_t>(speakers));
      for (int leader = 0; leader < speakers; ++leader) {
        if (!leads_label(here, leader)) continue;
        const int label = here[static_cast<std::size_t>(leader)];
        std::uint16_t* vote =
            votes.data() + static_cast<std::size_t>(overlap.first - first) * width + label;
        for (std::int64_t f = overlap.first; f < overlap.end; ++f, vote += width) {
          const std::uint8_t* active = frame_of(activity, overlap, f);
          bool any = false;
          for (int s = leader; s < speakers; ++s) {
            any = any || (here[static_cast<std::size_t>(s)] == label && active[s] != 0);
          }
          if (any) ++*vote;
        }
      }
    });
    for (std::int64_t f = first; f < end; ++f) {
      const int count =
          std::min({static_cast<int>(counts[static_cast<std::size_t>(f)]), columns, speakers});
      if (count == 0) continue;
      choose(std::span(votes).subspan(static_cast<std::size_t>(f - first) * width, width), count,
             value, result[static_cast<std::size_t>(f)]);
    }
  }
  fill_gaps(result, activity.windows, step_s);
  return result;
}

std::vector<FrameTurn> frame_turns(const FrameSpeakers& frames, double duration_s) {
  std::vector<FrameTurn> turns;
  const auto close = [&](int cluster, std::int64_t first, std::int64_t end) {
    const double start_s = static_cast<double>(first) * kFrameStepSeconds + kFirstFrameSeconds;
    const double end_s =
        std::min(static_cast<double>(end) * kFrameStepSeconds + kFirstFrameSeconds, duration_s);
    if (start_s < end_s) turns.push_back({first, end, start_s, end_s, cluster});
  };
  std::map<int, std::int64_t> open;  // Cluster and first frame of the turns that are not over.
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const auto now = frames[f];
    for (auto turn = open.begin(); turn != open.end();) {
      if (std::ranges::find(now, turn->first) == now.end()) {
        close(turn->first, turn->second, static_cast<std::int64_t>(f));
        turn = open.erase(turn);
      } else {
        ++turn;
      }
    }
    for (const std::int32_t cluster : now) {
      if (cluster != FrameSpeakers::kNobody)
        open.try_emplace(cluster, static_cast<std::int64_t>(f));
    }
  }
  for (const auto& [cluster, first] : open) {
    close(cluster, first, static_cast<std::int64_t>(frames.size()));
  }
  std::ranges::sort(turns, [](const FrameTurn& a, const FrameTurn& b) {
    return std::tie(a.start_s, a.end_s, a.cluster) < std::tie(b.start_s, b.end_s, b.cluster);
  });
  return turns;
}

}  // namespace diarist::pipeline
