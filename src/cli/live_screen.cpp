#include "cli/live_screen.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <unistd.h>
#include <utility>

#include "diarist/error.hpp"

#include "cli/output_files.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"

namespace diarist::cli {
namespace {

constexpr double kRedraw_s = 0.1;
constexpr int kLongestName = 24;
// Rows that stay for turns that have settled, what goes on, the axis, and the cursor.
constexpr int kOtherRows = 6;

// Those that are readable on black and on white.
constexpr std::array<const char*, 6> kColours{"\033[36m", "\033[33m", "\033[35m",
                                              "\033[32m", "\033[34m", "\033[31m"};

std::string coloured(const std::string& text, int speaker, const ScreenLook& look) {
  if (!look.colour) return text;
  return kColours[static_cast<std::size_t>(speaker) % kColours.size()] + text + "\033[0m";
}

std::string repeated(int times) {
  return std::string(static_cast<std::size_t>(std::max(times, 0)), ' ');
}

std::string left_in(const std::string& text, int width) {
  return text + repeated(width - columns(text));
}

std::string right_in(const std::string& text, int width) {
  return repeated(width - columns(text)) + text;
}

// "1:02:03.4"
std::string tenths(double seconds) {
  const double whole = std::floor(seconds * 10 + 0.5) / 10;
  const auto tenth = static_cast<int>(std::floor((whole - std::floor(whole)) * 10 + 0.5)) % 10;
  return clock_time(std::floor(whole + 1e-6)) + "." + std::to_string(tenth);
}

std::string head_line(const LivePicture& picture, const ScreenLook& look) {
  std::string now;
  for (const int speaker : picture.speaking) {
    now += (now.empty() ? "" : ", ") + picture.speakers[static_cast<std::size_t>(speaker)];
  }
  if (!picture.notice.empty()) {
    now = picture.notice;
  } else {
    now = now.empty() ? "nobody speaks" : "now " + now;
  }
  const std::string tail = "  " + clock_time(picture.heard_s) + "  " + now;
  const int room = look.width - 1 - columns(tail);
  if (room < 4) return shortened(tail, look.width - 1, look.utf8);
  return shortened(picture.title, room, look.utf8) + tail;
}

// Indices of those who get a lane.
std::vector<int> shown_speakers(const LivePicture& picture, int most) {
  std::vector<int> shown;
  for (std::size_t i = 0; i < picture.speakers.size(); ++i) shown.push_back(static_cast<int>(i));
  if (static_cast<int>(shown.size()) <= most) return shown;
  const auto last = [&](int speaker) { return picture.last_s[static_cast<std::size_t>(speaker)]; };
  std::stable_sort(shown.begin(), shown.end(), [&](int a, int b) { return last(a) > last(b); });
  shown.resize(static_cast<std::size_t>(most));
  std::sort(shown.begin(), shown.end());
  return shown;
}

// As a recording of a minute, so that timeline() draws it.
Diarization last_minute(const LivePicture& picture) {
  const double from_s = picture.heard_s - kShown_s;
  Diarization minute;
  minute.duration_s = kShown_s;
  for (const LiveTurn& turn : picture.turns) {
    if (turn.end_s <= from_s) continue;
    minute.turns.push_back({std::max(turn.start_s - from_s, 0.0),
                            std::min(turn.end_s - from_s, minute.duration_s), turn.speaker,
                            turn.confidence, 1});
  }
  return minute;
}

}  // namespace

std::string live_picture(const LivePicture& picture, const ScreenLook& look) {
  constexpr int kFewestCells = 10;
  std::string text = head_line(picture, look) + "\n";
  const std::vector<int> shown = shown_speakers(picture, std::max(look.height - kOtherRows, 1));
  std::vector<std::string> names;
  int name_width = 0;
  for (const int speaker : shown) {
    names.push_back(
        shortened(picture.speakers[static_cast<std::size_t>(speaker)], kLongestName, look.utf8));
    name_width = std::max(name_width, columns(names.back()));
  }
  const int cells = look.width - 1 - name_width - 6;  // margin, mark, gaps and bars
  if (shown.empty() || cells < kFewestCells) return text;
  const Diarization minute = last_minute(picture);
  const std::string bar = look.utf8 ? "│" : "|";
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const int speaker = shown[i];
    const bool speaks =
        std::binary_search(picture.speaking.begin(), picture.speaking.end(), speaker);
    const std::string mark = !speaks ? " " : look.utf8 ? "▶" : ">";
    text += " " + mark + " " + coloured(left_in(names[i], name_width), speaker, look) + " " + bar +
            coloured(timeline(minute, speaker, cells, look.utf8), speaker, look) + bar + "\n";
  }
  const std::string from = "1 min ago";
  const std::string to = "now";
  const int gap = cells - columns(from) - columns(to);
  text +=
      repeated(name_width + 5) + (gap > 0 ? from + repeated(gap) + to : right_in(to, cells)) + "\n";
  return text;
}

std::string settled_line(const LiveTurn& turn, const ScreenLook& look) {
  constexpr int kTimeWidth = 10;
  const bool heading = turn.speaker < 0;
  const std::string times = right_in(heading ? "start" : tenths(turn.start_s), kTimeWidth) +
                            right_in(heading ? "end" : tenths(turn.end_s), kTimeWidth) + "  ";
  const std::string name = shortened(heading ? "speaker" : turn.name,
                                     std::max(look.width - 1 - columns(times), 4), look.utf8);
  return times + (heading ? name : coloured(name, turn.speaker, look)) + "\n";
}

LiveScreen::LiveScreen(SettledTurns turns, std::string title) : settled_(std::move(turns)) {
  picture_.title = printable(title, locale_is_utf8());
}

LiveScreen::~LiveScreen() {
  try {
    clear();
  } catch (const Error&) {  // There is no terminal any more.
  }
}

ScreenLook LiveScreen::look() const {
  return {terminal_width(STDOUT_FILENO), terminal_height(STDOUT_FILENO), locale_is_utf8(),
          wants_colour(STDOUT_FILENO)};
}

void LiveScreen::heed(const StreamEvent& event) {
  settled_.take(event);
  const auto speaker = static_cast<std::size_t>(event.speaker);
  if (speaker >= picture_.speakers.size()) {
    picture_.speakers.resize(speaker + 1);
    picture_.last_s.resize(speaker + 1, 0);
  }
  picture_.speakers[speaker] = printable(event.name, locale_is_utf8());
  if (event.turn == 0) return;  // it is about a speaker
  if (event.end_s <= event.start_s) {
    recent_.erase(event.turn);
    open_.erase(event.turn);
    return;
  }
  recent_[event.turn] = {event.turn, event.start_s,   event.end_s, event.speaker,
                         {},         event.confidence};
  picture_.last_s[speaker] = std::max(picture_.last_s[speaker], event.end_s);
  if (event.kind == StreamEvent::Kind::turn_ended) {
    open_.erase(event.turn);
  } else if (event.kind != StreamEvent::Kind::turn_revised || open_.contains(event.turn)) {
    open_[event.turn] = event.speaker;  // One that is revised after its end stays ended.
  }
}

void LiveScreen::add_settled(std::span<const LiveTurn> turns) {
  const ScreenLook now = look();
  for (LiveTurn turn : turns) {
    if (!std::exchange(headed_, true)) {
      LiveTurn heading;
      heading.speaker = -1;
      pending_ += settled_line(heading, now);
    }
    turn.name = printable(turn.name, now.utf8);
    pending_ += settled_line(turn, now);
  }
}

void LiveScreen::take(std::span<const StreamEvent> events, double heard_s) {
  for (const StreamEvent& event : events) heed(event);
  add_settled(settled_.settled(heard_s));
  picture_.heard_s = heard_s;
  if (drawn_at_s_ >= 0 && wall_.seconds() - drawn_at_s_ < kRedraw_s) return;
  draw();
}

void LiveScreen::end(std::span<const StreamEvent> events, double heard_s) {
  for (const StreamEvent& event : events) heed(event);
  add_settled(settled_.rest());
  picture_.heard_s = heard_s;
  const std::string text = erased() + std::exchange(pending_, {});
  write_standard_output(text + (headed_ ? "\n" : ""));
}

void LiveScreen::clear() { write_standard_output(erased()); }

void LiveScreen::say(std::string_view text) {
  picture_.notice = text;
  draw();
}

std::string LiveScreen::erased() {
  if (drawn_rows_ == 0) return {};
  return "\r\033[" + std::to_string(std::exchange(drawn_rows_, 0)) + "A\033[J";
}

void LiveScreen::draw() {
  picture_.turns.clear();
  for (auto at = recent_.begin(); at != recent_.end();) {
    if (at->second.end_s < picture_.heard_s - kShown_s) {
      at = recent_.erase(at);
    } else {
      picture_.turns.push_back((at++)->second);
    }
  }
  picture_.speaking.clear();
  for (const auto& [turn, speaker] : open_) picture_.speaking.push_back(speaker);
  std::sort(picture_.speaking.begin(), picture_.speaking.end());
  const auto repeats = std::unique(picture_.speaking.begin(), picture_.speaking.end());
  picture_.speaking.erase(repeats, picture_.speaking.end());

  const std::string picture = live_picture(picture_, look());
  const std::string before = erased() + std::exchange(pending_, {});
  write_standard_output(before + picture);
  drawn_rows_ = static_cast<int>(std::count(picture.begin(), picture.end(), '\n'));
  drawn_at_s_ = wall_.seconds();
}

}  // namespace diarist::cli
