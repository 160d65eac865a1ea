#include "pipeline/live/live_turns.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

namespace diarist::pipeline {
namespace {

std::int64_t frames_of(double seconds) {
  return static_cast<std::int64_t>(std::floor(seconds / kFrameStepSeconds + 1e-6));
}

}  // namespace

// Runs of frames of one speaker, however short, pauses closed; what began before the frames goes on
// as it was.
std::vector<LiveTurns::Turn> LiveTurns::turns_of(const NamedFrames& frames) const {
  const std::int64_t gap = frames_of(tidying_.merge_gap_s);
  std::vector<Turn> turns;
  std::vector<double> sums;
  std::vector<std::int64_t> counts;
  // By speaker: the turn that may still go on.
  std::vector<std::size_t> last;
  const auto last_of = [&](int speaker) -> std::size_t& {
    if (static_cast<std::size_t>(speaker) >= last.size()) {
      last.resize(static_cast<std::size_t>(speaker) + 1, SIZE_MAX);
    }
    return last[static_cast<std::size_t>(speaker)];
  };
  for (const Turn& before : open_) {
    if (before.first >= frames.first) continue;
    last_of(before.speaker) = turns.size();
    turns.push_back(before);
    turns.back().end = std::min(before.end, frames.first);
    sums.push_back(static_cast<double>(before.confidence) *
                   static_cast<double>(turns.back().end - before.first));
    counts.push_back(turns.back().end - before.first);
  }
  for (std::int64_t f = frames.first; f < frames.end(); ++f) {
    for (std::size_t m = 0; m < frames.most; ++m) {
      const int speaker = frames.at(f)[m];
      if (speaker < 0) continue;
      std::size_t& at = last_of(speaker);
      if (at == SIZE_MAX || f - turns[at].end > gap) {
        at = turns.size();
        turns.push_back({0, speaker, f, f, 0, false});
        sums.push_back(0);
        counts.push_back(0);
      }
      turns[at].end = f + 1;
      sums[at] += static_cast<double>(frames.certainty[static_cast<std::size_t>(f - frames.first)]);
      ++counts[at];
    }
  }
  for (std::size_t i = 0; i < turns.size(); ++i) {
    turns[i].confidence =
        counts[i] > 0 ? static_cast<float>(sums[i] / static_cast<double>(counts[i])) : 0;
  }
  std::ranges::stable_sort(turns, [](const Turn& a, const Turn& b) {
    return std::tie(a.first, a.end, a.speaker) < std::tie(b.first, b.end, b.speaker);
  });
  return turns;
}

bool LiveTurns::is_long_enough(const Turn& turn) const {
  const auto least =
      static_cast<std::int64_t>(std::ceil(tidying_.min_turn_s / kFrameStepSeconds - 1e-6));
  return turn.end - turn.first >= least;
}

int LiveTurns::number_of(int speaker) const {
  const auto at = static_cast<std::size_t>(speaker);
  return at < numbers_.size() ? numbers_[at] : -1;
}

std::string LiveTurns::name_of(int number) const {
  const auto known = names_.find(number);
  if (known != names_.end()) return known->second;
  char name[32];
  std::snprintf(name, sizeof(name), "SPEAKER_%02d", number);
  return name;
}

StreamEvent LiveTurns::identify(const SpeakerNamer::Name& name, double clock_s) {
  if (name.name.empty()) {
    names_.erase(name.speaker);
  } else {
    names_[name.speaker] = name.name;
  }
  StreamEvent event;
  event.kind = StreamEvent::Kind::speaker_identified;
  event.clock_s = clock_s;
  event.speaker = event.previous_speaker = name.speaker;
  event.name = name_of(name.speaker);
  event.score = name.score;
  return event;
}

void LiveTurns::give_number(int speaker, double clock_s, std::vector<StreamEvent>& events) {
  if (static_cast<std::size_t>(speaker) >= numbers_.size()) {
    numbers_.resize(static_cast<std::size_t>(speaker) + 1, -1);
  }
  int& number = numbers_[static_cast<std::size_t>(speaker)];
  if (number < 0) {
    number = numbered_++;
    Turn nobody;
    nobody.speaker = speaker;
    events.push_back(event(StreamEvent::Kind::speaker_named, nobody, clock_s));
    events.back().end_s = events.back().start_s = 0;
  }
}

StreamEvent LiveTurns::event(StreamEvent::Kind kind, const Turn& turn, double clock_s) const {
  StreamEvent event;
  event.kind = kind;
  event.clock_s = clock_s;
  event.turn = turn.id;
  event.start_s = frame_s(turn.first);
  event.end_s = std::min(frame_s(turn.end), clock_s);
  event.speaker = event.previous_speaker = numbers_[static_cast<std::size_t>(turn.speaker)];
  event.name = name_of(event.speaker);
  event.confidence = turn.confidence;
  return event;
}

std::vector<StreamEvent> LiveTurns::update(const NamedFrames& frames, double clock_s, bool last) {
  const std::int64_t gap = frames_of(tidying_.merge_gap_s);
  std::vector<Turn> now = turns_of(frames);
  // Which turn that was told each is: the one with most frames in common, of the same speaker
  // first. One that is too short is none, and was none unless it is told.
  std::vector<int> was(now.size(), -1);
  std::vector<bool> taken(open_.size(), false);
  for (const bool same : {true, false}) {
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (was[i] >= 0 || !is_long_enough(now[i])) continue;
      std::int64_t most = 0;
      for (std::size_t k = 0; k < open_.size(); ++k) {
        if (taken[k] || open_[k].id == 0 || (open_[k].speaker == now[i].speaker) != same) continue;
        const std::int64_t shared =
            std::min(open_[k].end, now[i].end) - std::max(open_[k].first, now[i].first);
        if (shared > most) {
          most = shared;
          was[i] = static_cast<int>(k);
        }
      }
      if (was[i] >= 0) taken[static_cast<std::size_t>(was[i])] = true;
    }
  }
  std::vector<StreamEvent> events;
  for (std::size_t k = 0; k < open_.size(); ++k) {
    if (taken[k] || open_[k].id == 0) continue;
    Turn gone = open_[k];
    gone.end = gone.first;
    events.push_back(event(StreamEvent::Kind::turn_revised, gone, clock_s));
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    Turn& turn = now[i];
    if (!is_long_enough(turn)) {
      turn.id = 0;
      turn.ended = false;
      continue;
    }
    give_number(turn.speaker, clock_s, events);
    if (was[i] < 0) {
      turn.id = next_id_++;
      turn.ended = false;
      events.push_back(event(StreamEvent::Kind::turn_begun, turn, clock_s));
    } else {
      const Turn& old = open_[static_cast<std::size_t>(was[i])];
      turn.id = old.id;
      turn.ended = old.ended && old.end == turn.end;
      const bool revised = old.speaker != turn.speaker || old.first != turn.first ||
                           old.end > turn.end || (old.ended && old.end != turn.end);
      if (revised) {
        events.push_back(event(StreamEvent::Kind::turn_revised, turn, clock_s));
        events.back().previous_speaker = numbers_[static_cast<std::size_t>(old.speaker)];
      } else if (turn.end > old.end) {
        events.push_back(event(StreamEvent::Kind::turn_extended, turn, clock_s));
      }
    }
    if (!turn.ended && (last || frames.end() - turn.end > gap)) {
      turn.ended = true;
      events.push_back(event(StreamEvent::Kind::turn_ended, turn, clock_s));
    }
  }
  open_ = std::move(now);
  std::erase_if(open_, [&](const Turn& turn) { return turn.end + gap < frames.first; });
  return events;
}

}  // namespace diarist::pipeline
