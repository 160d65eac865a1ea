#include "pipeline/live/live_names.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "clustering/assignment.hpp"
#include "pipeline/live/parameters.hpp"
#include "pipeline/relabelling/best_path.hpp"
#include "pipeline/relabelling/parameters.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::int32_t kNobody = FrameSpeakers::kNobody;

// [windows, local speakers]: places among the present speakers, -1 for nobody.
std::vector<std::vector<int>> name_windows(const LiveAnalysis& analysis,
                                           const LiveSpeakers& speakers,
                                           const NamedFrames& before) {
  const std::size_t known = speakers.present().size();
  const int locals = analysis.speakers();
  std::vector<std::vector<int>> names;
  for (const LiveWindow& window : analysis.windows()) {
    std::vector<int> rows;
    std::vector<double> scores;
    for (int s = 0; s < locals; ++s) {
      int heard = 0;
      std::vector<double> called(known, 0.0);
      for (std::int64_t f = window.first_frame; f < window.first_frame + LocalActivity::kFrames;
           ++f) {
        if (!window.speaks(f, s, locals)) continue;
        ++heard;
        if (f < before.first || f >= before.end()) continue;
        for (std::size_t m = 0; m < before.most; ++m) {
          for (std::size_t k = 0; k < known; ++k) {
            if (before.at(f)[m] == speakers.present()[k]) called[k] += 1;
          }
        }
      }
      if (heard == 0) continue;
      std::vector<double> like(known, 0.0);
      speakers.compare(
          window.embeddings.data() + static_cast<std::size_t>(s) * analysis.dimensions(),
          like.data());
      rows.push_back(s);
      for (std::size_t k = 0; k < known; ++k) {
        scores.push_back(like[k] + kLive.history_weight * called[k] / heard);
      }
    }
    std::vector<int> own(static_cast<std::size_t>(locals), -1);
    if (known > 0 && !rows.empty()) {
      const std::vector<int> column =
          assign_max(scores, static_cast<int>(rows.size()), static_cast<int>(known));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        own[static_cast<std::size_t>(rows[i])] = column[i];
      }
    }
    names.push_back(std::move(own));
  }
  return names;
}

// A second of one speaker in the frames that may change.
struct Piece {
  std::int64_t centre;
  int frames;
  std::vector<double> cosines;
};

std::vector<Piece> pieces_from(const LiveAnalysis& analysis, const LiveSpeakers& speakers,
                               std::int64_t first_frame) {
  std::vector<Piece> pieces;
  std::vector<float> direction(analysis.dimensions());
  const auto add = [&](const Voices& voices, std::size_t i) {
    const double centre =
        std::nearbyint((centre_s(voices.subsegments[i]) - kFirstFrameSeconds) / kFrameStepSeconds);
    Piece piece{std::max<std::int64_t>(0, static_cast<std::int64_t>(centre)),
                static_cast<int>(voices.subsegments[i].end - voices.subsegments[i].first),
                std::vector<double>(speakers.present().size())};
    voices.direction(i, direction.data());
    speakers.compare(direction.data(), piece.cosines.data());
    pieces.push_back(std::move(piece));
  };
  const Voices& kept = analysis.history().voices();
  std::size_t first = kept.subsegments.size();
  while (first > 0 && segmentation_frame_at(kept.subsegments[first - 1].end) > first_frame) {
    --first;
  }
  for (std::size_t i = first; i < kept.subsegments.size(); ++i) add(kept, i);
  const Voices& open = analysis.open_voices();
  for (std::size_t i = 0; i < open.subsegments.size(); ++i) add(open, i);
  std::ranges::stable_sort(pieces, {}, &Piece::centre);
  return pieces;
}

// The most active speakers of frames from `first` on, by the windows' votes.
void vote(const LiveAnalysis& analysis, const LiveSpeakers& speakers, std::int64_t first,
          NamedFrames& frames) {
  const std::size_t known = speakers.present().size();
  const int locals = analysis.speakers();
  const std::vector<std::vector<int>> names = name_windows(analysis, speakers, frames);
  std::vector<int> votes(known);
  std::vector<std::size_t> order(known);
  for (std::int64_t f = first; f < frames.end(); ++f) {
    std::fill_n(frames.at(f), frames.most, kNobody);
    frames.certainty[static_cast<std::size_t>(f - frames.first)] = 0;
    const auto count = static_cast<std::size_t>(analysis.count(f));
    if (count == 0) continue;
    std::fill(votes.begin(), votes.end(), 0);
    for (std::size_t w = analysis.windows().size(); w-- > 0;) {
      const LiveWindow& window = analysis.windows()[w];
      const bool last = w + 1 == analysis.windows().size();
      if (window.end_s - frame_s(f) < kLive.guard_s && !last) break;
      for (int s = 0; s < locals; ++s) {
        const int name = names[w][static_cast<std::size_t>(s)];
        if (name >= 0 && window.speaks(f, s, locals)) ++votes[static_cast<std::size_t>(name)];
      }
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return votes[a] > votes[b]; });
    for (std::size_t m = 0; m < std::min({count, frames.most, known}); ++m) {
      if (votes[order[m]] == 0 && m > 0) break;
      frames.at(f)[m] = speakers.present()[order[m]];
    }
  }
}

// [pieces, speakers]: how well each suits whom. What is settled stays, and pulls on what follows.
std::vector<double> emission_of(std::span<const Piece> pieces, const LiveSpeakers& speakers,
                                std::int64_t settled, const NamedFrames& frames) {
  const std::vector<int>& present = speakers.present();
  std::vector<double> emission;
  for (const Piece& piece : pieces) {
    const double weight = std::min(piece.frames * nets::kTrunkFrame_s, kRelabelling.full_weight_s) /
                          kRelabelling.full_weight_s;
    const std::int32_t called = piece.centre < frames.end() ? frames.at(piece.centre)[0] : kNobody;
    const bool fixed = piece.centre < settled && std::ranges::count(present, called) > 0;
    for (std::size_t k = 0; k < present.size(); ++k) {
      double value = weight * piece.cosines[k];
      if (present[k] == called) {
        value += kRelabelling.staying_bonus;
      } else if (fixed) {
        value -= kLive.settled_weight;
      }
      emission.push_back(value);
    }
  }
  return emission;
}

float certainty_of(const Piece& piece, std::size_t chosen) {
  double other = -1;
  for (std::size_t k = 0; k < piece.cosines.size(); ++k) {
    if (k != chosen) other = std::max(other, piece.cosines[k]);
  }
  if (piece.cosines.size() < 2) return 1;
  const double lead = piece.cosines[chosen] - other;
  return static_cast<float>(1 / (1 + std::exp(-lead / kRelabelling.certainty_cosine)));
}

// Frames [first, end) of a run take the speaker of the nearest piece.
void name_run(std::span<const Piece> pieces, const LiveSpeakers& speakers, std::int64_t settled,
              std::int64_t first, std::int64_t end, NamedFrames& frames) {
  const std::vector<std::size_t> path =
      best_path(emission_of(pieces, speakers, settled, frames), speakers.present().size(),
                kRelabelling.switch_cost);
  const auto distance = [&](std::size_t i, std::int64_t frame) {
    return std::abs(pieces[i].centre - frame);
  };
  std::size_t nearest = 0;
  for (std::int64_t f = first; f < std::min(end, frames.end()); ++f) {
    while (nearest + 1 < pieces.size() && distance(nearest + 1, f) <= distance(nearest, f)) {
      ++nearest;
    }
    if (f < settled) continue;
    frames.at(f)[0] = speakers.present()[path[nearest]];
    frames.certainty[static_cast<std::size_t>(f - frames.first)] =
        certainty_of(pieces[nearest], path[nearest]);
  }
}

}  // namespace

void name_frames(const LiveAnalysis& analysis, const LiveSpeakers& speakers, std::int64_t settled,
                 NamedFrames& frames) {
  const auto count = static_cast<std::size_t>(analysis.decided() - frames.first);
  frames.speakers.resize(count * frames.most, kNobody);
  frames.certainty.resize(count, 0.0F);
  if (speakers.present().empty()) return;
  const std::int64_t first = std::max(settled, frames.first);
  vote(analysis, speakers, first, frames);

  // A run that began before goes on as it was.
  const auto one = [&](std::int64_t f) { return f < analysis.counted() && analysis.count(f) == 1; };
  std::int64_t from = first;
  while (from > frames.first && one(from) && one(from - 1)) --from;
  const std::vector<Piece> pieces = pieces_from(analysis, speakers, from);
  auto next = pieces.begin();
  for (std::int64_t f = from; f < frames.end();) {
    if (!one(f)) {
      ++f;
      continue;
    }
    std::int64_t end = f;
    while (one(end)) ++end;
    const auto begin =
        std::find_if(next, pieces.end(), [f](const Piece& p) { return p.centre >= f; });
    next = std::find_if(begin, pieces.end(), [end](const Piece& p) { return p.centre >= end; });
    if (begin != next) name_run({begin, next}, speakers, first, f, end, frames);
    f = end;
  }
}

}  // namespace diarist::pipeline
