// A pack that is not what it was is noticed, and another one takes its place.
#include "diarist/self_check.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"

#include "model/pack.hpp"
#include "modeltools/pack_copy.hpp"
#include "testing/random_values.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The built-in pack with what it checks itself by.
const std::vector<std::byte>& checked_pack() {
  static const std::vector<std::byte> bytes = modeltools::with_metadata(
      Model::builtin().pack(), self_check_metadata(Model::builtin(), Model::builtin()));
  return bytes;
}

Model parsed(std::vector<std::byte> bytes) { return Model::parse("a pack", std::move(bytes)); }

/// The message that refuses a pack; empty where it passes.
std::string refusal(const Model& model) {
  try {
    check_self(model, {.threads = 1});
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
    return error.what();
  }
}

/// Where a tensor's values lie in the pack's bytes.
std::size_t place_of(const std::vector<std::byte>& bytes, const std::string& tensor) {
  const Model model = parsed(bytes);
  const auto parts = model.pack().stored(tensor);
  const auto found = std::search(bytes.begin(), bytes.end(), parts.front().bytes.begin(),
                                 parts.front().bytes.end());
  return static_cast<std::size_t>(found - bytes.begin());
}

TEST(SelfCheck, APackPassesOnEveryInstructionSetAndInEveryPrecision) {
  const Model model = parsed(checked_pack());
  for (const InstructionSet isa : supported_instruction_sets()) {
    for (const Precision precision : {Precision::f32, Precision::int8}) {
      if (isa == InstructionSet::scalar && precision == Precision::int8) continue;  // slow
      EXPECT_NO_THROW(check_self(model, {.threads = 1, .isa = isa, .precision = precision}))
          << to_string(isa);
    }
  }
}

TEST(SelfCheck, TheSameModelGivesTheSameMetadata) {
  EXPECT_EQ(self_check_metadata(Model::builtin(), Model::builtin()),
            self_check_metadata(parsed(checked_pack()), Model::builtin()));
}

TEST(SelfCheck, WithoutMetadataOnlyNonsenseIsNoticed) {
  EXPECT_THAT(refusal(Model::builtin()), IsEmpty());
}

TEST(SelfCheck, OneBitIsNoticed) {
  std::vector<std::byte> bytes = checked_pack();
  const std::size_t place = place_of(bytes, "embedding.layer3.2.conv1.weight");
  ASSERT_LT(place, bytes.size());
  bytes[place + 1000] ^= std::byte{1};
  EXPECT_THAT(refusal(parsed(bytes)), HasSubstr("not those that it was made with"));
}

/// A pack whose checksum is right, but not what it stands for.
std::string refusal_of_other(const std::string& tensor) {
  std::vector<std::byte> bytes = checked_pack();
  const auto parts = parsed(bytes).pack().stored(tensor);
  const std::size_t place = place_of(bytes, tensor);
  // Sound numbers all of them, but the upper half of the rows in place of the lower.
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(place);
  const auto size = static_cast<std::ptrdiff_t>(parts.front().bytes.size());
  std::rotate(first, first + size / 2, first + size);
  const Model other = parsed(bytes);
  const auto expected = self_check_metadata(other, Model::builtin());
  return refusal(parsed(modeltools::with_metadata(other.pack(), expected)));
}

TEST(SelfCheck, OtherWeightsAreNoticedByWhatTheyGive) {
  EXPECT_THAT(refusal_of_other("embedding.seg_1.weight"), HasSubstr("self-check"));
  EXPECT_THAT(refusal_of_other("segmentation.lstm.weight_hh_l0"), HasSubstr("self-check"));
}

class ChooseModel : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    write("good.safetensors", checked_pack());
    std::vector<std::byte> bytes = checked_pack();
    bytes[bytes.size() - 100] ^= std::byte{4};
    write("flipped.safetensors", bytes);
    bytes.resize(bytes.size() / 2);
    write("half.safetensors", bytes);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const char* name, const std::vector<std::byte>& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  const fs::path folder_ = fs::path(::testing::TempDir()) /
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(ChooseModel, TheFirstWhereItIsSound) {
  const ChosenModel chosen = choose_model(folder_ / "good.safetensors", "built-in");
  EXPECT_EQ(fs::path(chosen.model.name()).filename(), "good.safetensors");
  EXPECT_FALSE(chosen.notice);
}

TEST_F(ChooseModel, TheSecondWhereNot) {
  for (const char* bad : {"flipped.safetensors", "half.safetensors", "missing.safetensors"}) {
    const ChosenModel chosen = choose_model(folder_ / bad, folder_ / "good.safetensors");
    EXPECT_EQ(fs::path(chosen.model.name()).filename(), "good.safetensors");
    ASSERT_TRUE(chosen.notice);
    EXPECT_THAT(*chosen.notice, HasSubstr(bad));
  }
}

TEST_F(ChooseModel, NoneWhereBothFail) {
  EXPECT_THROW(choose_model(folder_ / "half.safetensors", folder_ / "flipped.safetensors"), Error);
  EXPECT_THROW(choose_model(folder_ / "half.safetensors", folder_ / "missing.safetensors"), Error);
}

TEST_F(ChooseModel, ADiarizerTellsWhichItIs) {
  const Diarizer diarizer(folder_ / "flipped.safetensors", "built-in", {.threads = 1});
  EXPECT_EQ(diarizer.model().name(), "built-in");
  const std::vector<float> noise = testing::random_values(8000, 1);
  EXPECT_THAT(diarizer.diarize(noise, 16000).notices,
              ::testing::Contains(HasSubstr("flipped.safetensors")));
}

}  // namespace
}  // namespace diarist
