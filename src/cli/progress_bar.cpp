#include "cli/progress_bar.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>
#include <utility>

#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

std::string progress_line(std::string_view label, const Progress& progress, double elapsed_s,
                          int width, bool utf8) {
  constexpr int kShortestBar = 10;
  constexpr int kLongestBar = 40;
  // The first moments of a run say little about its speed.
  constexpr double kEnoughToTell_s = 0.5;

  std::string tail;
  double share = 0;
  if (progress.total_s > 0) {
    share = std::clamp(progress.done_s / progress.total_s, 0.0, 1.0);
    char percent[16];
    std::snprintf(percent, sizeof percent, " %3d %%", static_cast<int>(share * 100));
    tail = percent;
    if (share > 0 && elapsed_s >= kEnoughToTell_s) {
      tail += "  " + clock_time(elapsed_s * (1 - share) / share) + " left";
    }
  } else {
    tail = "  " + clock_time(progress.done_s) + " done";
  }

  // A column stays free: terminals wrap when the last one is written.
  const int room = width - 1 - columns(tail);
  if (progress.total_s <= 0) return shortened(label, std::max(room, 4), utf8) + tail;
  const std::string name = shortened(label, std::max(room - 1 - kShortestBar, 4), utf8);
  const int bar = std::min(room - 1 - columns(name), kLongestBar);
  if (bar < kShortestBar) return name + tail;
  const int filled = static_cast<int>(share * bar);
  return name + " " + repeated(utf8 ? "━" : "#", filled) +
         repeated(utf8 ? "─" : "-", bar - filled) + tail;
}

ProgressBar::ProgressBar(std::string label, bool shown)
    : label_(std::move(label)),
      shown_(shown && is_terminal(STDERR_FILENO)),
      utf8_(locale_is_utf8()),
      start_(std::chrono::steady_clock::now()) {
  label_ = printable(label_, utf8_);
}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::update(const Progress& progress) {
  if (!shown_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const std::string line =
      progress_line(label_, progress, elapsed.count(), terminal_width(STDERR_FILENO), utf8_);
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace diarist::cli
