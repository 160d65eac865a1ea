#include "formats/turn_list.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <numeric>
#include <system_error>
#include <tuple>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/format_registry.hpp"
#include "formats/lines.hpp"

namespace diarist::formats {
namespace {

/// Thirty years: microseconds of it are whole numbers that a double holds.
constexpr double kMostSeconds = 1e9;
/// A year of talk without a pause has fewer; more are not meant to be turns.
constexpr std::size_t kMostTurns = std::size_t{1} << 22;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::optional<int> channel_number(std::string_view text) {
  if (text.empty() || text == "NA" || text == "<NA>" || text == "-") return 1;
  if (text.size() == 1 && is_letter(text.front())) return (text.front() | 0x20) - 'a' + 1;
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < 1) return std::nullopt;
  return number;
}

std::string name_of_file(const std::string& file) {
  const std::filesystem::path path(file);
  std::string name = path.filename().string();
  const auto format = file_format_of_ending(path);
  if (!format) return path.stem().string();
  for (const std::string_view ending : row_of(*format).endings) {
    if (ending.empty() || name.size() <= ending.size()) continue;
    // Its own ending, which may hold a dot, whatever its case is.
    if (name[name.size() - ending.size() - 1] == '.' &&
        file_format_of_ending("x." + name.substr(name.size() - ending.size())) == format) {
      return name.substr(0, name.size() - ending.size() - 1);
    }
  }
  return path.stem().string();
}

TurnList::TurnList(std::string file) : file_(std::move(file)), recording_(name_of_file(file_)) {}

TurnList::Found& TurnList::found(std::string_view recording) {
  auto known = index_.find(recording);
  if (known == index_.end()) {
    known = index_.emplace(std::string(recording), found_.size()).first;
    found_.emplace_back().diarization.recording = recording;
  }
  return found_[known->second];
}

void TurnList::check_seconds(std::size_t line, double seconds) const {
  if (!(seconds >= 0) || !(seconds <= kMostSeconds)) {
    refuse_line(file_, line, "has a time that is negative or beyond 10^9 s, expected seconds");
  }
}

void TurnList::add(std::size_t line, std::string_view recording, const FoundTurn& turn) {
  check_seconds(line, turn.start_s);
  check_seconds(line, turn.end_s);
  if (turn.end_s < turn.start_s) {
    refuse_line(file_, line, "has a turn that ends before it starts, expected an end after it");
  }
  if (++turns_ > kMostTurns) {
    refuse_line(file_, line,
                "holds turn " + std::to_string(turns_) + ", expected at most " +
                    std::to_string(kMostTurns));
  }
  Found& of = found(recording);
  if (turn.end_s == turn.start_s) {
    ++of.without_length;
    return;
  }
  auto known = of.speakers.find(turn.speaker);
  if (known == of.speakers.end()) {
    known =
        of.speakers
            .emplace(std::string(turn.speaker), static_cast<int>(of.diarization.speakers.size()))
            .first;
    of.diarization.speakers.push_back({std::string(turn.speaker), 0, {}, turn.channel});
  }
  of.diarization.turns.push_back(
      {turn.start_s, turn.end_s, known->second, turn.confidence, turn.channel});
  of.diarization.duration_s = std::max(of.diarization.duration_s, turn.end_s);
}

void TurnList::set_duration(std::size_t line, double duration_s) {
  check_seconds(line, duration_s);
  Diarization& diarization = found(recording_).diarization;
  diarization.duration_s = std::max(diarization.duration_s, duration_s);
}

void TurnList::notice(std::string_view recording, const std::string& sentence) {
  auto& notices = found(recording).diarization.notices;
  if (std::find(notices.begin(), notices.end(), sentence) == notices.end()) {
    notices.push_back(sentence);
  }
}

std::vector<Diarization> TurnList::take() {
  if (found_.empty()) found(recording_);
  std::vector<Diarization> diarizations;
  for (Found& each : found_) {
    put_in_order(each.diarization);
    if (each.without_length > 0) {
      each.diarization.notices.push_back(std::to_string(each.without_length) +
                                         " without length left out: points are no turns");
    }
    diarizations.push_back(std::move(each.diarization));
  }
  return diarizations;
}

void put_in_order(Diarization& diarization) {
  std::vector<Turn>& turns = diarization.turns;
  std::stable_sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
    return std::tie(a.start_s, a.end_s) < std::tie(b.start_s, b.end_s);
  });
  std::vector<int> place(diarization.speakers.size(), -1);
  std::vector<Speaker> speakers;
  for (Turn& turn : turns) {
    int& at = place[static_cast<std::size_t>(turn.speaker)];
    if (at < 0) {
      at = static_cast<int>(speakers.size());
      speakers.push_back(std::move(diarization.speakers[static_cast<std::size_t>(turn.speaker)]));
      speakers.back().total_s = 0;
      speakers.back().channel = turn.channel;
    }
    turn.speaker = at;
    speakers[static_cast<std::size_t>(at)].total_s += turn.end_s - turn.start_s;
  }
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (place[i] < 0) speakers.push_back(std::move(diarization.speakers[i]));
  }
  diarization.speakers = std::move(speakers);
  std::stable_sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
    return std::tie(a.start_s, a.end_s, a.speaker) < std::tie(b.start_s, b.end_s, b.speaker);
  });
}

}  // namespace diarist::formats
