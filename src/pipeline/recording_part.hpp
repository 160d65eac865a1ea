// A part of a recording, analysed: as bytes that may travel, and joined to the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/analysis_cache.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {

struct RecordingPart {
  std::string name;      ///< Of the recording: Diarization::recording.
  std::string content;   ///< content_digest() of the recording,
  std::string settings;  ///< and settings_digest().
  /// In units of kSharedTrunk.cut_frames; to the recording's end where there is none.
  std::int64_t first = 0;
  std::optional<std::int64_t> end;
  AnalysedRecording analysed;  ///< What part_range() has the part own.
};

std::string part_document(const RecordingPart& part);

/// What the parts of a model's analyses have in common.
struct PartShape {
  int speakers;            ///< Local ones, of a window.
  std::size_t dimensions;  ///< Of an embedding.
};

/// Throws Error{malformed} for what is no part of a model of that shape, or is damaged: whatever
/// the bytes are, what comes out can be joined and clustered.
RecordingPart parse_part(std::string_view document, const PartShape& shape);

/// Parts of one recording, in any order: what one stream over all of it finds, bit for bit.
/// Throws Error{invalid_argument} where they are not all of one recording and of `settings`, where
/// one is there twice, and where one is missing.
AnalysedRecording join_parts(std::vector<RecordingPart> parts, const std::string& settings,
                             const PresetParameters& preset);

}  // namespace diarist::pipeline
