#include "cli/voice_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

constexpr const char* kVoicesSchema = "diarist.speakers";
constexpr const char* kScoresSchema = "diarist.voice_scores";
constexpr int kSchemaVersion = 1;

/// "2026-11-28T21:55:47Z".
std::string iso_time(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&time, &parts) == nullptr) return "?";
  const std::size_t written = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), written};
}

std::string day(std::int64_t seconds) { return iso_time(seconds).substr(0, 10); }

std::string decimal(double value, const char* format) {
  std::array<char, 352> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string seconds_of(double value) { return decimal(value, "%.1f"); }

double speech_of(const KnownVoice& voice) {
  double sum_s = 0;
  for (const VoiceSession& session : voice.sessions) sum_s += session.sample.speech_s;
  return sum_s;
}

std::int64_t last_added(const KnownVoice& voice) {
  std::int64_t last = 0;
  for (const VoiceSession& session : voice.sessions) last = std::max(last, session.added);
  return last;
}

/// The columns in `right` are numbers, and stand to the right.
std::string table(const std::vector<Row>& rows, const std::vector<bool>& right) {
  std::vector<int> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blank(static_cast<std::size_t>(widths[i] - columns(row[i])), ' ');
      line += (i ? "  " : "") + (right[i] ? blank + row[i] : row[i] + blank);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string shown(const std::string& text) { return printable(text, locale_is_utf8()); }

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string voice_table(std::span<const KnownVoice> voices) {
  std::vector<Row> rows = {{"name", "sessions", "speech s", "last"}};
  for (const KnownVoice& voice : voices) {
    rows.push_back({shown(voice.name), std::to_string(voice.sessions.size()),
                    seconds_of(speech_of(voice)), day(last_added(voice))});
  }
  return table(rows, {false, true, true, false});
}

std::string session_table(const KnownVoice& voice) {
  std::vector<Row> rows = {{"recording", "speech s", "added", "by"}};
  for (const VoiceSession& session : voice.sessions) {
    rows.push_back({shown(session.sample.source), seconds_of(session.sample.speech_s),
                    day(session.added), session.remembered ? "remembering" : "enrolment"});
  }
  return shown(voice.name) + (voice.named ? "" : " (nobody has named this voice)") + "\n\n" +
         table(rows, {false, true, false, false});
}

std::string voices_json(std::span<const KnownVoice> voices,
                        const std::optional<VoiceSpace>& space) {
  Json list = Json::array();
  for (const KnownVoice& voice : voices) {
    Json sessions = Json::array();
    for (const VoiceSession& session : voice.sessions) {
      sessions.push_back({{"recording", session.sample.source},
                          {"speech", rounded(session.sample.speech_s)},
                          {"added", iso_time(session.added)},
                          {"remembered", session.remembered},
                          {"digest", session.digest}});
    }
    list.push_back({{"name", voice.name},
                    {"named", voice.named},
                    {"speech", rounded(speech_of(voice))},
                    {"sessions", sessions}});
  }
  Json pack = nullptr;
  if (space) pack = {{"name", space->pack}, {"digest", space->digest}};
  return dumped(
      {{"schema", kVoicesSchema}, {"version", kSchemaVersion}, {"pack", pack}, {"voices", list}});
}

std::string score_table(const Diarization& diarization, std::span<const VoiceScore> scores) {
  std::vector<Row> rows = {{"speaker", "voice", "score"}};
  for (const VoiceScore& each : scores) {
    rows.push_back({shown(diarization.speakers[static_cast<std::size_t>(each.speaker)].name),
                    shown(each.voice), decimal(each.score, "%.2f")});
  }
  return table(rows, {false, false, true});
}

std::string scores_json(const Diarization& diarization, std::span<const VoiceScore> scores) {
  Json list = Json::array();
  for (const VoiceScore& each : scores) {
    list.push_back({{"speaker", diarization.speakers[static_cast<std::size_t>(each.speaker)].name},
                    {"voice", each.voice},
                    {"score", rounded(each.score)}});
  }
  return dumped({{"schema", kScoresSchema},
                 {"version", kSchemaVersion},
                 {"recording", diarization.recording},
                 {"scores", list}});
}

}  // namespace diarist::cli
