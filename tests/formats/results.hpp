// Results for the tests of formats: random ones, and what is compared of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "diarist/formats.hpp"

#include "formats/format_registry.hpp"
#include "formats/number.hpp"
#include "formats/ticks.hpp"
#include "formats/turn_list.hpp"

namespace diarist::testing {

/// A turn as one tuple: start, end, speaker, channel, confidence (-1 where there is none).
using TurnTuple = std::tuple<double, double, std::string, int, double>;

inline std::vector<TurnTuple> tuples_of(const Diarization& diarization) {
  std::vector<TurnTuple> tuples;
  for (const Turn& turn : diarization.turns) {
    tuples.emplace_back(
        turn.start_s, turn.end_s, std::string(formats::speaker_name(diarization, turn.speaker)),
        turn.channel,
        std::isnan(turn.confidence)
            ? -1.0
            : formats::rounded(static_cast<double>(turn.confidence), formats::kConfidenceDecimals));
  }
  std::sort(tuples.begin(), tuples.end());
  return tuples;
}

/// The same as a format holds it.
inline std::vector<TurnTuple> held_tuples_of(const Diarization& diarization,
                                             const formats::Holdings& holds) {
  Diarization held = diarization;
  const double scale = std::pow(10.0, holds.decimals);
  for (Turn& turn : held.turns) {
    const auto [start, end] = formats::ticks_of(turn, diarization.duration_s, holds.decimals);
    turn.start_s = static_cast<double>(start) / scale;
    turn.end_s = static_cast<double>(end) / scale;
    if (!holds.channel) turn.channel = 1;
    if (!holds.confidence) turn.confidence = std::nanf("");
  }
  for (Speaker& speaker : held.speakers) speaker.name = holds.name(speaker.name);
  return tuples_of(held);
}

inline std::string written(std::span<const Diarization> diarizations, FileFormat format) {
  std::ostringstream out;
  write(out, diarizations, format);
  return std::move(out).str();
}

inline std::string written(const Diarization& diarization, FileFormat format) {
  return written(std::span(&diarization, 1), format);
}

/// Names that trouble one format or another.
inline const std::vector<std::string>& odd_names() {
  static const std::vector<std::string> names = {
      "SPEAKER_00",
      "Ann",
      "Dr. Ann: B",
      "two words",
      " blanks at ends ",
      "two  blanks",
      "tab\there",
      "line\nbreak",
      "carriage\rreturn",
      "\"quoted\" \"\"twice\"\"",
      "comma, semicolon; done",
      "<b>&amp;</b> & 'more' ]]>",
      "a --> b",
      "[bracketed]",
      "colon:",
      "speaker",
      "<NA>",
      ";comment",
      "#comment",
      "\\backslash",
      "J\xC3\xBCrgen \xE5\xB1\xB1\xE7\x94\xB0 \xF0\x9F\x98\x80",
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
      "nul\0byte" + std::string(1, '\0'),
      "\x01\x7F control",
      "!no comment",
      "1.5",
      "WEBVTT",
      "",
      "   ",
      "{\\an8}",
      "- dash",
      "\xE2\x80\x94 long dash",
      ">> chevrons",
      "\xE5\xBC\xA0\xEF\xBC\x9A\xE4\xB8\x89",
      "<v Ann>",
      "sep=",
      "&#39;",
      "\xFF\xFE no UTF-8",
  };
  return names;
}

/// Times in microseconds, turns that overlap, also those of one speaker.
inline Diarization random_result(std::mt19937& random, const std::string& recording) {
  const auto below = [&random](std::uint32_t limit) { return random() % limit; };
  Diarization diarization;
  diarization.recording = recording;
  std::vector<std::string> names = odd_names();
  std::shuffle(names.begin(), names.end(), random);
  names.resize(1 + below(5));
  for (std::string& name : names) {
    diarization.speakers.push_back({std::move(name), 0, {}, 1});
  }
  double last_s = 0;
  for (std::uint32_t turns = below(20); turns > 0; --turns) {
    const std::int64_t start = below(4'000'000) * (below(8) == 0 ? 1000ULL : 1);
    const std::int64_t length = 1 + below(below(2) == 0 ? 10 : 5'000'000);
    Turn turn;
    turn.start_s = static_cast<double>(start) / 1e6;
    turn.end_s = static_cast<double>(start + length) / 1e6;
    turn.speaker = static_cast<int>(below(static_cast<std::uint32_t>(diarization.speakers.size())));
    turn.channel = 1 + static_cast<int>(below(2));
    turn.confidence = below(3) == 0 ? std::nanf("") : static_cast<float>(below(10001)) / 10000.0F;
    last_s = std::max(last_s, turn.end_s);
    diarization.turns.push_back(turn);
  }
  diarization.duration_s =
      formats::rounded(last_s + (below(2) == 0 ? 0 : static_cast<double>(below(9)) / 8), 6);
  formats::put_in_order(diarization);
  return diarization;
}

}  // namespace diarist::testing
