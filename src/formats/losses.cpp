// What a format would not hold of results.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "formats/format_registry.hpp"
#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/ticks.hpp"

namespace diarist {
namespace {

using formats::Holdings;

bool any_turn(std::span<const Diarization> diarizations, const auto& holds) {
  return std::any_of(diarizations.begin(), diarizations.end(), [&](const Diarization& each) {
    return std::any_of(each.turns.begin(), each.turns.end(), holds);
  });
}

bool is_held(double seconds, const Holdings& holds) {
  // The nearest decimals to a double that came from as many: closer than any other would be.
  return std::fabs(formats::rounded(seconds, holds.decimals) - seconds) <= 1e-9;
}

bool has_length_of_its_own(const Diarization& diarization) {
  double last_s = 0;
  for (const Turn& turn : diarization.turns) last_s = std::max(last_s, turn.end_s);
  return diarization.duration_s > last_s;
}

bool has_voices(const Diarization& diarization) {
  return std::any_of(diarization.speakers.begin(), diarization.speakers.end(),
                     [](const Speaker& speaker) { return !speaker.centroid.empty(); });
}

bool has_scores(const Diarization& diarization) {
  return std::any_of(diarization.speakers.begin(), diarization.speakers.end(),
                     [](const Speaker& speaker) { return speaker.identity_score.has_value(); });
}

bool has_silent_speakers(const Diarization& diarization) {
  std::vector<bool> speaks(diarization.speakers.size());
  for (const Turn& turn : diarization.turns) {
    const auto speaker = static_cast<std::size_t>(turn.speaker);
    if (speaker < speaks.size()) speaks[speaker] = true;
  }
  return std::find(speaks.begin(), speaks.end(), false) != speaks.end();
}

/// "nearest 0.001 s": what times become.
std::string times_phrase(int decimals) {
  return "times are rounded to " + formats::seconds_text(1, decimals) + " s";
}

std::string names_phrase(std::span<const Diarization> diarizations, const Holdings& holds) {
  std::size_t count = 0;
  std::string example;
  const auto look_at = [&](const std::string& name) {
    std::string held = holds.name(name);
    if (held == name) return;
    if (count++ == 0) example = formats::quoted(name) + " to " + formats::quoted(held);
  };
  for (const Diarization& diarization : diarizations) {
    if (holds.recording) look_at(diarization.recording);
    if (!holds.turns) continue;
    for (const Speaker& speaker : diarization.speakers) look_at(speaker.name);
  }
  if (count == 0) return {};
  return std::to_string(count) + (count == 1 ? " name is changed: " : " names are changed: ") +
         example;
}

/// Two speakers whom the format calls the same.
std::string merged_phrase(std::span<const Diarization> diarizations, const Holdings& holds) {
  std::size_t count = 0;
  std::string example;
  for (const Diarization& diarization : diarizations) {
    std::map<std::string, std::string> held_by;
    for (const Speaker& speaker : diarization.speakers) {
      const auto [first, is_new] = held_by.emplace(holds.name(speaker.name), speaker.name);
      if (is_new || first->second == speaker.name) continue;
      if (count++ == 0) {
        example = formats::quoted(first->second) + " and " + formats::quoted(speaker.name) +
                  " become one speaker";
      }
    }
  }
  return count > 1 ? example + " (and " + std::to_string(count - 1) + " more)" : example;
}

}  // namespace

std::vector<std::string> losses(std::span<const Diarization> diarizations, FileFormat format) {
  const Holdings& holds = formats::row_of(format).holds;
  std::vector<std::string> phrases;
  const auto lose = [&](bool lost, const std::string& phrase) {
    if (lost) phrases.push_back(phrase);
  };
  const auto any = [&](const auto& condition) {
    return std::any_of(diarizations.begin(), diarizations.end(), condition);
  };
  if (holds.turns) {
    lose(!holds.channel && any_turn(diarizations, [](const Turn& t) { return t.channel != 1; }),
         "the channels are left out");
    lose(!holds.confidence &&
             any_turn(diarizations, [](const Turn& t) { return !std::isnan(t.confidence); }),
         "the confidences are left out");
  } else {
    lose(any([](const Diarization& each) { return !each.turns.empty(); }),
         "the turns are left out");
  }
  lose(!holds.duration && any(has_length_of_its_own), "the recording's length is left out");
  lose(!holds.voices && any(has_voices), "the voices (centroids) are left out");
  lose(!holds.voices && any(has_scores), "the scores of the names are left out");
  lose(!holds.voices && any(has_silent_speakers), "speakers without a turn are left out");
  lose(holds.several && !holds.duration &&
           any([](const Diarization& each) { return each.turns.empty(); }),
       "recordings in which nobody speaks are left out");
  lose((holds.turns && any_turn(diarizations,
                                [&](const Turn& turn) {
                                  return !is_held(turn.start_s, holds) ||
                                         !is_held(turn.end_s, holds);
                                })) ||
           (holds.duration &&
            any([&](const Diarization& each) { return !is_held(each.duration_s, holds); })),
       times_phrase(holds.decimals));
  const std::string names = names_phrase(diarizations, holds);
  lose(!names.empty(), names);
  if (holds.turns) {
    const std::string merged = merged_phrase(diarizations, holds);
    lose(!merged.empty(), merged);
  }
  return phrases;
}

}  // namespace diarist
