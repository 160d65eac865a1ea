#include "report/page_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "diarist/version.hpp"

#include "formats/format_registry.hpp"
#include "formats/unicode.hpp"
#include "report/base64.hpp"
#include "report/comparison.hpp"

namespace diarist::report {
namespace {

using Json = nlohmann::ordered_json;
using formats::valid_utf8;

/// Ten-thousandths, as many decimals as the formats hold of a confidence.
constexpr double kConfidenceScale = 10000;
/// Seconds of errors: a microsecond, as in `diarist score --json`.
constexpr double kSecondsScale = 1e6;

std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

double rounded(double seconds) { return std::round(seconds * kSecondsScale) / kSecondsScale; }

/// Turns as columns. What lasts less than a microsecond lasts one.
Json columns(const std::vector<Turn>& turns, int speakers, bool with_confidence) {
  Json start = Json::array();
  Json end = Json::array();
  Json speaker = Json::array();
  Json confidence = Json::array();
  Json channel = Json::array();
  for (const Turn& turn : turns) {
    const std::int64_t from = microseconds(turn.start_s);
    start.push_back(from);
    end.push_back(std::max(from + 1, microseconds(turn.end_s)));
    // An index outside of the list is the one who is appended to it.
    speaker.push_back(turn.speaker >= 0 && turn.speaker < speakers ? turn.speaker : speakers);
    confidence.push_back(
        std::isnan(turn.confidence)
            ? Json(nullptr)
            : Json(std::lround(static_cast<double>(turn.confidence) * kConfidenceScale)));
    channel.push_back(turn.channel);
  }
  Json json = {{"start", start}, {"end", end}, {"speaker", speaker}};
  if (with_confidence) json["confidence"] = confidence;
  const auto off_first = [](const Turn& turn) { return turn.channel != 1; };
  if (std::any_of(turns.begin(), turns.end(), off_first)) json["channel"] = channel;
  return json;
}

Json speakers_json(const Diarization& diarization) {
  Json json = Json::array();
  for (const Speaker& speaker : diarization.speakers) {
    json.push_back({{"name", valid_utf8(speaker.name)}, {"channel", speaker.channel}});
  }
  const auto count = static_cast<int>(diarization.speakers.size());
  const auto unknown = [count](const Turn& turn) {
    return turn.speaker < 0 || turn.speaker >= count;
  };
  if (std::any_of(diarization.turns.begin(), diarization.turns.end(), unknown)) {
    json.push_back({{"name", std::string(formats::speaker_name(diarization, -1))}, {"channel", 1}});
  }
  return json;
}

Json waveform_json(const ReportAudio& audio) {
  Json channels = Json::array();
  for (const ReportWaveform& waveform : audio.waveforms) {
    channels.push_back({{"channel", waveform.channel}, {"data", base64(waveform.bins)}});
  }
  return {{"bins_per_s", audio.bins_per_s},
          {"peak", rounded(static_cast<double>(audio.peak))},
          {"channels", channels}};
}

Json stretches_json(const ErrorStretches& stretches) {
  Json start = Json::array();
  Json end = Json::array();
  for (const MicrosecondStretch& stretch : stretches) {
    start.push_back(stretch.start);
    end.push_back(stretch.end);
  }
  return {{"start", start}, {"end", end}};
}

Json by_stretch_json(const Comparison& comparison) {
  Json total = Json::array();
  Json miss = Json::array();
  Json false_alarm = Json::array();
  Json confusion = Json::array();
  for (const StretchErrors& stretch : comparison.by_stretch) {
    total.push_back(rounded(stretch.total_s));
    miss.push_back(rounded(stretch.miss_s));
    false_alarm.push_back(rounded(stretch.false_alarm_s));
    confusion.push_back(rounded(stretch.confusion_s));
  }
  return {{"step", microseconds(comparison.step_s)},
          {"total", total},
          {"miss", miss},
          {"false_alarm", false_alarm},
          {"confusion", confusion}};
}

Json name_or_null(const std::optional<std::string>& name) {
  return name ? Json(valid_utf8(*name)) : Json(nullptr);
}

Json by_speaker_json(const Comparison& comparison) {
  Json rows = Json::array();
  for (const scoring::SpeakerErrors& row : comparison.explanation.speakers) {
    rows.push_back({{"reference", name_or_null(row.reference)},
                    {"hypothesis", name_or_null(row.hypothesis)},
                    {"total", rounded(row.total_s)},
                    {"miss", rounded(row.miss_s)},
                    {"false_alarm", rounded(row.false_alarm_s)},
                    {"confusion", rounded(row.confusion_s)}});
  }
  return rows;
}

/// The reference's turns and speakers, and the place of each one's partner among the turns' own.
std::pair<Json, Json> reference_turns(const Annotation& reference, const Comparison& comparison,
                                      const Diarization& diarization) {
  std::map<std::string, int> places;
  std::vector<Turn> turns;
  Json speakers = Json::array();
  for (const scoring::SpeakerErrors& row : comparison.explanation.speakers) {
    if (!row.reference) continue;
    Json mapped = nullptr;
    for (std::size_t i = 0; i < diarization.speakers.size() && mapped.is_null(); ++i) {
      if (row.hypothesis && diarization.speakers[i].name == *row.hypothesis) mapped = i;
    }
    places.emplace(*row.reference, static_cast<int>(places.size()));
    speakers.push_back({{"name", valid_utf8(*row.reference)}, {"mapped", mapped}});
  }
  for (const Segment& segment : reference.segments) {
    if (!(segment.end_s > segment.start_s)) continue;
    turns.push_back({segment.start_s, segment.end_s, places.at(segment.label), 0, 1});
  }
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.start_s < b.start_s; });
  return {speakers, columns(turns, static_cast<int>(places.size()), false)};
}

Json reference_json(const Annotation& reference, const Diarization& diarization,
                    const ScoringOptions& options) {
  const Comparison comparison = compare(reference, diarization, options);
  const Score& score = comparison.explanation.score;
  auto [speakers, turns] = reference_turns(reference, comparison, diarization);
  return {{"speakers", std::move(speakers)},
          {"turns", std::move(turns)},
          {"collar", options.collar_s},
          {"skip_overlap", options.skip_overlap},
          {"score",
           {{"total", rounded(score.total_s)},
            {"miss", rounded(score.miss_s)},
            {"false_alarm", rounded(score.false_alarm_s)},
            {"confusion", rounded(score.confusion_s)},
            {"jer", rounded(score.jer())}}},
          {"by_speaker", by_speaker_json(comparison)},
          {"by_stretch", by_stretch_json(comparison)},
          {"errors",
           {{"miss", stretches_json(comparison.miss)},
            {"false_alarm", stretches_json(comparison.false_alarm)},
            {"confusion", stretches_json(comparison.confusion)}}}};
}

/// Words in milliseconds, how long after the segment's start and how long they last: half of a page
/// may be words. Joined they are the segment's text.
void put_words(Json& json, const TranscriptSegment& segment) {
  Json words = Json::array();
  Json at = Json::array();
  Json duration = Json::array();
  const auto milliseconds = [&segment](double seconds) {
    return std::llround((seconds - segment.start_s) * 1e3);
  };
  for (const TranscriptWord& word : segment.words) {
    words.push_back(valid_utf8(word.text));
    const std::int64_t from = milliseconds(word.start_s);
    at.push_back(from);
    duration.push_back(milliseconds(word.end_s) - from);
  }
  json["words"] = std::move(words);
  json["at_ms"] = std::move(at);
  json["for_ms"] = std::move(duration);
}

Json transcript_json(const Transcript& transcript) {
  std::vector<const TranscriptSegment*> in_time;
  in_time.reserve(transcript.segments.size());
  for (const TranscriptSegment& segment : transcript.segments) in_time.push_back(&segment);
  std::stable_sort(in_time.begin(), in_time.end(),
                   [](const auto* a, const auto* b) { return a->start_s < b->start_s; });
  Json segments = Json::array();
  for (const TranscriptSegment* segment : in_time) {
    if (segment->words.empty()) continue;  // Nothing is said in it.
    Json& json = segments.emplace_back(
        Json{{"start", microseconds(segment->start_s)},
             {"end", microseconds(segment->end_s)},
             {"speaker",
              segment->speaker.empty() ? Json(nullptr) : Json(valid_utf8(segment->speaker))}});
    put_words(json, *segment);
  }
  return {{"segments", segments}};
}

double length_s(const Diarization& diarization, const ReportOptions& options) {
  double length_s = diarization.duration_s;
  if (options.audio) length_s = std::max(length_s, options.audio->duration_s);
  for (const Turn& turn : diarization.turns) length_s = std::max(length_s, turn.end_s);
  return length_s;
}

}  // namespace

std::string page_data(const Diarization& diarization, const ReportOptions& options) {
  const std::string recording = valid_utf8(diarization.recording);
  Json notices = Json::array();
  for (const std::string& notice : diarization.notices) notices.push_back(valid_utf8(notice));
  Json json = {
      {"schema", kReportSchema},
      {"version", kReportVersion},
      {"diarist", DIARIST_VERSION},
      {"title", options.title.empty() ? recording : valid_utf8(options.title)},
      {"recording", recording},
      {"duration", microseconds(length_s(diarization, options))},
      {"notices", notices},
      {"speakers", speakers_json(diarization)},
      {"turns", columns(diarization.turns, static_cast<int>(diarization.speakers.size()), true)}};
  if (options.audio) {
    json["file"] = valid_utf8(options.audio->file);
    if (!options.audio->waveforms.empty()) json["waveform"] = waveform_json(*options.audio);
  }
  if (options.reference) {
    json["reference"] = reference_json(*options.reference, diarization, options.scoring);
  }
  if (options.transcript) json["transcript"] = transcript_json(*options.transcript);

  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  // '<' stands within strings only.
  for (const char c : text) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

}  // namespace diarist::report
