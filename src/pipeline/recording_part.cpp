#include "pipeline/recording_part.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <streambuf>
#include <utility>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"

#include "pipeline/analysis_document.hpp"
#include "pipeline/part_range.hpp"
#include "pipeline/speaker_counter.hpp"

namespace diarist::pipeline {
namespace {

// Changes with the layout of a document.
constexpr std::string_view kTag = "diarist-part 1\n";
constexpr std::int64_t kNoEnd = -1;

/// Bytes that lie elsewhere, to be read.
class BytesBuffer : public std::streambuf {
 public:
  explicit BytesBuffer(std::string_view bytes) {
    char* const first =
        const_cast<char*>(bytes.data());  // a stream's area for reading is not const
    setg(first, first, first + bytes.size());
  }
};

[[noreturn]] void refuse_document(const std::string& problem) {
  throw Error(ErrorCode::malformed, "part", problem, "join what Diarizer::analyse gave");
}

[[noreturn]] void refuse_parts(const std::string& problem, const std::string& advice) {
  throw Error(ErrorCode::invalid_argument, "parts", problem, advice);
}

// Recordings end where parts may last begin; nothing else bounds what bytes may say of times.
constexpr double kMost_s = kMostPartUnits * kPartUnit_s;

bool is_within(const Subsegment& subsegment) {
  return subsegment.first >= 0 && subsegment.first < subsegment.end &&
         static_cast<double>(subsegment.end) * nets::kTrunkFrame_s <= kMost_s + kPartUnit_s;
}

bool fits(const Analysis& analysis, const PartShape& shape) {
  const auto windows = static_cast<std::size_t>(analysis.activity.windows);
  const auto speakers = static_cast<std::size_t>(shape.speakers);
  const std::size_t activity =
      windows * static_cast<std::size_t>(LocalActivity::kFrames) * speakers;
  const Voices& voices = analysis.voices;
  const auto is_flag = [](std::uint8_t value) { return value <= 1; };
  const auto is_finite = [](float value) { return std::isfinite(value); };
  return analysis.activity.speakers == shape.speakers && voices.dimensions == shape.dimensions &&
         analysis.activity.active.size() == activity &&
         analysis.activity.probability.size() == activity &&
         analysis.embeddings.size() == windows * speakers * shape.dimensions &&
         voices.directions.size() == voices.subsegments.size() * shape.dimensions &&
         analysis.trunk.done >= 0 && std::isfinite(analysis.trunk.of) &&
         std::ranges::all_of(analysis.activity.active, is_flag) &&
         std::ranges::all_of(analysis.embeddings, is_finite) &&
         std::ranges::all_of(voices.subsegments, is_within);
}

std::string in_seconds(std::int64_t unit) {
  return std::to_string(unit * static_cast<std::int64_t>(kPartUnit_s)) + " s";
}

void append(Analysis& whole, Analysis part) {
  const auto add = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  whole.activity.windows += part.activity.windows;
  add(whole.activity.active, part.activity.active);
  add(whole.activity.probability, part.activity.probability);
  add(whole.embeddings, part.embeddings);
  add(whole.voices.subsegments, part.voices.subsegments);
  add(whole.voices.directions, part.voices.directions);
  whole.trunk.done += part.trunk.done;
  whole.trunk.of = part.trunk.of;
}

void count_speakers(Analysis& analysis, const PresetParameters& preset) {
  SpeakerCounter counter(preset.step_s, analysis.activity.speakers);
  const std::size_t window = static_cast<std::size_t>(LocalActivity::kFrames) *
                             static_cast<std::size_t>(analysis.activity.speakers);
  for (int w = 0; w < analysis.activity.windows; ++w) {
    counter.add(analysis.activity.active.data() + static_cast<std::size_t>(w) * window);
  }
  counter.finish();
  analysis.counts = counter.counts();
}

void check_together(const std::vector<RecordingPart>& parts, const std::string& settings) {
  if (parts.empty()) refuse_parts("are none", "give all parts of a recording");
  std::int64_t reached = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const RecordingPart& part = parts[i];
    if (part.settings != settings) {
      refuse_parts(
          "were analysed with other options, another model, another version or another "
          "instruction set than they are joined with",
          "give the same options to both, and name the instruction set where machines "
          "differ");
    }
    if (part.content != parts[0].content || part.name != parts[0].name ||
        !std::ranges::equal(part.analysed.streams, parts[0].analysed.streams, {},
                            &AnalysedRecording::Stream::channel,
                            &AnalysedRecording::Stream::channel)) {
      refuse_parts("are of different recordings, or names", "join those of each recording apart");
    }
    if (part.first != reached) {
      refuse_parts(
          part.first > reached
              ? "lack what lies from " + in_seconds(reached) + " to " + in_seconds(part.first)
              : "have what begins at " + in_seconds(part.first) + " more than once",
          "give each part once");
    }
    const bool last = i + 1 == parts.size();
    if (!part.end && !last) {
      refuse_parts("have what begins at " + in_seconds(parts[i + 1].first) + " more than once",
                   "give each part once");
    }
    if (part.end && last) {
      refuse_parts("lack what lies from " + in_seconds(*part.end) + " to the recording's end",
                   "give the part without an end too");
    }
    reached = part.end.value_or(reached);
  }
}

}  // namespace

std::string part_document(const RecordingPart& part) {
  std::ostringstream text;
  AnalysisWriter out(text);
  out.tag(kTag);
  out.text(part.name);
  out.text(part.content);
  out.text(part.settings);
  out.value(part.first);
  out.value(part.end.value_or(kNoEnd));
  out.value(part.analysed.duration_s);
  out.value(static_cast<std::uint64_t>(part.analysed.streams.size()));
  for (const AnalysedRecording::Stream& stream : part.analysed.streams) {
    out.value(static_cast<std::int32_t>(stream.channel));
    out.analysis(stream.analysis);
  }
  out.finish();
  return std::move(text).str();
}

RecordingPart parse_part(std::string_view document, const PartShape& shape) {
  BytesBuffer buffer(document);
  std::istream bytes(&buffer);
  AnalysisReader in(bytes, document.size());
  if (!in.tag(kTag)) refuse_document("is no part of a recording, or of another version");
  RecordingPart part;
  part.name = in.text();
  part.content = in.text();
  part.settings = in.text();
  part.first = in.value<std::int64_t>();
  const auto end = in.value<std::int64_t>();
  if (end != kNoEnd) part.end = end;
  part.analysed.duration_s = in.value<double>();
  const auto streams = in.value<std::uint64_t>();
  if (streams > in.left()) refuse_document("is damaged");
  for (std::uint64_t i = 0; i < streams; ++i) {
    AnalysedRecording::Stream stream;
    stream.channel = in.value<std::int32_t>();
    stream.analysis = in.analysis();
    if (!fits(stream.analysis, shape)) refuse_document("is damaged");
    part.analysed.streams.push_back(std::move(stream));
  }
  const bool ordered = part.first >= 0 && part.first <= kMostPartUnits &&
                       (!part.end || (*part.end > part.first && *part.end <= kMostPartUnits));
  const double duration_s = part.analysed.duration_s;
  if (!in.finish() || !ordered || part.analysed.streams.empty() ||
      !(duration_s >= 0 && duration_s <= kMost_s + kPartUnit_s)) {
    refuse_document("is damaged");
  }
  return part;
}

AnalysedRecording join_parts(std::vector<RecordingPart> parts, const std::string& settings,
                             const PresetParameters& preset) {
  std::ranges::stable_sort(parts, {}, &RecordingPart::first);
  check_together(parts, settings);
  AnalysedRecording whole = std::move(parts[0].analysed);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    AnalysedRecording part = std::move(parts[i].analysed);
    whole.duration_s = part.duration_s;
    for (std::size_t s = 0; s < whole.streams.size(); ++s) {
      append(whole.streams[s].analysis, std::move(part.streams[s].analysis));
    }
  }
  if (!preset.voices) return whole;
  for (AnalysedRecording::Stream& stream : whole.streams) count_speakers(stream.analysis, preset);
  return whole;
}

}  // namespace diarist::pipeline
