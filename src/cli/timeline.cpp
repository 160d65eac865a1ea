#include "cli/timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

constexpr std::array<std::string_view, 9> kBlocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 5> kAscii{" ", ".", ":", "+", "#"};

std::string padded(std::string text, int width) {
  text.append(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ');
  return text;
}

std::string plural(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  char text[128];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// "0:00" at the left end, the duration at the right.
std::string axis(double duration_s, int cells) {
  const std::string from = clock_time(0);
  const std::string to = clock_time(duration_s);
  const int gap = cells - columns(from) - columns(to);
  return gap < 1 ? to : from + std::string(static_cast<std::size_t>(gap), ' ') + to;
}

}  // namespace

std::string timeline(const Diarization& diarization, int speaker, int cells, bool utf8) {
  std::vector<double> spoken_s(static_cast<std::size_t>(std::max(cells, 0)), 0.0);
  const double cell_s = diarization.duration_s / cells;
  if (!(cell_s > 0)) return {};
  for (const Turn& turn : diarization.turns) {
    if (turn.speaker != speaker) continue;
    const int first = std::clamp(static_cast<int>(turn.start_s / cell_s), 0, cells - 1);
    const int last = std::clamp(static_cast<int>(turn.end_s / cell_s), 0, cells - 1);
    for (int cell = first; cell <= last; ++cell) {
      const double from = std::max(turn.start_s, cell * cell_s);
      const double to = std::min(turn.end_s, (cell + 1) * cell_s);
      spoken_s[static_cast<std::size_t>(cell)] += std::max(to - from, 0.0);
    }
  }
  const std::span<const std::string_view> levels =
      utf8 ? std::span<const std::string_view>(kBlocks) : std::span<const std::string_view>(kAscii);
  const auto highest = static_cast<double>(levels.size() - 1);
  // Rounding noise at a cell's edge is not speech.
  constexpr double kSpeech = 1e-6;
  std::string line;
  for (const double seconds : spoken_s) {
    const double share = std::min(seconds / cell_s, 1.0);
    const double level = share > kSpeech ? std::max(std::round(share * highest), 1.0) : 0.0;
    line += levels[static_cast<std::size_t>(level)];
  }
  return line;
}

std::string summary(const Diarization& diarization, const std::string& title, int width,
                    bool utf8) {
  constexpr int kShortestTimeline = 10;
  std::string text = title + ": " + clock_time(diarization.duration_s) + ", ";
  if (diarization.turns.empty()) return text + "nobody speaks\n";
  text += plural(diarization.speakers.size(), "speaker") + ", " +
          plural(diarization.turns.size(), "turn");
  if (diarization.statistics.real_time_factor > 0) {
    text += formatted(", %.1f times real time", diarization.statistics.real_time_factor);
  }
  text += "\n\n";

  int name_width = columns("speaker");
  std::vector<std::size_t> turns(diarization.speakers.size(), 0);
  for (const Speaker& speaker : diarization.speakers) {
    name_width = std::max(name_width, columns(speaker.name));
  }
  for (const Turn& turn : diarization.turns) ++turns[static_cast<std::size_t>(turn.speaker)];

  text += "  " + padded("speaker", name_width) + "   turns      time   share\n";
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const Speaker& speaker = diarization.speakers[i];
    const double share = diarization.duration_s > 0 ? speaker.total_s / diarization.duration_s : 0;
    text += "  " + padded(speaker.name, name_width) +
            formatted("  %6zu  %8s  %4.0f %%\n", turns[i], clock_time(speaker.total_s).c_str(),
                      share * 100);
  }

  const int cells = width - name_width - 6;  // two of margin, two of gap, two bars
  if (cells < kShortestTimeline) return text;
  const std::string_view bar = utf8 ? "│" : "|";
  text += "\n";
  for (std::size_t i = 0; i < turns.size(); ++i) {
    text += "  " + padded(diarization.speakers[i].name, name_width) + " ";
    text += bar;
    text += timeline(diarization, static_cast<int>(i), cells, utf8);
    text += bar;
    text += "\n";
  }
  text += std::string(static_cast<std::size_t>(name_width + 4), ' ') +
          axis(diarization.duration_s, cells) + "\n";
  return text;
}

}  // namespace diarist::cli
