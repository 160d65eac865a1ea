#include "modeltools/pytorch_file.hpp"

#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "model/packs.hpp"
#include "modeltools/archives.hpp"
#include "modeltools/pickles.hpp"

namespace diarist::modeltools {
namespace {

namespace fs = std::filesystem;
using namespace diarist::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename T>
std::string stored(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

class PytorchFile : public ::testing::Test {
 protected:
  ~PytorchFile() override { fs::remove(file_); }

  void write(const std::string& pieces, ArchiveMembers more, int compression = kStored) {
    more.insert(more.begin(), {"net/data.pkl", whole_pickle(pieces)});
    write_archive(file_, more, compression);
  }
  Checkpoint read() const { return read_checkpoint(file_); }
  std::vector<double> values(const std::string& tensor) const {
    return read().tensors.at(tensor).doubles();
  }
  /// What is wrong with the file, which the message must name.
  Error refusal() const {
    const Error error = error_of([this] {
      for (const auto& [name, tensor] : read().tensors) tensor.doubles();
    });
    EXPECT_THAT(error.what(), HasSubstr(file_.string()));
    return error;
  }

  // One for each test, as they run side by side.
  fs::path file_ = fs::path(::testing::TempDir()) /
                   (std::string("pytorch_file_") +
                    ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".pt");
};

TEST_F(PytorchFile, SharesStoragesAndFollowsStrides) {
  write(pickled_dictionary({{"rows", pickled_tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1})},
                            {"columns", pickled_tensor("FloatStorage", "0", 6, 0, {3, 2}, {1, 3})},
                            {"tail", pickled_tensor("FloatStorage", "0", 6, 4, {2}, {1})},
                            {"every_other", pickled_tensor("FloatStorage", "0", 6, 1, {3}, {2})},
                            {"scalar", pickled_tensor("FloatStorage", "0", 6, 5, {}, {})},
                            {"none", pickled_tensor("FloatStorage", "0", 6, 0, {0, 3}, {3, 1})},
                            {"epoch", pickled(7)}}),
        {{"net/data/0", stored<float>({0, 1, 2, 3, 4, 5})}, {"net/byteorder", "little"}});
  const Checkpoint checkpoint = read();
  EXPECT_EQ(checkpoint.tensors.size(), 6u);
  EXPECT_THAT(checkpoint.tensors.at("columns").shape, ElementsAre(3, 2));
  EXPECT_THAT(values("rows"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(values("columns"), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_THAT(values("tail"), ElementsAre(4, 5));
  EXPECT_THAT(values("every_other"), ElementsAre(1, 3, 5));
  EXPECT_THAT(values("scalar"), ElementsAre(5));
  EXPECT_THAT(values("none"), ElementsAre());
}

TEST_F(PytorchFile, ReadsEveryFloat) {
  write(pickled_dictionary({{"d", pickled_tensor("DoubleStorage", "0", 1, 0, {1}, {1})},
                            {"h", pickled_tensor("HalfStorage", "1", 2, 0, {2}, {1})},
                            {"b", pickled_tensor("BFloat16Storage", "2", 2, 0, {2}, {1})}}),
        {{"net/data/0", stored<double>({0.1})},
         {"net/data/1", stored<std::uint16_t>({0x3c00, 0xc000})},
         {"net/data/2", stored<std::uint16_t>({0x3f80, 0xc000})}});
  EXPECT_THAT(values("d"), ElementsAre(0.1));
  EXPECT_TRUE(read().tensors.at("d").is_double);
  EXPECT_FALSE(read().tensors.at("h").is_double);
  EXPECT_THAT(values("h"), ElementsAre(1, -2));
  EXPECT_THAT(values("b"), ElementsAre(1, -2));
}

TEST_F(PytorchFile, IntegersAreNoWeightsUntilAsked) {
  write(pickled_dictionary({{"count", pickled_tensor("LongStorage", "0", 1, 0, {}, {})},
                            {"weight", pickled_tensor("FloatStorage", "1", 1, 0, {1}, {1})}}),
        {{"net/data/0", stored<std::int64_t>({5})}, {"net/data/1", stored<float>({2})}});
  EXPECT_THAT(values("weight"), ElementsAre(2));
  const Error error = refusal();
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'count'"), HasSubstr("I64")));
}

TEST_F(PytorchFile, OfLightningTakesTheStateDict) {
  const std::string tensor = pickled_tensor("FloatStorage", "0", 1, 0, {1}, {1});
  const std::string ordered = named("collections", "OrderedDict") + ")R(" + pickled("model.w") +
                              tensor + "u}" + pickled("_metadata") + "}sb";
  write(pickled_dictionary({{"epoch", pickled(3)},
                            {"extra", tensor},
                            {"hyper_parameters", pickled_dictionary({{"lr", pickled(1)}})},
                            {"state_dict", ordered}}),
        {{"net/data/0", stored<float>({2})}});
  const Checkpoint checkpoint = read();
  ASSERT_EQ(checkpoint.tensors.size(), 1u);
  EXPECT_EQ(checkpoint.tensors.begin()->first, "model.w");
}

TEST_F(PytorchFile, NamesTheStorageToBlame) {
  const std::string pieces =
      pickled_dictionary({{"w", pickled_tensor("FloatStorage", "3", 2, 0, {2}, {1})}});
  write(pieces, {});
  EXPECT_THAT(refusal().what(),
              AllOf(HasSubstr("storage '3'"), HasSubstr("'w'"), HasSubstr("not in the archive")));
  write(pieces, {{"net/data/3", stored<float>({1})}});
  EXPECT_THAT(refusal().what(), AllOf(HasSubstr("storage '3'"), HasSubstr("has 4 bytes")));
  write(pieces, {{"net/data/3", stored<std::uint32_t>({0, 0x7fc00000})}});
  const Error nan = refusal();
  EXPECT_EQ(nan.code(), ErrorCode::corrupt_model);
  EXPECT_THAT(nan.what(), AllOf(HasSubstr("'w'"), HasSubstr("not finite (number 1)")));
}

TEST_F(PytorchFile, RefusesWhatIsNoStateDict) {
  write(pickled_dictionary({{"epoch", pickled(3)}}), {});
  EXPECT_EQ(refusal().code(), ErrorCode::wrong_model);
  EXPECT_THAT(refusal().what(), HasSubstr("no dictionary of tensors"));
  write(named("my_net", "Net") + ")\x81", {});
  EXPECT_THAT(refusal().what(), AllOf(HasSubstr("'my_net.Net'"), HasSubstr("state_dict()")));
  write(named("__torch__.my_net", "Net") + ")\x81", {{"net/constants.pkl", "\x80\x02)."}});
  EXPECT_THAT(refusal().what(), HasSubstr("TorchScript"));
  const std::string tensor = pickled_tensor("FloatStorage", "0", 1, 0, {1}, {1});
  write(pickled_dictionary({{"w", tensor}}),
        {{"net/data/0", stored<float>({2})}, {"net/byteorder", "big"}});
  EXPECT_EQ(refusal().code(), ErrorCode::wrong_model);
  EXPECT_THAT(refusal().what(), HasSubstr("byte order 'big'"));
  write_file(file_, bytes_of(std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
                                         "\x80\x02M\xe9\x03.")));
  EXPECT_EQ(refusal().code(), ErrorCode::wrong_model);
  EXPECT_THAT(refusal().what(), HasSubstr("before version 1.6"));
}

TEST_F(PytorchFile, ABombIsRefusedUnopened) {
  const std::string pieces =
      pickled_dictionary({{"w", pickled_tensor("FloatStorage", "0", 8 << 20, 0, {1}, {1})}});
  write(pieces, {{"net/data/0", std::string(std::size_t{32} << 20, '\0')}}, kDeflated);
  EXPECT_LT(fs::file_size(file_), 100'000u);
  const Error error = refusal();
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
  EXPECT_THAT(error.what(), HasSubstr("would unpack from"));
}

TEST_F(PytorchFile, CutAnywhereIsRefusedAndFlippedNeverMisread) {
  for (const int compression : {kStored, kDeflated}) {
    write(pickled_dictionary({{"w", pickled_tensor("FloatStorage", "0", 4, 0, {4}, {1})}}),
          {{"net/data/0", stored<float>({1, 2, 3, 4})}, {"net/byteorder", "little"}}, compression);
    const std::vector<std::byte> whole = file_bytes(file_);
    for (std::size_t kept = 0; kept < whole.size(); ++kept) {
      write_file(file_, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept)});
      ASSERT_EQ(refusal().code(), ErrorCode::corrupt_model) << kept;
    }
    // What no checksum covers, like a member's date, may change and change nothing.
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::vector<std::byte> flipped = whole;
      flipped[i] ^= static_cast<std::byte>(1 << (i % 8));
      write_file(file_, flipped);
      try {
        const Checkpoint checkpoint = read();
        ASSERT_EQ(checkpoint.tensors.size(), 1u) << i;
        EXPECT_THAT(checkpoint.tensors.at("w").doubles(), ElementsAre(1, 2, 3, 4)) << i;
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(file_.string())) << i;
      }
    }
  }
}

}  // namespace
}  // namespace diarist::modeltools
