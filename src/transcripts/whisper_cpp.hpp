// whisper.cpp's JSON (examples/cli, output_json): `transcription` holds segments with offsets in
// milliseconds and their text, with -ojf also tokens, which are parts of words.
#pragma once

#include <string>

#include "diarist/transcript.hpp"

#include "transcripts/json_document.hpp"

namespace diarist::transcripts {

/// Whether the document has that structure.
bool is_whisper_cpp(const JsonNode& root);

/// Throws Error{malformed}.
Transcript read_whisper_cpp(JsonDocument document, const std::string& name);

}  // namespace diarist::transcripts
