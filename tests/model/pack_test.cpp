#include "model/pack.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builtin_pack.hpp"
#include "model/packs.hpp"

namespace diarist::model {
namespace {

using diarist::testing::error_of;
using diarist::testing::safetensors_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A pack of one tensor 't' of this type over the bytes of `values`.
template <typename T>
std::shared_ptr<const Pack> pack_of(const std::string& type, const std::vector<T>& values) {
  const std::size_t size = values.size() * sizeof(T);
  const std::string header = R"({"t":{"dtype":")" + type + R"(","shape":[)" +
                             std::to_string(values.size()) + R"(],"data_offsets":[0,)" +
                             std::to_string(size) + "]}}";
  std::vector<std::byte> bytes = safetensors_file(header, size);
  std::memcpy(bytes.data() + bytes.size() - size, values.data(), size);
  return Pack::parse("x.safetensors", std::move(bytes));
}

TEST(Pack, ConvertsEachFloatType) {
  EXPECT_THAT(pack_of<double>("F64", {1.5, -1e300})->doubles("t", {2}), ElementsAre(1.5, -1e300));
  EXPECT_THAT(pack_of<double>("F64", {0.1})->floats("t", {1}), ElementsAre(0.1f));
  EXPECT_THAT(pack_of<float>("F32", {0.1f, -2})->floats("t", {2}), ElementsAre(0.1f, -2));
  EXPECT_THAT(pack_of<float>("F32", {0.1f})->doubles("t", {1}), ElementsAre(double{0.1f}));
  EXPECT_THAT(pack_of<std::uint16_t>("F16", {0x3c00, 0x0001})->floats("t", {2}),
              ElementsAre(1, 0x1p-24f));
  EXPECT_THAT(pack_of<std::uint16_t>("BF16", {0x4000})->doubles("t", {1}), ElementsAre(2));
}

TEST(Pack, RefusesValuesThatAreNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto pack = pack_of<float>("F32", {0, 1, nan, 2});
  for (const Error& error :
       {error_of([&] { pack->floats("t", {4}); }), error_of([&] { pack->doubles("t", {4}); })}) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
    EXPECT_THAT(error.what(), HasSubstr("tensor 't' has a value that is not finite (number 2)"));
  }
  const auto refuses = [](const std::shared_ptr<const Pack>& other) {
    return error_of([&] { other->floats("t", {1}); }).code() == ErrorCode::corrupt_model;
  };
  EXPECT_TRUE(refuses(pack_of<float>("F32", {-HUGE_VALF})));
  EXPECT_TRUE(refuses(pack_of<double>("F64", {1e300})));  // Infinite as a float.
  EXPECT_TRUE(refuses(pack_of<std::uint16_t>("F16", {0x7c00})));
  EXPECT_TRUE(refuses(pack_of<std::uint16_t>("F16", {0xfe00})));
  EXPECT_TRUE(refuses(pack_of<std::uint16_t>("BF16", {0xff80})));
  EXPECT_FALSE(refuses(pack_of<float>("F32", {std::numeric_limits<float>::max()})));
}

TEST(Pack, NamesWhatIsMissingMisshapenOrNoWeight) {
  const auto pack = pack_of<std::int8_t>("I8", {1, 2});
  EXPECT_TRUE(pack->contains("t"));
  EXPECT_FALSE(pack->contains("u"));
  const Error missing = error_of([&] { pack->floats("u", {2}); });
  EXPECT_EQ(missing.code(), ErrorCode::wrong_model);
  EXPECT_THAT(missing.what(), HasSubstr("x.safetensors: has no tensor 'u'"));
  const Error misshapen = error_of([&] { pack->floats("t", {1, 2}); });
  EXPECT_EQ(misshapen.code(), ErrorCode::wrong_model);
  EXPECT_THAT(misshapen.what(), HasSubstr("tensor 't' has shape [2], expected [1, 2]"));
  const Error integer = error_of([&] { pack->floats("t", {2}); });
  EXPECT_EQ(integer.code(), ErrorCode::wrong_model);
  EXPECT_THAT(integer.what(), HasSubstr("tensor 't' is stored as I8"));
}

TEST(Pack, TruncatedAtAnyKilobyteIsRefused) {
  const std::span<const std::byte> whole = builtin_pack();
  ASSERT_GT(whole.size(), std::size_t{10} << 20);
  EXPECT_NO_THROW(Pack::parse_static("whole", whole));
  int with_tensor = 0;
  for (std::size_t kept = 0; kept < whole.size(); kept += 1024) {
    const Error error = error_of([&] { Pack::parse_static("cut.st", whole.first(kept)); });
    ASSERT_EQ(error.code(), ErrorCode::corrupt_model) << kept;
    ASSERT_EQ(error.subject(), "cut.st");
    if (std::string(error.what()).find("tensor '") != std::string::npos) ++with_tensor;
  }
  // All but those cut within the header can say which tensor is not there.
  EXPECT_GT(with_tensor, static_cast<int>(whole.size() / 1024) - 64);
}

TEST(Pack, FileThatIsReadDoesNotChangeWithTheFile) {
  const std::filesystem::path file =
      std::filesystem::path(::testing::TempDir()) / "pack_test_changed.safetensors";
  const std::vector<std::byte> bytes =
      safetensors_file(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4);
  const auto write = [&](std::size_t size) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
  };
  write(bytes.size());
  const auto pack = Pack::read(file);
  write(0);
  EXPECT_THAT(pack->floats("t", {1}), ElementsAre(0.0f));
  EXPECT_EQ(pack->name(), file.string());
  EXPECT_EQ(error_of([&] { Pack::read(file); }).code(), ErrorCode::corrupt_model);
  std::filesystem::remove(file);
}

TEST(Pack, FileThatIsNoneIsRefused) {
  EXPECT_EQ(error_of([] { Pack::read("no/such/pack"); }).code(), ErrorCode::not_found);
  const Error folder = error_of([] { Pack::read(::testing::TempDir()); });
  EXPECT_EQ(folder.code(), ErrorCode::io);
  EXPECT_THAT(folder.what(), HasSubstr("folder"));
  EXPECT_EQ(error_of([] { Pack::read("/dev/zero"); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace diarist::model
