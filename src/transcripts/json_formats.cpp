// The five kinds of JSON, told apart once a document is read, and WhisperX's made of any
// transcript: it is the one of them that has a place for speakers.
#include <string>
#include <string_view>
#include <utility>

#include "formats/lines.hpp"
#include "transcripts/json_document.hpp"
#include "transcripts/json_fields.hpp"
#include "transcripts/json_segments.hpp"
#include "transcripts/transcript_registry.hpp"
#include "transcripts/whisper_cpp.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

bool recognizes_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

Transcript read_whisper_cpp_file(std::string_view text, const std::string& name) {
  JsonDocument document = parse_json(text, name);
  if (!is_whisper_cpp(document.root)) {
    formats::refuse_line(name, document.root.line,
                         "has no array 'transcription', as whisper.cpp writes it",
                         "is it of another tool?");
  }
  return read_whisper_cpp(std::move(document), name);
}

template <TranscriptFormat format>
Transcript read_segments_file(std::string_view text, const std::string& name) {
  JsonDocument document = parse_json(text, name);
  if (is_whisper_cpp(document.root)) {
    formats::refuse_line(name, document.root.line,
                         "is of whisper.cpp, expected an array 'segments'",
                         "read it as whisper.cpp");
  }
  Transcript transcript = read_segments_json(std::move(document), name);
  transcript.format = format;
  return transcript;
}

JsonNode word_node(const TranscriptWord& word) {
  JsonNode node = json_object();
  node.set("word", json_string(in_one_line(word.text)));
  if (word.timed) {
    node.set("start", seconds_node(word.start_s));
    node.set("end", seconds_node(word.end_s));
  }
  put_speaker(node, word.speaker, word.confidence);
  return node;
}

std::string write_whisperx(const Transcript& transcript) {
  JsonDocument document;
  JsonNode segments = json_array();
  JsonNode all_words = json_array();
  for (const TranscriptSegment& segment : transcript.segments) {
    JsonNode words = json_array();
    for (const TranscriptWord& word : segment.words) words.items.push_back(word_node(word));
    all_words.items.insert(all_words.items.end(), words.items.begin(), words.items.end());
    JsonNode node = json_object();
    node.set("start", seconds_node(segment.start_s));
    node.set("end", seconds_node(segment.end_s));
    node.set("text", json_string(segment.text));
    node.set("words", std::move(words));
    put_speaker(node, segment.speaker, segment.confidence);
    segments.items.push_back(std::move(node));
  }
  document.root = json_object();
  document.root.set("segments", std::move(segments));
  document.root.set("word_segments", std::move(all_words));
  if (!transcript.language.empty()) {
    document.root.set("language", json_string(transcript.language));
  }
  return json_text(document);
}

}  // namespace

Transcript read_json(std::string_view text, const std::string& name) {
  JsonDocument document = parse_json(text, name);
  if (is_whisper_cpp(document.root)) return read_whisper_cpp(std::move(document), name);
  return read_segments_json(std::move(document), name);
}

extern const TranscriptRow kWhisperCpp, kWhisper, kFasterWhisper, kWhisperX, kOpenAi;
const TranscriptRow kWhisperCpp = {.format = TranscriptFormat::whisper_cpp,
                                   .name = "whisper.cpp",
                                   .ending = "json",
                                   .read = read_whisper_cpp_file,
                                   .recognizes = recognizes_json};
const TranscriptRow kWhisper = {.format = TranscriptFormat::whisper,
                                .name = "whisper",
                                .ending = "json",
                                .read = read_segments_file<TranscriptFormat::whisper>,
                                .recognizes = recognizes_json};
const TranscriptRow kFasterWhisper = {.format = TranscriptFormat::faster_whisper,
                                      .name = "faster-whisper",
                                      .ending = "json",
                                      .read = read_segments_file<TranscriptFormat::faster_whisper>,
                                      .recognizes = recognizes_json};
const TranscriptRow kWhisperX = {.format = TranscriptFormat::whisperx,
                                 .name = "whisperx",
                                 .ending = "json",
                                 .read = read_segments_file<TranscriptFormat::whisperx>,
                                 .recognizes = recognizes_json,
                                 .write = write_whisperx};
const TranscriptRow kOpenAi = {.format = TranscriptFormat::openai,
                               .name = "openai",
                               .ending = "json",
                               .read = read_segments_file<TranscriptFormat::openai>,
                               .recognizes = recognizes_json};

}  // namespace diarist::transcripts
