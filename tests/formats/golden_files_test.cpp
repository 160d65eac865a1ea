// A small result in every format, as files that other programs were seen to read.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/results.hpp"
#include "testing/places.hpp"

namespace diarist {
namespace {

using testing::held_tuples_of;
using testing::tuples_of;

Diarization small() {
  Diarization d;
  d.recording = "talk";
  d.duration_s = 12.5;
  d.speakers = {{"Ann \"A\" B", 4.5, {}, 1}, {"R&D <J\xC3\xBCrgen>", 3.75, {}, 1}};
  d.turns = {{0.030969, 2.030969, 0, 0.9F, 1},
             {1.5, 5.25, 1, 0.5F, 1},
             {1.75, 3.25, 0, 0.75F, 1},
             {11.5, 12.5, 0, 1.0F, 1}};
  return d;
}

class GoldenFile : public ::testing::TestWithParam<const formats::FormatRow*> {};

TEST_P(GoldenFile, IsWhatIsWritten) {
  const formats::FormatRow& row = *GetParam();
  const auto file = testing::source_dir() / "tests" / "data" / "formats" /
                    ("talk." + std::string(row.endings[0]));
  std::ifstream stream(file, std::ios::binary);
  ASSERT_TRUE(stream.is_open()) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  EXPECT_EQ(testing::written(small(), row.format), text.str());
  if (!row.read) return;
  const auto read = read_turns(file);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].recording, "talk");
  EXPECT_EQ(tuples_of(read[0]), held_tuples_of(small(), row.holds));
}

// Saved by Praat 6.3 from talk.TextGrid, the binary one cut short.
TEST(PraatFile, AsPraatSavedThem) {
  const auto folder = testing::source_dir() / "tests" / "data" / "formats";
  const auto& holds = formats::row_of(FileFormat::textgrid).holds;
  for (const char* name : {"praat-utf16be.TextGrid", "praat-utf16be-short.TextGrid"}) {
    EXPECT_EQ(tuples_of(read_turns(folder / name).at(0)), held_tuples_of(small(), holds)) << name;
  }
  try {
    read_turns(folder / "praat-binary.TextGrid");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed);
    EXPECT_THAT(error.what(), ::testing::HasSubstr(":1: is a binary TextGrid, expected text"));
  }
}

/// But for the page, which is mostly its viewer: tests/report/ looks at what it holds.
std::vector<const formats::FormatRow*> rows() {
  std::vector<const formats::FormatRow*> rows;
  for (const formats::FormatRow* row : formats::format_registry()) {
    if (row->format != FileFormat::html) rows.push_back(row);
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Formats, GoldenFile, ::testing::ValuesIn(rows()), [](const auto& info) {
  std::string name(info.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace diarist
