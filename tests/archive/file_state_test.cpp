// When a recording counts as the same.
#include "archive/file_state.hpp"

#include <chrono>
#include <filesystem>

#include "archive/temporary_folder.hpp"

namespace diarist::archive {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class FileStateTest : public diarist::testing::FolderTest {
 protected:
  static void set_age(const fs::path& file, std::chrono::nanoseconds age) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
  }
};

TEST_F(FileStateTest, GlanceTellsSizeAndNanoseconds) {
  const fs::path file = write("a.wav", "12345");
  set_age(file, 1h);
  const Glance first = glance_at(file);
  EXPECT_EQ(first.bytes, 5);
  EXPECT_TRUE(first.tells_same(glance_at(file)));
  fs::last_write_time(file, fs::last_write_time(file) + 1ns);
  EXPECT_FALSE(first.tells_same(glance_at(file)));
}

TEST_F(FileStateTest, WhatWasJustWrittenTellsNothingAtAGlance) {
  const fs::path file = write("a.wav", "12345");
  EXPECT_EQ(glance_at(file).bytes, 5);
  EXPECT_FALSE(glance_at(file).tells_same(glance_at(file)));
  set_age(file, -1h);  // a disk whose clock is ahead
  EXPECT_FALSE(glance_at(file).tells_same(glance_at(file)));
}

TEST_F(FileStateTest, MissingFilesAreNotTheSame) {
  const Glance none = glance_at(folder_ / "none.wav");
  EXPECT_EQ(none.bytes, -1);
  EXPECT_FALSE(none.tells_same(none));
  EXPECT_FALSE(is_readable(folder_ / "none.wav"));
  EXPECT_FALSE(content_of(folder_ / "none.wav", {}).has_value());
  EXPECT_FALSE(content_of(folder_, {}).has_value());
}

TEST_F(FileStateTest, ContentIsThatOfTheBytesWhateverTheName) {
  const std::string bytes(3 << 20, 'x');  // several blocks
  const auto first = content_of(write("a.wav", bytes), {});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->size(), 32U);
  EXPECT_EQ(first, content_of(write("b.flac", bytes), {}));
  EXPECT_NE(first, content_of(write("c.wav", bytes + "y"), {}));
}

TEST_F(FileStateTest, CancelledIsNoContent) {
  CancellationToken token;
  token.cancel();
  EXPECT_FALSE(content_of(write("a.wav", "12345"), token).has_value());
}

}  // namespace
}  // namespace diarist::archive
