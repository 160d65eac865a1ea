// Speakers to a whole transcript: which turns are its, and segment by segment who said it.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "transcripts/deciding.hpp"
#include "transcripts/labels.hpp"
#include "transcripts/splitting.hpp"
#include "transcripts/turn_index.hpp"

namespace diarist {
namespace {

using namespace transcripts;

std::set<std::string> recordings_in(const Transcript& transcript) {
  std::set<std::string> names;
  for (const TranscriptSegment& segment : transcript.segments) names.insert(segment.recording);
  return names;
}

std::optional<std::size_t> place_of(const std::string& name,
                                    std::span<const Diarization> diarizations) {
  for (std::size_t i = 0; i < diarizations.size(); ++i) {
    if (diarizations[i].recording == name) return i;
  }
  return std::nullopt;
}

std::string names_of(std::span<const Diarization> diarizations) {
  constexpr std::size_t kMostNames = 10;
  std::string names;
  for (std::size_t i = 0; i < diarizations.size(); ++i) {
    if (i == kMostNames) return names + ", ...";
    names += (i ? ", " : "") + diarizations[i].recording;
  }
  return names;
}

/// The turns of each recording that the transcript names.
std::map<std::string, const Diarization*> turns_of(const Transcript& transcript,
                                                   std::span<const Diarization> diarizations) {
  const std::set<std::string> names = recordings_in(transcript);
  std::map<std::string, const Diarization*> turns;
  for (const std::string& name : names) {
    const auto place = names.size() > 1 ? place_of(name, diarizations)
                                        : matching_recording(transcript, diarizations);
    if (!place) {
      const std::string wanted = name.empty() ? transcript.name : name;
      throw Error(ErrorCode::invalid_argument, transcript.name,
                  "is of recording '" + wanted +
                      "', and there are turns of others only: " + names_of(diarizations),
                  "say whose turns to take: `--recording` on the command line");
    }
    turns[name] = &diarizations[*place];
  }
  return turns;
}

bool has_channels(const Diarization& diarization) {
  return std::any_of(diarization.turns.begin(), diarization.turns.end(), [&](const Turn& turn) {
    return turn.channel != diarization.turns.front().channel;
  });
}

bool holds_labels(TranscriptFormat format) {
  return format == TranscriptFormat::srt || format == TranscriptFormat::vtt;
}

bool is_divided(const TranscriptSegment& segment, SegmentSplit split) {
  return split == SegmentSplit::always || (split == SegmentSplit::untimed && is_untimed(segment));
}

}  // namespace

std::optional<std::size_t> matching_recording(const Transcript& transcript,
                                              std::span<const Diarization> diarizations) {
  if (diarizations.size() == 1) return 0;
  const std::set<std::string> named = recordings_in(transcript);
  std::vector<std::string> candidates(named.begin(), named.end());
  if (candidates.size() > 1) return std::nullopt;
  candidates.push_back(transcript.name);
  candidates.push_back(
      std::filesystem::path(transcript.name).stem().string());  // Of talk.wav.json.
  for (const std::string& name : candidates) {
    if (name.empty()) continue;
    if (const auto place = place_of(name, diarizations)) return place;
  }
  return std::nullopt;
}

Transcript assign_speakers(Transcript transcript, std::span<const Diarization> diarizations,
                           const AssignmentOptions& options) {
  if (!(options.max_gap_s >= 0) || !std::isfinite(options.max_gap_s)) {
    throw Error(ErrorCode::invalid_argument, "max_gap", "is no length of time",
                "give seconds from 0");
  }
  if (diarizations.empty()) {
    throw Error(ErrorCode::invalid_argument, "turns", "are of no recording", "give those of one");
  }
  const auto turns = turns_of(transcript, diarizations);
  std::map<std::pair<const Diarization*, int>, TurnIndex> indices;
  std::vector<TranscriptSegment> segments;
  segments.reserve(transcript.segments.size());
  for (TranscriptSegment& segment : transcript.segments) {
    const Diarization& own = *turns.at(segment.recording);
    const int channel = segment.channel > 0 && has_channels(own) ? segment.channel : 0;
    auto index = indices.find({&own, channel});
    if (index == indices.end()) {
      index = indices.emplace(std::pair(&own, channel), TurnIndex(own, channel)).first;
    }
    if (holds_labels(transcript.format)) remove_label(segment, index->second.names());
    decide(segment, index->second, options.max_gap_s);
    if (is_divided(segment, options.split)) {
      for (TranscriptSegment& part : split_by_speaker(segment)) segments.push_back(std::move(part));
    } else {
      segments.push_back(std::move(segment));
    }
  }
  transcript.segments = std::move(segments);
  if (std::all_of(turns.begin(), turns.end(),
                  [](const auto& each) { return each.second->turns.empty(); }) &&
      !turns.empty()) {
    transcript.notices.emplace_back("nobody speaks in these turns, so nobody is named");
  }
  return transcript;
}

Transcript assign_speakers(Transcript transcript, const Diarization& diarization,
                           const AssignmentOptions& options) {
  return assign_speakers(std::move(transcript), std::span(&diarization, 1), options);
}

}  // namespace diarist
