// Names and words that are markup, quotes, pictures or run from right to left are shown as text.
#include <cctype>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kHostile = {
    "<script>alert(1)</script>",
    "</p></li></ol><img src=x onerror=alert(1)>",
    "\"quotes\" & 'apostrophes' &lt;",
    "--> 00:00:09,000",
    "{\\an8}<b>bold</b> <v Mallory>",
    "**bold** _it_ `code` [a](javascript:alert(1)) ![](x) | ~~s~~ $x$",
    "# heading",
    "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xE2\x80\xAE"
    "evil",  // Arabic, and an override
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 rocket",
    "line\n\n2\n00:00:05,000 --> 00:00:06,000\nMallory: break",
    "\x1B[31mred\x07",
    "broken \xC3\x28 \xFF",
};

/// A conversation of those texts, each said by somebody of that name.
Transcript conversation() {
  Transcript transcript;
  transcript.name = "<title>&";
  std::vector<testing::NamedTurn> named;
  for (std::size_t i = 0; i < kHostile.size(); ++i) {
    const auto start_s = static_cast<double>(i);
    named.push_back({start_s, start_s + 0.9, kHostile[i]});
    transcript.segments.push_back(testing::segment(start_s, start_s + 0.9, kHostile[i],
                                                   {{kHostile[i], start_s, start_s + 0.9}}));
    transcript.segments.back().origin = i;
  }
  return assign_speakers(std::move(transcript), testing::turns(named));
}

TEST(HostileText, HtmlHasNoElementsButItsOwn) {
  const std::string html = testing::written(conversation(), TranscriptFormat::html);
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, HasSubstr("<title>&lt;title&gt;&amp;</title>"));
  // As XML it is read whole, so that nothing hides from the walk.
  std::string as_xml = html.substr(html.find("<body>"));
  as_xml.resize(as_xml.rfind("</html>"));
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(as_xml.c_str(), pugi::parse_default));
  struct Walker : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override {
      const std::string name = node.name();
      if (node.type() == pugi::node_element) {
        EXPECT_THAT(name, ::testing::AnyOf("body", "main", "h1", "ol", "li", "p", "bdi", "time"));
        for (const pugi::xml_attribute& attribute : node.attributes()) {
          EXPECT_THAT(std::string(attribute.name()), ::testing::AnyOf("class", "dir"));
        }
      }
      return true;
    }
  } walker;
  document.traverse(walker);
  EXPECT_EQ(document.select_nodes("//li").size(), kHostile.size());
}

TEST(HostileText, MarkdownHasNoMarkupButItsOwn) {
  const std::string md = testing::written(conversation(), TranscriptFormat::md);
  EXPECT_THAT(md, Not(HasSubstr("<")));
  EXPECT_THAT(md, HasSubstr("\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\[a\\](javascript"));
  // Every line that is not blank is the title or a paragraph of ours.
  std::istringstream lines(md);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.empty() || line.starts_with("# ") || line.starts_with("**")) << line;
  }
}

TEST(HostileText, TextHasALineForEachWhoSpeaks) {
  const std::string txt = testing::written(conversation(), TranscriptFormat::txt);
  for (const char c : txt) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
  EXPECT_EQ(std::count(txt.begin(), txt.end(), '\n'),
            2 * static_cast<std::ptrdiff_t>(kHostile.size()) - 1);
}

TEST(HostileText, SubtitlesHaveACueForEachWhoSpeaks) {
  for (const TranscriptFormat format : {TranscriptFormat::srt, TranscriptFormat::vtt}) {
    const std::string text = testing::written(conversation(), format);
    const Transcript back = parse_transcript(text, "f", format);
    EXPECT_EQ(back.segments.size(), kHostile.size()) << text;
    EXPECT_THAT(text, Not(HasSubstr("<script")));
    EXPECT_THAT(text, Not(HasSubstr("<b>")));
    EXPECT_THAT(text, Not(HasSubstr("<v Mallory")));
    // Players of SubRip take such for styles, those of WebVTT do not.
    if (format == TranscriptFormat::srt) {
      EXPECT_THAT(text, Not(HasSubstr("{\\an8}")));
    }
  }
}

TEST(HostileText, JsonAndCtmStayWhole) {
  const Transcript made = conversation();
  const auto json = nlohmann::json::parse(testing::written(made, TranscriptFormat::whisperx));
  EXPECT_EQ(json["segments"].size(), kHostile.size());
  EXPECT_EQ(json["segments"][0]["speaker"], kHostile[0]);
  const Transcript ctm = parse_transcript(testing::written(made, TranscriptFormat::ctm), "f.ctm");
  std::size_t words = 0;
  for (const TranscriptSegment& segment : ctm.segments) words += segment.words.size();
  EXPECT_EQ(words, kHostile.size());
}

TEST(HostileText, InTheirOwnFormatsFilesStayWhole) {
  for (const std::string& name : kHostile) {
    const Diarization one = testing::turns({{0, 60, name}});
    for (const char* const file : {"whisper.cpp.json", "whisperx.json", "openai.json",
                                   "whisper.srt", "whisper.vtt", "sample.ctm"}) {
      const Transcript read = read_transcript(testing::fixture(file));
      const std::string text = testing::written(assign_speakers(read, one), read.format);
      const Transcript back = parse_transcript(text, "f", read.format);
      ASSERT_EQ(back.segments.size(), read.segments.size()) << file << "\n" << text;
      // What is said is what was said, once the name in front is taken away again.
      EXPECT_THAT(testing::written(assign_speakers(back, one), TranscriptFormat::html),
                  HasSubstr(read.segments[0].text.find("Hello?") == std::string::npos ? "Hello"
                                                                                      : "Hello?"));
    }
  }
}

}  // namespace
}  // namespace diarist
