// Transcripts through the C interface: what C++ gives, in the caller's buffer.
#include "diarist/transcript.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/formats.hpp"

#include "capi/calls.hpp"
#include "capi/handles.hpp"
#include "transcripts/making.hpp"

namespace diarist {
namespace {

using testing::CDiarization;
using testing::fresh;
using testing::says;
using testing::succeeds;
using Error = diarist_error**;

/// The reference of the sample, as a handle: turns need not be of a run.
CDiarization sample_handle() {
  return CDiarization(capi::open<diarist_diarization>(testing::sample_turns()));
}

std::string assigned(const std::string& file, const diarist_diarization* turns,
                     const diarist_assignment* assignment) {
  const std::string transcript = testing::bytes_of(testing::fixture(file));
  std::size_t needed = 0;
  EXPECT_TRUE(succeeds([&](Error e) {
    return diarist_assign(transcript.data(), transcript.size(), file.c_str(), turns, assignment,
                          nullptr, 0, &needed, e);
  }));
  std::vector<char> text(needed + 1);
  EXPECT_TRUE(succeeds([&](Error e) {
    return diarist_assign(transcript.data(), transcript.size(), file.c_str(), turns, assignment,
                          text.data(), text.size(), &needed, e);
  }));
  EXPECT_EQ(text.back(), '\0');
  return {text.data(), needed};
}

TEST(CTranscripts, AreWhatCppGives) {
  const CDiarization turns = sample_handle();
  for (const char* const file : {"whisper.cpp.json", "openai.json", "whisper.srt", "sample.ctm"}) {
    const Transcript expected =
        assign_speakers(read_transcript(testing::fixture(file)), testing::sample_turns());
    EXPECT_EQ(assigned(file, turns.get(), nullptr), testing::written(expected, expected.format));
    auto assignment = fresh(diarist_assignment_init);
    for (const TranscriptFormatInfo& info : transcript_formats()) {
      if (!info.writable) continue;
      assignment.to = static_cast<diarist_transcript_format>(info.format);
      EXPECT_EQ(assigned(file, turns.get(), &assignment), testing::written(expected, info.format))
          << info.name;
    }
  }
}

TEST(CTranscripts, TakeTheirOptions) {
  const CDiarization turns = sample_handle();
  auto assignment = fresh(diarist_assignment_init);
  EXPECT_EQ(assignment.max_gap_s, AssignmentOptions().max_gap_s);
  assignment.split = DIARIST_SPLIT_NEVER;
  assignment.from = DIARIST_TRANSCRIPT_SRT;
  const Transcript expected = assign_speakers(read_transcript(testing::fixture("whisper.srt")),
                                              testing::sample_turns(), {SegmentSplit::never, 1});
  EXPECT_EQ(assigned("whisper.srt", turns.get(), &assignment),
            testing::written(expected, TranscriptFormat::srt));
}

TEST(CTranscripts, RefuseWhatIsWrong) {
  const CDiarization turns = sample_handle();
  const std::string bad = "[\n{\"start\": \"soon\"}]";
  std::size_t needed = 0;
  const auto call = [&](const diarist_assignment* assignment) {
    return [&, assignment](Error e) {
      return diarist_assign(bad.data(), bad.size(), "talk.json", turns.get(), assignment, nullptr,
                            0, &needed, e);
    };
  };
  EXPECT_TRUE(says(DIARIST_MALFORMED, "talk.json:2: has 'soon' as $[0].start", call(nullptr)));
  auto assignment = fresh(diarist_assignment_init);
  assignment.split = 3;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "split = 3", call(&assignment)));
  assignment = fresh(diarist_assignment_init);
  assignment.from = 11;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "from = 11", call(&assignment)));
  assignment = fresh(diarist_assignment_init);
  assignment.to = -2;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "to = -2", call(&assignment)));
  const std::string good = "[]";
  char small[1];
  EXPECT_TRUE(says(DIARIST_BUFFER_TOO_SMALL, "text", [&](Error e) {
    return diarist_assign(good.data(), good.size(), "a.json", turns.get(), nullptr, small, 1,
                          &needed, e);
  }));
  EXPECT_EQ(needed, 2u);
}

}  // namespace
}  // namespace diarist
