// Transcripts that get their speakers.
#include "diarist/transcript.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "diarist/diarist.h"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;
using diarist::TranscriptFormat;

namespace {

diarist_assignment default_assignment() {
  const diarist::AssignmentOptions defaults;
  diarist_assignment assignment{};
  assignment.size = sizeof(assignment);
  assignment.from = DIARIST_TRANSCRIPT_AS_TOLD;
  assignment.to = DIARIST_TRANSCRIPT_AS_TOLD;
  assignment.split = DIARIST_SPLIT_UNTIMED;
  assignment.max_gap_s = defaults.max_gap_s;
  return assignment;
}

/// In the order of their numbers in C.
constexpr std::array kFormats = {
    TranscriptFormat::whisper_cpp, TranscriptFormat::whisper, TranscriptFormat::faster_whisper,
    TranscriptFormat::whisperx,    TranscriptFormat::openai,  TranscriptFormat::srt,
    TranscriptFormat::vtt,         TranscriptFormat::ctm,     TranscriptFormat::txt,
    TranscriptFormat::md,          TranscriptFormat::html};

std::optional<TranscriptFormat> transcript_format_of(const char* name,
                                                     diarist_transcript_format format) {
  if (format == DIARIST_TRANSCRIPT_AS_TOLD) return std::nullopt;
  if (format < 0 || static_cast<std::size_t>(format) >= kFormats.size()) {
    refuse_value(name, format);
  }
  return kFormats[static_cast<std::size_t>(format)];
}

diarist::SegmentSplit split_of(diarist_split split) {
  switch (split) {
    case DIARIST_SPLIT_UNTIMED:
      return diarist::SegmentSplit::untimed;
    case DIARIST_SPLIT_ALWAYS:
      return diarist::SegmentSplit::always;
    case DIARIST_SPLIT_NEVER:
      return diarist::SegmentSplit::never;
    default:
      refuse_value("split", split);
  }
}

}  // namespace

diarist_status diarist_assignment_init(diarist_assignment* assignment, size_t size,
                                       diarist_error** error) {
  return guarded(error,
                 [&] { give(assignment, size, default_assignment(), "diarist_assignment"); });
}

diarist_status diarist_assign(const char* transcript, size_t transcript_bytes, const char* name,
                              const diarist_diarization* diarization,
                              const diarist_assignment* assignment, char* text, size_t capacity,
                              size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    const diarist_assignment given = taken(assignment, default_assignment(), "diarist_assignment");
    const auto from = transcript_format_of("from", given.from);
    const auto to = transcript_format_of("to", given.to);
    const diarist::AssignmentOptions options{split_of(given.split), given.max_gap_s};
    const auto bytes = checked_array(transcript, transcript_bytes, "transcript");
    const std::string file = checked_text(name, "name");
    const auto turns = use(diarization, "diarization");
    const diarist::Transcript assigned = diarist::assign_speakers(
        diarist::parse_transcript(std::string_view(bytes.data(), bytes.size()), file, from), *turns,
        options);
    std::ostringstream out;
    diarist::write(out, assigned, to.value_or(assigned.format));
    fill_text(std::move(out).str(), text, capacity, needed, "text");
  });
}
