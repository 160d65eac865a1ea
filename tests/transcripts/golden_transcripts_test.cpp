// The conversation of samples/sample.wav from each tool's file, with its reference's turns: files
// that were looked at. To write them anew, give their folder as DIARIST_WRITE_GOLDENS.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

class Golden : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Golden, IsWhatIsWritten) {
  const auto& [from, to] = GetParam();
  const Transcript read = read_transcript(testing::fixture(from));
  const std::string ending = std::filesystem::path(to).extension().string().substr(1);
  const TranscriptFormat format =
      std::filesystem::path(from).extension() == std::filesystem::path(to).extension()
          ? read.format
          : transcript_format_from_string(ending == "json" ? "whisperx" : ending);
  const std::string text = testing::written(assign_speakers(read, testing::sample_turns()), format);
  if (const char* const folder = std::getenv("DIARIST_WRITE_GOLDENS")) {
    std::ofstream(std::filesystem::path(folder) / to, std::ios::binary) << text;
  }
  EXPECT_EQ(text, testing::bytes_of(testing::fixture("assigned") / to));
}

INSTANTIATE_TEST_SUITE_P(
    Files, Golden,
    ::testing::Values(
        std::tuple("whisper.cpp.json", "whisper.cpp.json"),
        std::tuple("whisper.cpp-full.json", "whisper.cpp-full.json"),
        std::tuple("whisper.json", "whisper.json"),
        std::tuple("whisper-words.json", "whisper-words.json"),
        std::tuple("faster-whisper.json", "faster-whisper.json"),
        std::tuple("whisperx.json", "whisperx.json"), std::tuple("openai.json", "openai.json"),
        std::tuple("openai-words.json", "openai-words.json"),
        std::tuple("whisper.srt", "whisper.srt"), std::tuple("whisper.vtt", "whisper.vtt"),
        std::tuple("whisperx.srt", "whisperx.srt"), std::tuple("whisperx.vtt", "whisperx.vtt"),
        std::tuple("sample.ctm", "sample.ctm"), std::tuple("whisperx.json", "dialogue.txt"),
        std::tuple("whisperx.json", "dialogue.md"), std::tuple("whisperx.json", "dialogue.html"),
        std::tuple("whisperx.json", "from-json.srt"), std::tuple("whisperx.json", "from-json.vtt"),
        std::tuple("whisperx.json", "from-json.ctm"), std::tuple("whisper.srt", "from-srt.json")),
    [](const auto& info) {
      std::string name = std::get<1>(info.param);
      for (char& c : name) {
        if (c == '.' || c == '-') c = '_';
      }
      return name;
    });

// Every file has the same dialogue in it, as far as its times tell.
TEST(Dialogue, IsTheSameFromEveryTool) {
  const std::string expected =
      "Diane: Hello?|Sheila: Hello!|Diane: Oh, hello. I didn't know you were there.|Sheila: "
      "Neither did I.|Diane: Okay, I thought, you know, I heard a beep. This is Diane in New "
      "Jersey.|Sheila: And I'm Sheila in Texas, originally from Chicago.|Diane: Oh, I'm originally "
      "from Chicago also.";
  for (const char* const name :
       {"whisper.cpp.json", "whisper.cpp-full.json", "whisper.json", "whisper-words.json",
        "faster-whisper.json", "whisperx.json", "openai.json", "openai-words.json"}) {
    const Transcript read = read_transcript(testing::fixture(name));
    std::string said = testing::who_said_what(assign_speakers(read, testing::sample_turns()));
    if (said.starts_with("Diane:Hello")) said.insert(6, " ");
    EXPECT_EQ(said, expected) << name;
  }
}

}  // namespace
}  // namespace diarist
