#include "transcripts/json_segments.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "formats/lines.hpp"
#include "formats/unicode.hpp"
#include "transcripts/json_fields.hpp"
#include "transcripts/loose_words.hpp"
#include "transcripts/segments_original.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

/// Which tool wrote it, by what only one of them writes.
TranscriptFormat kind_of(const JsonNode& root, const JsonNode* segments) {
  if (root.is(JsonNode::Kind::array)) return TranscriptFormat::faster_whisper;
  if (root.find("word_segments")) return TranscriptFormat::whisperx;
  if (root.find("duration") || !segments) return TranscriptFormat::openai;
  for (const JsonNode& segment : segments->items) {
    if (const JsonNode* const words = segment.find("words")) {
      for (const JsonNode& word : words->items) {
        if (word.find("score")) return TranscriptFormat::whisperx;
      }
    }
  }
  return root.find("text") ? TranscriptFormat::whisper : TranscriptFormat::faster_whisper;
}

class Reader {
 public:
  Reader(const JsonDocument& document, const std::string& file) : source_{document, file} {}

  Transcript read(std::vector<std::vector<std::size_t>>& loose) {
    const JsonNode& root = source_.document.root;
    const JsonPlace top;
    const bool bare = root.is(JsonNode::Kind::array);
    const JsonNode* const segments = bare ? &root : source_.array(root, "segments", top);
    const JsonNode* const words = bare ? nullptr : source_.array(root, "words", top);
    if (!segments && !words) refuse_root(root);

    Transcript transcript;
    transcript.format = kind_of(root, segments);
    if (!bare) transcript.language = source_.text(root, "language", top).value_or("");
    const JsonPlace list = bare ? top : top.member("segments");
    for (std::size_t i = 0; segments && i < segments->items.size(); ++i) {
      transcript.segments.push_back(segment(segments->items[i], list.item(i), i));
    }
    if (words && std::none_of(transcript.segments.begin(), transcript.segments.end(),
                              [](const TranscriptSegment& s) { return !s.words.empty(); })) {
      take_loose(transcript, *words, top.member("words"), loose);
    }
    for (TranscriptSegment& each : transcript.segments) finish(each);
    odd_.tell(transcript);
    return transcript;
  }

 private:
  [[noreturn]] void refuse_root(const JsonNode& root) const {
    const JsonNode* const schema = root.find("schema");
    if (schema && schema->text.starts_with("diarist.")) {
      formats::refuse_line(source_.file, schema->line, "is of diarist's own, expected a transcript",
                           "the transcript comes first, then the recording or its turns");
    }
    formats::refuse_line(
        source_.file, root.line,
        "has no segments and no words, expected an array 'segments', 'words' or 'transcription'",
        "have the transcript written with times, in OpenAI's interface as verbose_json");
  }

  TranscriptSegment segment(const JsonNode& node, const JsonPlace& at, std::size_t index) {
    if (!node.is(JsonNode::Kind::object)) {
      refuse_value(source_.file, node, at, "an object with start, end and text");
    }
    TranscriptSegment found;
    found.origin = index;
    const std::optional<std::string> text = source_.text(node, "text", at);
    const JsonNode* const words = source_.array(node, "words", at);
    std::vector<std::string> texts;
    if (words) found.words = words_in(*words, at.member("words"), texts);
    found.text = formats::valid_utf8(text ? *text : joined(texts));
    set_pieces(found, texts);

    auto start_s = source_.seconds(node, "start", at);
    auto end_s = source_.seconds(node, "end", at);
    for (const TranscriptWord& word : found.words) {
      if (!word.timed) continue;
      if (!start_s) start_s = word.start_s;
      if (!JsonSource::present(node, "end")) end_s = std::max(end_s.value_or(0), word.end_s);
    }
    check_segment_times(source_, node, at, start_s, end_s);
    found.start_s = *start_s;
    found.end_s = *end_s;
    return found;
  }

  std::vector<TranscriptWord> words_in(const JsonNode& list, const JsonPlace& at,
                                       std::vector<std::string>& texts) {
    std::vector<TranscriptWord> words;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const JsonNode& node = list.items[i];
      const JsonPlace here = at.item(i);
      if (!node.is(JsonNode::Kind::object)) {
        refuse_value(source_.file, node, here, "an object with word, start and end");
      }
      auto text = source_.text(node, "word", here);
      if (!text) text = source_.text(node, "text", here);
      if (!text) {
        formats::refuse_line(source_.file, node.line, here.path() + " has no word, expected one");
      }
      TranscriptWord& word = words.emplace_back();
      word.origin = i;
      odd_.put(word, source_.seconds(node, "start", here), source_.seconds(node, "end", here), node,
               here);
      texts.push_back(formats::valid_utf8(*text));
    }
    return words;
  }

  static std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
      if (!all.empty() && !text.starts_with(' ')) all += ' ';
      all += text;
    }
    return all;
  }

  /// The words as they stand in the text; as they are where they do not.
  static void set_pieces(TranscriptSegment& segment, const std::vector<std::string>& texts) {
    if (auto pieces = pieces_of(segment.text, texts)) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        segment.words[i].text = std::move((*pieces)[i]);
      }
      return;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      segment.words[i].text = (i > 0 && !texts[i].starts_with(' ') ? " " : "") + texts[i];
    }
  }

  /// Words of the whole transcript, as OpenAI's interface gives them.
  void take_loose(Transcript& transcript, const JsonNode& list, const JsonPlace& at,
                  std::vector<std::vector<std::size_t>>& loose) {
    std::vector<std::string> texts;
    std::vector<TranscriptWord> words = words_in(list, at, texts);
    if (words.empty()) return;
    if (transcript.segments.empty()) {
      const std::string text =
          source_.text(source_.document.root, "text", JsonPlace()).value_or(joined(texts));
      TranscriptSegment all;
      all.text = formats::valid_utf8(text);
      all.words = std::move(words);
      set_pieces(all, texts);
      estimate_times(all);
      transcript.segments = segments_between_pauses(std::move(all.words));
      loose = consecutive(transcript.segments);
      return;
    }
    loose = loose_words_of(transcript.segments, words, texts);
    for (std::size_t i = 0; i < transcript.segments.size(); ++i) {
      std::vector<std::string> own;
      for (const std::size_t word : loose[i]) {
        transcript.segments[i].words.push_back(words[word]);
        transcript.segments[i].words.back().origin = own.size();
        own.push_back(texts[word]);
      }
      set_pieces(transcript.segments[i], own);
    }
  }

  /// Words of the text where the file lists none, and times for all.
  static void finish(TranscriptSegment& segment) {
    if (segment.words.empty()) add_words_of_text(segment);
    estimate_times(segment);
  }

  JsonSource source_;
  OddTimes odd_;
};

}  // namespace

Transcript read_segments_json(JsonDocument document, const std::string& name) {
  std::vector<std::vector<std::size_t>> loose;
  Transcript transcript = Reader(document, name).read(loose);
  transcript.original = std::make_shared<SegmentsOriginal>(std::move(document), std::move(loose));
  return transcript;
}

}  // namespace diarist::transcripts
