// Turns and transcripts for tests, and what is in a transcript in a form that compares.
#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "diarist/transcript.hpp"

#include "testing/places.hpp"

namespace diarist::testing {

struct NamedTurn {
  double start_s;
  double end_s;
  std::string speaker;
  float confidence = 1;
  int channel = 1;
};

inline Diarization turns(const std::vector<NamedTurn>& named, const std::string& recording = "r") {
  Diarization diarization;
  diarization.recording = recording;
  for (const NamedTurn& turn : named) {
    int speaker = -1;
    for (std::size_t i = 0; i < diarization.speakers.size(); ++i) {
      if (diarization.speakers[i].name == turn.speaker) speaker = static_cast<int>(i);
    }
    if (speaker < 0) {
      speaker = static_cast<int>(diarization.speakers.size());
      diarization.speakers.push_back({turn.speaker, 0, {}, turn.channel});
    }
    diarization.turns.push_back({turn.start_s, turn.end_s, speaker, turn.confidence, turn.channel});
    diarization.duration_s = std::max(diarization.duration_s, turn.end_s);
  }
  return diarization;
}

/// A segment of words with times, "text start end" each; without words where there are none.
inline TranscriptSegment segment(
    double start_s, double end_s, const std::string& text,
    const std::vector<std::tuple<std::string, double, double>>& words = {}) {
  TranscriptSegment made;
  made.start_s = start_s;
  made.end_s = end_s;
  made.text = text;
  for (const auto& [word, from_s, to_s] : words) {
    TranscriptWord& one = made.words.emplace_back();
    one.text = word;
    one.start_s = from_s;
    one.end_s = to_s;
    one.origin = made.words.size() - 1;
  }
  return made;
}

inline std::string written(const Transcript& transcript, TranscriptFormat format) {
  std::ostringstream out;
  write(out, transcript, format);
  return std::move(out).str();
}

inline std::filesystem::path fixture(const std::string& name) {
  return source_dir() / "tests" / "data" / "transcripts" / name;
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

/// "Ann: Hello there.|Bob: Hi." of a transcript's words.
inline std::string who_said_what(const Transcript& transcript) {
  std::string text;
  std::string speaker = "\n";
  for (const TranscriptSegment& each : transcript.segments) {
    for (const TranscriptWord& word : each.words) {
      if (word.speaker != speaker) {
        text += (text.empty() ? "" : "|") + word.speaker + ":";
        speaker = word.speaker;
      }
      text += word.text;
    }
  }
  return text;
}

/// The conversation of samples/sample.wav, as its reference has the turns.
inline Diarization sample_turns() {
  return turns({{6.69, 7.12, "Diane"},
                {7.55, 8.35, "Sheila"},
                {8.32, 10.02, "Diane"},
                {9.92, 11.03, "Sheila"},
                {10.57, 14.70, "Diane"},
                {14.49, 17.92, "Sheila"},
                {18.05, 21.49, "Diane"},
                {18.15, 18.59, "Sheila"}},
               "sample");
}

}  // namespace diarist::testing
