#include "pipeline/turn_confidence.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "diarist/error.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::size_t kFrames = LocalActivity::kFrames;
// Odds beyond this are not to be had from a mean of probabilities in steps of 1/255.
constexpr double kLeast = 1e-3;

double calibrated(double raw) {
  const double bounded = std::clamp(raw, kLeast, 1 - kLeast);
  const double odds = std::log(bounded / (1 - bounded));
  return 1 / (1 + std::exp(-(kConfidence.offset + kConfidence.slope * odds)));
}

/// What the windows that cover a frame say of one turn there, added up.
struct Sums {
  double speech = 0;
  double label = 0;
  int windows = 0;
};

}  // namespace

std::vector<float> turn_confidence(std::span<const FrameTurn> turns,
                                   const ConfidenceEvidence& evidence) {
  const LocalActivity& activity = evidence.activity;
  const auto speakers = static_cast<std::size_t>(activity.speakers);
  const auto cells = static_cast<std::size_t>(activity.windows) * speakers;
  const auto frames = static_cast<std::int64_t>(evidence.frames.size());
  if (evidence.labels.size() != cells || evidence.certainty.size() != cells ||
      activity.probability.size() != cells * kFrames ||
      frames != frame_count(activity.windows, evidence.step_s) ||
      (!evidence.relabelled.empty() && evidence.relabelled.size() != evidence.frames.size())) {
    throw Error(ErrorCode::invalid_argument, "activity, labels, certainty, frames",
                "their sizes do not agree");
  }
  std::vector<float> confidence;
  confidence.reserve(turns.size());
  std::vector<Sums> sums;
  std::vector<std::uint8_t> sorted(speakers);
  for (const FrameTurn& turn : turns) {
    if (turn.first_frame < 0 || turn.end_frame > frames || turn.first_frame >= turn.end_frame) {
      throw Error(ErrorCode::invalid_argument, "turns", "one of them is outside the recording");
    }
    sums.assign(static_cast<std::size_t>(turn.end_frame - turn.first_frame), Sums{});
    for_each_window(activity.windows, evidence.step_s, turn.first_frame, turn.end_frame,
                    [&](const WindowPart& part) {
                      const std::size_t cell = static_cast<std::size_t>(part.window) * speakers;
                      for (std::int64_t f = part.first; f < part.end; ++f) {
                        const auto now = evidence.frames[static_cast<std::size_t>(f)];
                        // Where a pause was closed the speaker is not there: as if first.
                        const auto place = std::ranges::find(now, turn.cluster);
                        const std::size_t rank =
                            place == now.end() ? 0 : static_cast<std::size_t>(place - now.begin());
                        const std::uint8_t* probability =
                            activity.probability.data() +
                            (static_cast<std::size_t>(part.window) * kFrames +
                             static_cast<std::size_t>(f - part.start)) *
                                speakers;
                        std::copy_n(probability, speakers, sorted.begin());
                        std::ranges::sort(sorted, std::ranges::greater{});
                        float label = 0;
                        for (std::size_t s = 0; s < speakers; ++s) {
                          if (evidence.labels[cell + s] == turn.cluster) {
                            label = std::max(label, evidence.certainty[cell + s]);
                          }
                        }
                        Sums& sum = sums[static_cast<std::size_t>(f - turn.first_frame)];
                        sum.speech += sorted[rank] / 255.0;
                        sum.label += static_cast<double>(label);
                        ++sum.windows;
                      }
                    });
    double total = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (sums[i].windows == 0) continue;
      const auto frame = static_cast<std::size_t>(turn.first_frame) + i;
      const bool known = !evidence.relabelled.empty() && evidence.relabelled[frame] >= 0;
      const double label =
          known ? static_cast<double>(evidence.relabelled[frame]) : sums[i].label / sums[i].windows;
      total += sums[i].speech / sums[i].windows * label;
    }
    confidence.push_back(static_cast<float>(calibrated(total / static_cast<double>(sums.size()))));
  }
  return confidence;
}

}  // namespace diarist::pipeline
