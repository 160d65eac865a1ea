// A dialogue as plain text and as Markdown: a paragraph for each time that somebody speaks.
//
// "shown as text": Markdown's own characters are escaped, and what HTML would take for markup.
#include <string>
#include <string_view>

#include "formats/cues.hpp"
#include "transcripts/dialogue.hpp"
#include "transcripts/transcript_registry.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

std::string write_txt(const Transcript& transcript) {
  std::string text;
  std::string recording;
  for (const Paragraph& paragraph : paragraphs_of(transcript)) {
    if (!text.empty()) text += "\n";
    if (paragraph.recording != recording) text += in_one_line(paragraph.recording) + "\n\n";
    recording = paragraph.recording;
    text += paragraph.speaker + " [" + clock_of(paragraph.start_s) + "]: " + paragraph.text + "\n";
  }
  return text;
}

/// As CommonMark shows it, and GitHub with its tables and formulas: no character starts anything.
/// What would do so at the start of a line alone does not get there.
std::string escaped(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_[]#|~$";
  std::string written;
  for (const char c : formats::escaped_cue(text)) {
    if (kSpecial.find(c) != std::string_view::npos) written += '\\';
    written += c;
  }
  return written;
}

std::string write_md(const Transcript& transcript) {
  std::string text = "# " + escaped(in_one_line(transcript.name)) + "\n";
  std::string recording;
  for (const Paragraph& paragraph : paragraphs_of(transcript)) {
    if (paragraph.recording != recording) {
      text += "\n## " + escaped(in_one_line(paragraph.recording)) + "\n";
    }
    recording = paragraph.recording;
    text += "\n**" + escaped(paragraph.speaker) + "** [" + clock_of(paragraph.start_s) +
            "]: " + escaped(paragraph.text) + "\n";
  }
  return text;
}

}  // namespace

extern const TranscriptRow kTxt;
const TranscriptRow kTxt = {
    .format = TranscriptFormat::txt, .name = "txt", .ending = "txt", .write = write_txt};
extern const TranscriptRow kMd;
const TranscriptRow kMd = {
    .format = TranscriptFormat::md, .name = "md", .ending = "md", .write = write_md};

}  // namespace diarist::transcripts
