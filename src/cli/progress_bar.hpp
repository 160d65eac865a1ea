// One line on a terminal that tells how far a recording has come and how long it will take.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "diarist/run.hpp"

namespace diarist::cli {

/// What the line says: "meeting.wav ━━━━━━──── 43 %  0:12 left", in at most `width` columns.
/// `elapsed_s` since the start; without a known length it tells how much audio is done.
std::string progress_line(std::string_view label, const Progress& progress, double elapsed_s,
                          int width, bool utf8);

/// Draws progress_line() over itself on standard error. Does nothing where `shown` is false.
/// Not safe to share between threads.
class ProgressBar {
 public:
  ProgressBar(std::string label, bool shown);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(const Progress& progress);
  /// Removes the line, so that something else can be written there.
  void clear();

 private:
  std::string label_;
  bool shown_;
  bool utf8_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace diarist::cli
