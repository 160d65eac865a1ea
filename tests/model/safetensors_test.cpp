#include "model/safetensors.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/packs.hpp"

namespace diarist::model {
namespace {

using diarist::testing::error_of;
using diarist::testing::safetensors_file;
using ::testing::HasSubstr;

SafetensorsHeader read(std::string_view header, std::size_t value_bytes) {
  return read_safetensors_header("x.safetensors", safetensors_file(header, value_bytes));
}

TEST(SafetensorsHeader, GivesTensorsByNameWithExtentsInTheFile) {
  const std::string header = R"({"b":{"dtype":"F16","shape":[2,3],"data_offsets":[8,20]},)"
                             R"("__metadata__":{"k":"v","z":""},)"
                             R"("a":{"shape":[],"data_offsets":[0,8],"dtype":"F64"},)"
                             R"("none":{"dtype":"I8","shape":[4,0],"data_offsets":[20,20]}}  )";
  const SafetensorsHeader read_header = read(header, 20);
  ASSERT_EQ(read_header.tensors.size(), 3u);
  const std::size_t start = 8 + header.size();
  EXPECT_EQ(read_header.tensors[0].name, "a");
  EXPECT_EQ(read_header.tensors[0].type, DataType::f64);
  EXPECT_TRUE(read_header.tensors[0].shape.empty());
  EXPECT_EQ(read_header.tensors[1].begin, start + 8);
  EXPECT_EQ(read_header.tensors[1].end, start + 20);
  EXPECT_EQ(read_header.tensors[1].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(read_header.metadata, (std::map<std::string, std::string>{{"k", "v"}, {"z", ""}}));
}

TEST(SafetensorsHeader, KnowsAllTypes) {
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::size_t>>{{"F64", 8},
                                                                                    {"F32", 4},
                                                                                    {"F16", 2},
                                                                                    {"BF16", 2},
                                                                                    {"I64", 8},
                                                                                    {"I32", 4},
                                                                                    {"I16", 2},
                                                                                    {"I8", 1},
                                                                                    {"U64", 8},
                                                                                    {"U32", 4},
                                                                                    {"U16", 2},
                                                                                    {"U8", 1},
                                                                                    {"BOOL", 1}}) {
    const auto type = data_type_from_string(name);
    ASSERT_TRUE(type.has_value()) << name;
    EXPECT_EQ(to_string(*type), name);
    EXPECT_EQ(bytes_per_value(*type), bytes);
    EXPECT_EQ(is_float(*type), name[0] == 'F' || name == "BF16") << name;
  }
  EXPECT_FALSE(data_type_from_string("f32").has_value());
}

struct Offence {
  std::string header;
  std::size_t value_bytes;
  std::string message;  ///< Part of it.
};

class HostileHeader : public ::testing::TestWithParam<Offence> {};

TEST_P(HostileHeader, IsRefusedByName) {
  const Error error = error_of([] { read(GetParam().header, GetParam().value_bytes); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << GetParam().header;
  EXPECT_EQ(error.subject(), "x.safetensors");
  EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
}

std::string tensor(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"({"t":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}}";
}

std::string two(const std::string& first, const std::string& second) {
  return R"({"one":{"dtype":"F32","shape":[2],"data_offsets":)" + first +
         R"(},"two":{"dtype":"F32","shape":[2],"data_offsets":)" + second + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, HostileHeader,
    ::testing::Values(
        Offence{tensor("F32", "[2]", "[0,8]"), 7, "tensor 't' lies beyond the end"},
        Offence{tensor("F32", "[2]", "[0,8]"), 9, "1 bytes at its end that belong to no tensor"},
        Offence{tensor("F32", "[2]", "[0,4]"), 4, "tensor 't' has 4 bytes where"},
        Offence{tensor("F32", "[2]", "[8,0]"), 8, "tensor 't' ends before it begins"},
        Offence{tensor("F32", "[2]", "[8]"), 8, "tensor 't' needs two data_offsets"},
        Offence{tensor("F32", "[2]", "[0,8,8]"), 8, "tensor 't' needs two data_offsets"},
        Offence{tensor("F32", "[2]", "[4,12]"), 12, "tensor 't' has unused bytes before it"},
        Offence{two("[0,8]", "[4,12]"), 12, "tensor 'two' overlaps another"},
        Offence{two("[0,8]", "[0,8]"), 8, "overlaps another"},
        Offence{two("[0,8]", "[12,20]"), 20, "tensor 'two' has unused bytes before it"}));

INSTANTIATE_TEST_SUITE_P(
    Shapes, HostileHeader,
    ::testing::Values(
        Offence{tensor("F32", "[-2]", "[0,8]"), 8, "tensor 't' holds a negative number"},
        Offence{tensor("F32", "[2]", "[-8,0]"), 8, "tensor 't' holds a negative number"},
        Offence{tensor("F32", "[2.0]", "[0,8]"), 8, "tensor 't' holds a fraction"},
        Offence{tensor("F32", "[1e1]", "[0,40]"), 40, "tensor 't' holds a fraction"},
        Offence{tensor("F32", "[null]", "[0,8]"), 8, "tensor 't' holds a null"},
        Offence{tensor("F32", "[[2]]", "[0,8]"), 8, "tensor 't' holds a list"},
        Offence{tensor("F32", "[\"2\"]", "[0,8]"), 8, "tensor 't' holds a text"},
        Offence{tensor("F32", "2", "[0,8]"), 8, "tensor 't' holds a number"},
        // 4 x 2^32 x 2^32 is 0 in 64 bits, and 4 x 2^31 x 2^31 x 2 is 0 too.
        Offence{tensor("F32", "[4294967296,4294967296]", "[0,0]"), 0, "impossible shape"},
        Offence{tensor("F32", "[2147483648,2147483648,2]", "[0,0]"), 0, "impossible shape"},
        Offence{tensor("F32", "[18446744073709551615]", "[0,8]"), 8, "tensor 't' has 1844674"},
        Offence{tensor("F32", "[99999999999999999999]", "[0,8]"), 8, "tensor 't' holds a fraction"},
        Offence{tensor("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]"), 8, "more than eight axes"}));

INSTANTIATE_TEST_SUITE_P(
    Grammar, HostileHeader,
    ::testing::Values(
        Offence{tensor("F33", "[2]", "[0,8]"), 8, "tensor 't' has the unknown type 'F33'"},
        Offence{tensor("\\u001b[2J", "[2]", "[0,8]"), 8, "unknown type '?[2J'"},
        Offence{R"({"t":{"dtype":"F32","shape":[2]}})", 0, "tensor 't' lacks"},
        Offence{R"({"t":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 0,
                "tensor 't' has 'dtype' twice"},
        Offence{R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}})", 0,
                "unknown property 'x'"},
        Offence{R"({"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                R"("t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                0, "tensor 't' occurs twice"},
        Offence{R"({"t":[]})", 0, "tensor 't' holds a list"},
        Offence{R"({"t":true})", 0, "tensor 't' holds a true"},
        Offence{R"({"t":{"dtype":{}}})", 0, "tensor 't' holds an object"},
        Offence{R"({"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", 0, "tensor name ''"},
        Offence{R"({"a b":{}})", 0, "tensor name 'a b'"},
        Offence{"{\"" + std::string(300, 'n') + "\":{}}", 0, "tensor name 'nnn"},
        Offence{R"({"__metadata__":{"k":1}})", 0, "metadata holds a number"},
        Offence{R"({"__metadata__":{"k":{}}})", 0, "metadata holds an object"},
        Offence{R"({"__metadata__":{"k":["v"]}})", 0, "metadata holds a list"},
        Offence{R"({"__metadata__":{"k":"v","k":"w"}})", 0, "metadata has 'k' twice"},
        Offence{R"({"__metadata__":{},"__metadata__":{}})", 0, "__metadata__ twice"},
        Offence{R"({"__metadata__":"x"})", 0, "metadata holds a text"}, Offence{"{", 0, "not JSON"},
        Offence{"{}x", 0, "not JSON"}, Offence{"{\"\xff\":1}", 0, "not JSON"},
        Offence{"", 0, "no JSON object"}, Offence{" {}", 0, "no JSON object"},
        Offence{"[]", 0, "no JSON object"}));

TEST(SafetensorsHeader, NestingOfAnyDepthIsRefusedWithoutRecursion) {
  std::string deep = "{\"t\":{\"shape\":";
  deep.append(1000000, '[');
  EXPECT_EQ(error_of([&] { read(deep, 0); }).code(), ErrorCode::corrupt_model);
}

TEST(SafetensorsHeader, LengthIsCheckedBeforeItIsTrusted) {
  std::vector<std::byte> bytes = safetensors_file("{}", 0);
  EXPECT_NO_THROW(read_safetensors_header("x", bytes));
  for (std::size_t kept = 0; kept < bytes.size(); ++kept) {
    const std::span<const std::byte> part(bytes.data(), kept);
    EXPECT_EQ(error_of([&] { read_safetensors_header("x", part); }).code(),
              ErrorCode::corrupt_model)
        << kept;
  }
  // Whatever bit of the length is wrong, the rest no longer fits to it.
  for (int bit = 0; bit < 64; ++bit) {
    std::vector<std::byte> flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    EXPECT_EQ(error_of([&] { read_safetensors_header("x", flipped); }).code(),
              ErrorCode::corrupt_model)
        << bit;
  }
}

TEST(SafetensorsHeader, NoFlippedBitMakesAnExtentLeaveTheFile) {
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}})";
  const std::vector<std::byte> sound = safetensors_file(header, 32);
  int refused = 0;
  for (std::size_t bit = 0; bit < (8 + header.size()) * 8; ++bit) {
    std::vector<std::byte> flipped = sound;
    flipped[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    try {
      const SafetensorsHeader read_header = read_safetensors_header("x", flipped);
      std::size_t covered = 0;
      for (const TensorExtent& extent : read_header.tensors) {
        ASSERT_LE(extent.begin, extent.end);
        ASSERT_LE(extent.end, flipped.size());
        covered += extent.end - extent.begin;
      }
      ASSERT_EQ(covered, 32u) << bit;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::corrupt_model) << bit;
      ++refused;
    }
  }
  // What goes unnoticed is only in names and in metadata: 4 characters of the 160.
  EXPECT_GT(refused, static_cast<int>(header.size()) * 8 * 9 / 10);
}

}  // namespace
}  // namespace diarist::model
