#include "transcripts/deciding.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "transcripts/splitting.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

/// Words shorter than this (recognizers give some no length at all) are looked at as if they were
/// as long, around their middle: the time steps of Whisper's models are 20 ms.
constexpr Time kShortestWord = 20'000;
/// A change of speakers in estimated times moves to the end of a sentence that is no further away:
/// letters are said at rates that differ by about as much within a few seconds.
constexpr Time kToSentenceEnd = 500'000;
/// What estimated times are worth, and the nearness of a turn that does not reach the word.
constexpr double kEstimated = 0.5;
constexpr double kNear = 0.5;

struct Decision {
  std::optional<std::size_t> speaker;
  double confidence = 0;
};

TimeSpan stretch_of(double start_s, double end_s) {
  TimeSpan stretch{time_of(start_s), time_of(end_s)};
  if (stretch.length() < kShortestWord) {
    const Time middle = stretch.start + stretch.length() / 2;
    stretch = {middle - kShortestWord / 2, middle + kShortestWord / 2};
  }
  return stretch;
}

/// The share of a speaker in what is heard during a word, silence being one more voice.
double share_of(const Surroundings& around, std::size_t speaker) {
  Time all = around.silence;
  double own = 0;
  for (const Presence& each : around.present) {
    all += each.overlap;
    if (each.speaker == speaker) own = static_cast<double>(each.overlap) * each.confidence;
  }
  return all > 0 ? own / static_cast<double>(all) : 0;
}

class Decider {
 public:
  Decider(TranscriptSegment& segment, const TurnIndex& turns, double max_gap_s)
      : segment_(segment),
        turns_(turns),
        max_gap_(time_of(max_gap_s)),
        untimed_(is_untimed(segment)) {}

  void run() {
    if (segment_.words.empty()) return decide_whole();
    if (untimed_) spread_over_speech();
    for (const TranscriptWord& word : segment_.words) {
      stretches_.push_back(stretch_of(word.start_s, word.end_s));
      around_.push_back(turns_.within(stretches_.back()));
    }
    decisions_.resize(segment_.words.size());
    decide_clear();
    decide_in_overlap();
    decide_in_silence();
    if (untimed_) move_changes_to_sentence_ends();
    give_rest_to_majority();
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      put(segment_.words[i], decisions_[i]);
    }
    set_speaker_of_words(segment_);
  }

 private:
  /// A blank segment: by its own times.
  void decide_whole() {
    const TimeSpan stretch = stretch_of(segment_.start_s, segment_.end_s);
    const Surroundings around = turns_.within(stretch);
    TranscriptWord word;
    Decision decision = around.present.empty() ? by_nearness(stretch, true)
                                               : by_overlap(around, most_of(around), true);
    put(word, decision);
    segment_.speaker = word.speaker;
    segment_.confidence = word.confidence;
  }

  /// Estimated times: the words one after the other over the parts of the segment in which somebody
  /// speaks, in proportion to their letters.
  void spread_over_speech() {
    const std::vector<TimeSpan> speech =
        turns_.speech({time_of(segment_.start_s), time_of(segment_.end_s)});
    Time all = 0;
    for (const TimeSpan& part : speech) all += part.length();
    if (all == 0) return;
    std::size_t letters = 0;
    for (const TranscriptWord& word : segment_.words) letters += letters_in(word.text);
    const auto place = [&](std::size_t said, bool starts) {
      auto at = static_cast<Time>(std::llround(
          static_cast<double>(all) * static_cast<double>(said) / static_cast<double>(letters)));
      for (const TimeSpan& part : speech) {
        // A word starts behind a pause, and ends before it.
        if (at < part.length() || (at == part.length() && !starts)) return part.start + at;
        at -= part.length();
      }
      return speech.back().end;
    };
    std::size_t said = 0;
    for (TranscriptWord& word : segment_.words) {
      const Time start = place(said, true);
      said += letters_in(word.text);
      word.start_s = std::clamp(seconds_of(start), segment_.start_s, segment_.end_s);
      word.end_s =
          std::clamp(seconds_of(std::max(start, place(said, false))), word.start_s, segment_.end_s);
    }
  }

  static std::vector<Presence> most_of(const Surroundings& around) {
    Time most = 0;
    for (const Presence& each : around.present) most = std::max(most, each.overlap);
    std::vector<Presence> tied;
    for (const Presence& each : around.present) {
      if (each.overlap == most) tied.push_back(each);
    }
    return tied;
  }

  /// Among those whom nothing else tells apart: who says most of the segment's clear words, then
  /// whose turn began first, then by name.
  std::size_t preferred(const std::vector<Presence>& tied) const {
    const Presence* best = &tied.front();
    for (const Presence& each : tied) {
      const auto rank = [this](const Presence& of) {
        const auto said = majority_.find(of.speaker);
        return std::pair(said == majority_.end() ? 0 : -said->second, of.began);
      };
      if (rank(each) < rank(*best)) best = &each;
    }
    return best->speaker;
  }

  Decision by_overlap(const Surroundings& around, const std::vector<Presence>& tied,
                      bool timed) const {
    const std::size_t speaker = preferred(tied);
    return {speaker, share_of(around, speaker) * (timed ? 1 : kEstimated)};
  }

  Decision by_nearness(TimeSpan stretch, bool timed) const {
    const Surroundings near = turns_.nearest(stretch);
    if (near.present.empty() || near.distance > max_gap_) return {};
    const std::size_t speaker = preferred(near.present);
    const auto chosen = std::find_if(near.present.begin(), near.present.end(),
                                     [&](const Presence& each) { return each.speaker == speaker; });
    const double nearness =
        max_gap_ > 0 ? 1 - static_cast<double>(near.distance) / static_cast<double>(max_gap_) : 1;
    return {speaker, kNear * nearness * chosen->confidence * (timed ? 1 : kEstimated)};
  }

  void decide_clear() {
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      const std::vector<Presence> most = most_of(around_[i]);
      if (most.size() != 1) continue;
      decisions_[i] = by_overlap(around_[i], most, segment_.words[i].timed);
      majority_[most.front().speaker] += stretches_[i].length();
    }
  }

  void decide_in_overlap() {
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      const std::vector<Presence> most = most_of(around_[i]);
      if (most.size() < 2) continue;
      decisions_[i] = by_overlap(around_[i], most, segment_.words[i].timed);
    }
  }

  void decide_in_silence() {
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      if (!around_[i].present.empty()) continue;
      decisions_[i] = by_nearness(stretches_[i], segment_.words[i].timed);
    }
  }

  /// Where times are estimated, people change at the ends of sentences rather than within them. The
  /// segment's own ends are such too: a few words there that break a sentence go with the others.
  void move_changes_to_sentence_ends() {
    const std::size_t count = decisions_.size();
    std::size_t earliest = 0;  // The first place that the next change may move to.
    for (std::size_t change = 1; change < count; ++change) {
      if (decisions_[change - 1].speaker == decisions_[change].speaker ||
          !decisions_[change - 1].speaker || !decisions_[change].speaker) {
        continue;
      }
      std::size_t next = change + 1;
      while (next < count && decisions_[next].speaker == decisions_[change].speaker) ++next;
      const std::size_t latest = next == count ? count : next - 1;
      const std::size_t place = nearest_sentence_end(change, earliest, latest);
      const std::size_t earlier = *decisions_[change - 1].speaker;
      const std::size_t later = *decisions_[change].speaker;
      for (std::size_t i = place; i < change; ++i) move(i, later);
      for (std::size_t i = change; i < place; ++i) move(i, earlier);
      earliest = place + 1;
      change = std::max(change, place);
    }
  }

  /// Of the places from `earliest` to `latest` before which a sentence ends the one that is nearest
  /// to `change`, or that itself where there is none.
  std::size_t nearest_sentence_end(std::size_t change, std::size_t earliest,
                                   std::size_t latest) const {
    const auto start_of = [this](std::size_t i) {
      return i < stretches_.size() ? stretches_[i].start : stretches_.back().end;
    };
    const auto away = [&](std::size_t i) { return std::abs(start_of(i) - start_of(change)); };
    const auto ends_at = [this](std::size_t i) {
      if (i == 0) return true;
      const auto& words = segment_.words;
      return is_sentence_boundary(words[i - 1].text, i < words.size() ? words[i].text : "");
    };
    std::size_t nearest = change;
    Time least = kToSentenceEnd + 1;
    for (std::size_t i = change + 1; i-- > earliest && away(i) < least;) {
      if (!ends_at(i)) continue;
      nearest = i;
      least = away(i);
    }
    for (std::size_t i = change + 1; i <= latest && away(i) < least; ++i) {
      if (!ends_at(i)) continue;
      nearest = i;
      least = away(i);
    }
    return nearest;
  }

  void move(std::size_t word, std::size_t speaker) {
    decisions_[word] = {speaker, kEstimated * share_of(around_[word], speaker)};
  }

  /// Words far from any turn go with most of the rest, and say that nothing supports it.
  void give_rest_to_majority() {
    std::map<std::size_t, Time> said;
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      if (decisions_[i].speaker) said[*decisions_[i].speaker] += stretches_[i].length();
    }
    const auto most = std::max_element(
        said.begin(), said.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == said.end()) return;
    for (Decision& decision : decisions_) {
      if (!decision.speaker) decision = {most->first, 0};
    }
  }

  void put(TranscriptWord& word, const Decision& decision) const {
    word.speaker = decision.speaker ? turns_.name(*decision.speaker) : "";
    word.confidence = decision.speaker
                          ? static_cast<float>(std::clamp(decision.confidence, 0.0, 1.0))
                          : std::numeric_limits<float>::quiet_NaN();
  }

  TranscriptSegment& segment_;
  const TurnIndex& turns_;
  Time max_gap_;
  bool untimed_;
  std::map<std::size_t, Time> majority_;  ///< By speaker: the length of the segment's clear words.
  std::vector<TimeSpan> stretches_;
  std::vector<Surroundings> around_;
  std::vector<Decision> decisions_;
};

}  // namespace

bool is_untimed(const TranscriptSegment& segment) {
  return std::none_of(segment.words.begin(), segment.words.end(),
                      [](const TranscriptWord& word) { return word.timed; });
}

void decide(TranscriptSegment& segment, const TurnIndex& turns, double max_gap_s) {
  Decider(segment, turns, max_gap_s).run();
}

}  // namespace diarist::transcripts
