#include "server/uploads.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/job.hpp"
#include "server/problem.hpp"

namespace diarist::server {
namespace {

namespace fs = std::filesystem;

class UploadsTest : public ::testing::Test {
 protected:
  ~UploadsTest() override { fs::remove_all(folder_); }

  static std::string put(Uploads& uploads, std::size_t bytes) {
    const std::string id = random_id();
    Upload upload(uploads, id);
    upload.write(std::string(bytes, 'x'));
    upload.keep();
    return id;
  }
  static int status_of(Uploads& uploads, std::size_t bytes) {
    try {
      put(uploads, bytes);
      return 200;
    } catch (const Problem& problem) {
      return problem.status();
    }
  }

  const fs::path folder_ = fs::temp_directory_path() / ("uploads" + std::to_string(::getpid()));
};

TEST_F(UploadsTest, AllTogetherHaveABound) {
  Uploads uploads(folder_, 1000);
  const std::string first = put(uploads, 600);
  EXPECT_EQ(uploads.held_bytes(), 600U);
  EXPECT_EQ(status_of(uploads, 401), 507);
  EXPECT_EQ(uploads.held_bytes(), 600U);
  {
    Upload coming(uploads, random_id());
    coming.write(std::string(300, 'x'));
    EXPECT_EQ(status_of(uploads, 101), 507);
    EXPECT_EQ(status_of(uploads, 100), 200);
    EXPECT_THROW(coming.write("x"), Problem);
  }  // Not kept: its room is free again.
  EXPECT_EQ(uploads.held_bytes(), 700U);
  EXPECT_THROW(uploads.check_room(301), Problem);
  EXPECT_NO_THROW(uploads.check_room(300));
  EXPECT_THROW(uploads.check_room(~std::uint64_t{0}), Problem);
  uploads.remove(first);
  uploads.remove(first);
  EXPECT_EQ(uploads.held_bytes(), 100U);
  EXPECT_EQ(status_of(uploads, 900), 200);
}

TEST_F(UploadsTest, WhatWasThereBeforeCounts) {
  std::string kept;
  {
    Uploads uploads(folder_, 1000);
    kept = put(uploads, 200);
    put(uploads, 300);
  }
  std::ofstream(folder_ / (random_id() + ".part")) << "half of it";
  Uploads uploads(folder_, 1000);
  EXPECT_EQ(uploads.held_bytes(), 510U);
  uploads.keep_only({kept});
  EXPECT_EQ(uploads.held_bytes(), 200U);
  EXPECT_TRUE(fs::exists(uploads.file(kept)));
}

}  // namespace
}  // namespace diarist::server
