#include "transcripts/turn_index.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "formats/format_registry.hpp"

namespace diarist::transcripts {

Time time_of(double seconds) { return std::llround(seconds * 1e6); }
double seconds_of(Time time) { return static_cast<double>(time) / 1e6; }

bool TurnIndex::starts_before(const Span& a, const Span& b) {
  return std::tie(a.start, a.end, a.speaker, a.confidence) <
         std::tie(b.start, b.end, b.speaker, b.confidence);
}

bool TurnIndex::ends_before(const Span& a, const Span& b) {
  return std::tie(a.end, a.start, a.speaker) < std::tie(b.end, b.start, b.speaker);
}

TurnIndex::TurnIndex(const Diarization& diarization, int channel) {
  for (const Turn& turn : diarization.turns) {
    names_.emplace_back(formats::speaker_name(diarization, turn.speaker));
  }
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());

  std::vector<std::vector<Span>> of_speaker(names_.size());
  for (const Turn& turn : diarization.turns) {
    if (channel != 0 && turn.channel != channel) continue;
    const auto name = std::lower_bound(names_.begin(), names_.end(),
                                       formats::speaker_name(diarization, turn.speaker));
    const auto speaker = static_cast<std::size_t>(name - names_.begin());
    const double confidence =
        std::isnan(turn.confidence) ? 1.0 : static_cast<double>(turn.confidence);
    of_speaker[speaker].push_back(
        {time_of(turn.start_s), time_of(turn.end_s), speaker, confidence});
  }
  for (std::vector<Span>& turns : of_speaker) add(std::move(turns));

  std::sort(by_start_.begin(), by_start_.end(), starts_before);
  by_end_ = by_start_;
  std::sort(by_end_.begin(), by_end_.end(), ends_before);
  for (const Span& span : by_start_) {
    latest_end_.push_back(latest_end_.empty() ? span.end : std::max(latest_end_.back(), span.end));
    if (!speech_.empty() && span.start <= speech_.back().end) {
      speech_.back().end = std::max(speech_.back().end, span.end);
    } else {
      speech_.push_back({span.start, span.end});
    }
  }
}

void TurnIndex::add(std::vector<Span> turns) {
  std::sort(turns.begin(), turns.end(), starts_before);
  double weight = 0;
  double sure = 0;
  for (const Span& turn : turns) {
    if (turn.end <= turn.start) continue;
    const bool joins = weight > 0 && turn.start < by_start_.back().end;
    if (!joins) {
      by_start_.push_back(turn);
      weight = sure = 0;
    }
    Span& span = by_start_.back();
    span.end = std::max(span.end, turn.end);
    weight += static_cast<double>(turn.end - turn.start);
    sure += static_cast<double>(turn.end - turn.start) * turn.confidence;
    span.confidence = sure / weight;
  }
}

Surroundings TurnIndex::within(TimeSpan stretch) const {
  Surroundings found;
  Time spoken = 0;
  for (const TimeSpan& span : speech(stretch)) spoken += span.length();
  found.silence = stretch.length() - spoken;
  const auto after =
      std::lower_bound(by_start_.begin(), by_start_.end(), stretch.end,
                       [](const Span& span, Time time) { return span.start < time; });
  for (auto i = static_cast<std::size_t>(after - by_start_.begin()); i-- > 0;) {
    if (latest_end_[i] <= stretch.start) break;
    const Span& span = by_start_[i];
    const Time overlap = std::min(span.end, stretch.end) - std::max(span.start, stretch.start);
    if (overlap <= 0) continue;
    auto known = std::find_if(found.present.begin(), found.present.end(),
                              [&](const Presence& each) { return each.speaker == span.speaker; });
    if (known == found.present.end()) {
      known = found.present.insert(found.present.end(), {span.speaker, 0, span.start, 0});
    }
    known->overlap += overlap;
    known->began = std::min(known->began, span.start);
    known->confidence += span.confidence * static_cast<double>(overlap);
  }
  for (Presence& each : found.present) each.confidence /= static_cast<double>(each.overlap);
  std::sort(found.present.begin(), found.present.end(),
            [](const Presence& a, const Presence& b) { return a.speaker < b.speaker; });
  return found;
}

Presence TurnIndex::presence_of(const Span& span) const {
  return {span.speaker, 0, span.start, span.confidence};
}

Surroundings TurnIndex::nearest(TimeSpan stretch) const {
  Surroundings found;
  found.silence = stretch.length();
  const auto next = std::lower_bound(by_start_.begin(), by_start_.end(), stretch.end,
                                     [](const Span& span, Time time) { return span.start < time; });
  const auto behind = std::upper_bound(by_end_.begin(), by_end_.end(), stretch.start,
                                       [](Time time, const Span& span) { return time < span.end; });
  std::optional<Time> distance;
  if (next != by_start_.end()) distance = next->start - stretch.end;
  if (behind != by_end_.begin()) {
    const Time before = stretch.start - (behind - 1)->end;
    distance = distance ? std::min(*distance, before) : before;
  }
  if (!distance) return found;
  found.distance = *distance;
  const auto add = [&found, this](const Span& span) {
    const bool known =
        std::any_of(found.present.begin(), found.present.end(),
                    [&](const Presence& each) { return each.speaker == span.speaker; });
    if (!known) found.present.push_back(presence_of(span));
  };
  // What ended before comes first: its turns began earlier.
  for (auto i = behind; i != by_end_.begin(); --i) {
    const Span& span = *(i - 1);
    if (stretch.start - span.end != *distance) break;
    add(span);
  }
  for (auto span = next; span != by_start_.end(); ++span) {
    if (span->start - stretch.end != *distance) break;
    add(*span);
  }
  std::sort(found.present.begin(), found.present.end(),
            [](const Presence& a, const Presence& b) { return a.speaker < b.speaker; });
  return found;
}

std::vector<TimeSpan> TurnIndex::speech(TimeSpan stretch) const {
  std::vector<TimeSpan> parts;
  auto span = std::upper_bound(speech_.begin(), speech_.end(), stretch.start,
                               [](Time time, const TimeSpan& each) { return time < each.end; });
  for (; span != speech_.end() && span->start < stretch.end; ++span) {
    const TimeSpan part{std::max(span->start, stretch.start), std::min(span->end, stretch.end)};
    if (part.length() > 0) parts.push_back(part);
  }
  return parts;
}

}  // namespace diarist::transcripts
