#include "cutting/cut_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "cutting/alone.hpp"

namespace diarist::cutting {
namespace {

/// How far a piece's padding may go.
struct Padded {
  Piece piece;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
};

/// By speaker and channel.
using ByVoice = std::map<std::pair<int, int>, std::vector<Piece>>;

bool in_time(const Piece& a, const Piece& b) {
  return std::tie(a.first, a.end, a.speaker, a.channel) <
         std::tie(b.first, b.end, b.speaker, b.channel);
}

/// Takes `next` into `piece`, which it overlaps or touches.
void unite(Piece& piece, const Piece& next) {
  if (next.end > piece.end) piece.after = next.after;
  piece.end = std::max(piece.end, next.end);
  piece.spoken += next.spoken;
  piece.confident += next.confident;
}

/// `pieces` in time; those that overlap become one and, with `touching`, those that touch too.
std::vector<Piece> united(std::vector<Piece> pieces, bool touching) {
  std::vector<Piece> result;
  for (Piece& next : pieces) {
    const bool meets = !result.empty() && (touching ? next.first <= result.back().end
                                                    : next.first < result.back().end);
    if (meets) {
      unite(result.back(), next);
    } else {
      result.push_back(next);
    }
  }
  return result;
}

ByVoice turns_by_voice(const Diarization& turns, const Extent& extent, bool own_channels) {
  ByVoice voices;
  for (const Turn& turn : turns.turns) {
    Piece piece;
    piece.first = samples_of(std::max(0.0, turn.start_s), extent.sample_rate_hz);
    piece.end = std::min(samples_of(turn.end_s, extent.sample_rate_hz), extent.samples);
    if (piece.first >= piece.end) continue;
    piece.speaker = turn.speaker;
    piece.channel = own_channels ? turn.channel : 0;
    if (!std::isnan(turn.confidence)) {
      piece.spoken = static_cast<double>(piece.end - piece.first);
      piece.confident = piece.spoken * static_cast<double>(turn.confidence);
    }
    voices[{piece.speaker, piece.channel}].push_back(piece);
  }
  for (auto& [voice, pieces] : voices) {
    std::sort(pieces.begin(), pieces.end(), in_time);
    pieces = united(std::move(pieces), false);
  }
  return voices;
}

/// What lies within stretches where the speaker is alone; both in time.
std::vector<Padded> cut_to(const std::vector<Piece>& pieces, const std::vector<Alone>& alone) {
  std::vector<Padded> result;
  std::size_t at = 0;
  for (const Piece& piece : pieces) {
    while (at < alone.size() && alone[at].end <= piece.first) ++at;
    for (std::size_t i = at; i < alone.size() && alone[i].first < piece.end; ++i) {
      Padded part{piece, alone[i].others_end, alone[i].others_begin};
      part.piece.first = std::max(piece.first, alone[i].first);
      part.piece.end = std::min(piece.end, alone[i].end);
      const double share = static_cast<double>(part.piece.end - part.piece.first) /
                           static_cast<double>(piece.end - piece.first);
      part.piece.spoken *= share;
      part.piece.confident *= share;
      result.push_back(part);
    }
  }
  return result;
}

/// Of each channel that is cut apart, by speaker.
std::map<std::pair<int, int>, std::vector<Alone>> alone_by_voice(const ByVoice& voices) {
  std::map<int, std::vector<Spoken>> spoken;  // By channel.
  for (const auto& [voice, pieces] : voices) {
    for (const Piece& piece : pieces) {
      spoken[voice.second].push_back({piece.first, piece.end, piece.speaker});
    }
  }
  std::map<std::pair<int, int>, std::vector<Alone>> result;
  for (const auto& [channel, all] : spoken) {
    for (const Alone& alone : find_alone(all)) result[{alone.speaker, channel}].push_back(alone);
  }
  return result;
}

void pad(Padded& part, std::int64_t padding, const Extent& extent) {
  Piece& piece = part.piece;
  const std::int64_t first = std::max({std::int64_t{0}, part.lowest, piece.first - padding});
  const std::int64_t end = std::min({extent.samples, part.highest, piece.end + padding});
  piece.before = piece.first - first;
  piece.after = end - piece.end;
  piece.first = first;
  piece.end = end;
}

}  // namespace

std::int64_t samples_of(double seconds, int sample_rate_hz) {
  return std::llround(seconds * sample_rate_hz);
}

std::vector<Piece> plan_pieces(const Diarization& turns, const Extent& extent,
                               const SplitOptions& options, bool own_channels) {
  const ByVoice voices = turns_by_voice(turns, extent, own_channels);
  std::map<std::pair<int, int>, std::vector<Alone>> alone;
  if (options.exclude_overlap) alone = alone_by_voice(voices);
  const std::int64_t shortest = samples_of(options.min_duration_s, extent.sample_rate_hz);
  const std::int64_t padding = samples_of(options.padding_s, extent.sample_rate_hz);

  std::vector<Piece> all;
  for (const auto& [voice, pieces] : voices) {
    std::vector<Padded> parts;
    if (options.exclude_overlap) {
      parts = cut_to(pieces, alone[voice]);
    } else {
      for (const Piece& piece : pieces) parts.push_back({piece});
    }
    std::vector<Piece> padded;
    for (Padded& part : parts) {
      if (part.piece.end - part.piece.first < shortest) continue;
      pad(part, padding, extent);
      padded.push_back(part.piece);
    }
    const bool touching = options.by == SplitBy::speaker || padding > 0;
    for (const Piece& piece : united(std::move(padded), touching)) all.push_back(piece);
  }
  std::sort(all.begin(), all.end(), in_time);
  return all;
}

}  // namespace diarist::cutting
