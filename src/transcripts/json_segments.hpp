// The structure that openai-whisper's JSON has, and after it that of faster-whisper, WhisperX,
// OpenAI's interface and others: segments with text, start, end in seconds, and perhaps words.
#pragma once

#include <string>

#include "diarist/transcript.hpp"

#include "transcripts/json_document.hpp"

namespace diarist::transcripts {

/// Throws Error{malformed}.
Transcript read_segments_json(JsonDocument document, const std::string& name);

}  // namespace diarist::transcripts
