// A dialogue as one web page that needs nothing else: no script, no font, no picture. The policy
// in its head forbids all of them, should a reader's program put any in.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/markup.hpp"
#include "transcripts/dialogue.hpp"
#include "transcripts/transcript_registry.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

/// As many as can be told apart; further speakers begin anew. Of Okabe and Ito's colours, which
/// people with any colour vision tell apart, darker for white and lighter for black ground.
constexpr std::size_t kColours = 6;

constexpr std::string_view kStyle =
    R"(:root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1b1b; --faint: #595959;
  --s0: #00578f; --s1: #8f3d00; --s2: #006b4f; --s3: #8a2f6a; --s4: #6b5900; --s5: #4a3fa8; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181a; --ink: #e8e6e3; --faint: #a9a9a9;
  --s0: #7cc4f4; --s1: #f2a65a; --s2: #5fd0a8; --s3: #e79ac6; --s4: #e3d15b; --s5: #b3a9f7; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2 { line-height: 1.25; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li { margin: 1.25rem 0; padding-inline-start: .9rem; border-inline-start: .25rem solid; }
p { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
p.who { font-weight: 600; color: inherit; }
time { margin-inline-start: .5rem; font-weight: 400; font-size: .85em; color: var(--faint); font-variant-numeric: tabular-nums; }
.s0 { color: var(--s0); } .s1 { color: var(--s1); } .s2 { color: var(--s2); }
.s3 { color: var(--s3); } .s4 { color: var(--s4); } .s5 { color: var(--s5); } .nobody { color: var(--faint); }
@media print { li { break-inside: avoid; } }
)";

/// A language as HTML takes it, such as "en" or "pt-BR"; empty for what is none ("english").
std::string language_tag(std::string_view language) {
  const std::size_t primary = std::min(language.find('-'), language.size());
  const bool plain = std::all_of(language.begin(), language.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain && (primary == 2 || primary == 3) ? std::string(language) : "";
}

std::string colour_class(std::vector<std::string>& speakers, const std::string& speaker) {
  if (speaker == kNobody) return "nobody";
  auto known = std::find(speakers.begin(), speakers.end(), speaker);
  if (known == speakers.end()) known = speakers.insert(speakers.end(), speaker);
  return "s" + std::to_string(static_cast<std::size_t>(known - speakers.begin()) % kColours);
}

std::string write_html(const Transcript& transcript) {
  const std::string language = language_tag(transcript.language);
  const std::string name = escaped(in_one_line(transcript.name));
  std::string text = "<!DOCTYPE html>\n<html" +
                     (language.empty() ? std::string() : " lang=\"" + language + "\"") +
                     ">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'unsafe-inline'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>" +
                     name + "</title>\n<style>\n" + std::string(kStyle) +
                     "</style>\n</head>\n<body>\n<main>\n<h1 dir=\"auto\">" + name + "</h1>\n";
  std::vector<std::string> speakers;
  std::string recording;
  bool open = false;
  for (const Paragraph& paragraph : paragraphs_of(transcript)) {
    if (paragraph.recording != recording) {
      if (open) text += "</ol>\n";
      open = false;
      text += "<h2 dir=\"auto\">" + escaped(in_one_line(paragraph.recording)) + "</h2>\n";
    }
    recording = paragraph.recording;
    if (!open) text += "<ol>\n";
    open = true;
    const std::string clock = clock_of(paragraph.start_s);
    text += "<li class=\"" + colour_class(speakers, paragraph.speaker) +
            "\">\n<p class=\"who\"><bdi>" + escaped(paragraph.speaker) + "</bdi><time>" + clock +
            "</time></p>\n<p dir=\"auto\">" + escaped(paragraph.text) + "</p>\n</li>\n";
  }
  if (open) text += "</ol>\n";
  return text + "</main>\n</body>\n</html>\n";
}

}  // namespace

extern const TranscriptRow kHtml;
const TranscriptRow kHtml = {
    .format = TranscriptFormat::html, .name = "html", .ending = "html", .write = write_html};

}  // namespace diarist::transcripts
