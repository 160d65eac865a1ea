#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/quantization.hpp"

#include "model/packs.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

using diarist::testing::error_of;
using ::testing::HasSubstr;

TEST(Calibration, BuiltInSampleIsTheOneInTheRepository) {
  const CalibrationRecording built_in = builtin_calibration_recording();
  const CalibrationRecording file =
      read_calibration_recording(testing::source_dir() / "samples" / "sample.wav");
  EXPECT_EQ(file.name, "sample.wav");
  EXPECT_EQ(built_in.samples, file.samples);
  EXPECT_EQ(built_in.samples.size(), 480000U);
  ASSERT_TRUE(built_in.reference && file.reference);
  ASSERT_EQ(built_in.reference->segments.size(), file.reference->segments.size());
  EXPECT_GT(built_in.reference->segments.size(), 5U);
}

class CalibrationFile : public ::testing::Test {
 protected:
  CalibrationFile() {
    std::filesystem::create_directories(folder_);
    std::filesystem::copy_file(testing::source_dir() / "samples" / "sample.wav",
                               folder_ / "talk.wav",
                               std::filesystem::copy_options::overwrite_existing);
  }
  ~CalibrationFile() override { std::filesystem::remove_all(folder_); }
  void write_rttm(const char* text) { std::ofstream(folder_ / "talk.rttm") << text; }

  // One for each test, as they run side by side.
  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("calibration_") +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(CalibrationFile, NeedsNoReference) {
  EXPECT_FALSE(read_calibration_recording(folder_ / "talk.wav").reference);
}

TEST_F(CalibrationFile, FindsItsReferenceAmongOthers) {
  write_rttm(
      "SPEAKER other 1 0 1 <NA> <NA> a <NA> <NA>\n"
      "SPEAKER talk 1 2 3 <NA> <NA> b <NA> <NA>\n");
  const auto recording = read_calibration_recording(folder_ / "talk.wav");
  ASSERT_TRUE(recording.reference);
  EXPECT_EQ(recording.reference->segments.at(0).label, "b");
}

TEST_F(CalibrationFile, RefusesAReferenceOfOthers) {
  write_rttm(
      "SPEAKER a 1 0 1 <NA> <NA> a <NA> <NA>\n"
      "SPEAKER b 1 2 3 <NA> <NA> b <NA> <NA>\n");
  const Error error = error_of([&] { read_calibration_recording(folder_ / "talk.wav"); });
  EXPECT_EQ(error.code(), ErrorCode::malformed);
  EXPECT_THAT(error.what(), HasSubstr("has no turns of a recording 'talk'"));
  write_rttm("SPEAKER a 1 nonsense\n");
  EXPECT_EQ(error_of([&] { read_calibration_recording(folder_ / "talk.wav"); }).code(),
            ErrorCode::malformed);
}

TEST_F(CalibrationFile, RefusesAudioThatIsNone) {
  EXPECT_EQ(error_of([&] { read_calibration_recording(folder_ / "no.wav"); }).code(),
            ErrorCode::not_found);
  std::ofstream(folder_ / "talk.wav") << "";
  EXPECT_EQ(error_of([&] { read_calibration_recording(folder_ / "talk.wav"); }).code(),
            ErrorCode::corrupt_audio);
}

}  // namespace
}  // namespace diarist
