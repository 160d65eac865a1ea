// Output that is there whole or not at all.
#include "cli/output_files.hpp"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StagedFileTest : public diarist::testing::ProgramTest {};

TEST_F(StagedFileTest, IsThereOnlyOnceCommitted) {
  StagedFile file(path("deep/turns.rttm"), "text");
  EXPECT_FALSE(fs::exists(path("deep/turns.rttm")));
  file.commit();
  EXPECT_EQ(read_text("deep/turns.rttm"), "text");
  EXPECT_THAT(listing("deep"), ElementsAre("turns.rttm"));
}

TEST_F(StagedFileTest, LeavesNothingWithoutCommit) {
  { const StagedFile file(path("turns.rttm"), "text"); }
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(StagedFileTest, ReplacesOnlyOnCommit) {
  write_text("turns.rttm", "old");
  { const StagedFile dropped(path("turns.rttm"), "new"); }
  EXPECT_EQ(read_text("turns.rttm"), "old");
  StagedFile(path("turns.rttm"), "new").commit();
  EXPECT_EQ(read_text("turns.rttm"), "new");
}

TEST_F(StagedFileTest, FollowsLinks) {
  write_text("real.rttm", "old");
  fs::create_symlink("real.rttm", path("link.rttm"));
  StagedFile(path("link.rttm"), "new").commit();
  EXPECT_TRUE(fs::is_symlink(path("link.rttm")));
  EXPECT_EQ(read_text("real.rttm"), "new");
}

TEST_F(StagedFileTest, WritesToDevicesInPlace) {
  StagedFile file("/dev/full", "text");
  EXPECT_THROW(file.commit(), OutputError);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(StagedFileTest, FolderInPlaceOfTheFile) {
  fs::create_directory(path("turns.rttm"));
  StagedFile file(path("turns.rttm"), "text");
  EXPECT_THROW(file.commit(), OutputError);
}

TEST_F(StagedFileTest, FileInPlaceOfTheFolder) {
  write_text("turns", "");
  EXPECT_THROW(StagedFile(path("turns/a.rttm"), "text"), OutputError);
  EXPECT_THROW(check_writable(path("turns/a.rttm")), OutputError);
  EXPECT_NO_THROW(check_writable(path("new/deep/a.rttm")));
}

}  // namespace
}  // namespace diarist::cli
