#include "model/coding.hpp"

#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "model/pack.hpp"
#include "model/packs.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist::model {
namespace {

using diarist::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// A pack whose tensor 'w' of `shape` is coded; every part may be replaced by a wrong one.
struct Parts {
  std::string coding = "palette8";
  std::string shape = "[2,3]";
  DataType codes_type = DataType::u8;
  std::vector<std::int64_t> codes_shape = {2, 3};
  std::vector<std::uint8_t> codes = {0, 1, 2, 2, 1, 0};
  std::string decoder_name = "w.lut";
  DataType decoder_type = DataType::f32;
  std::vector<std::int64_t> decoder_shape = {1, 3};
  std::vector<float> decoder = {-1, 0.5F, 4};

  std::string entry() const {
    return R"({"w":{"coding":")" + coding + R"(","shape":)" + shape + "}}";
  }
  std::shared_ptr<const Pack> pack(std::string quantization = "") const {
    if (quantization.empty()) quantization = entry();
    std::vector<modeltools::TensorToWrite> tensors{
        {"w", codes_type, codes_shape, bytes_of(codes)},
        {decoder_name, decoder_type, decoder_shape, bytes_of(decoder)}};
    return Pack::parse(
        "q.st", modeltools::safetensors_bytes(std::move(tensors),
                                              {{std::string(kQuantizationKey), quantization}}));
  }
};

Parts linear() {
  Parts parts;
  parts.coding = "linear8";
  parts.codes_type = DataType::i8;
  parts.codes = {1, 0, 0xff, 127, 0x81, 2};
  parts.decoder_name = "w.scale";
  parts.decoder_shape = {2};
  parts.decoder = {0.5F, 2};
  return parts;
}

Parts packed(const std::string& coding, std::vector<std::uint8_t> bytes) {
  Parts parts;
  parts.coding = coding;
  parts.codes_shape = {static_cast<std::int64_t>(bytes.size())};
  parts.codes = std::move(bytes);
  return parts;
}

TEST(Coding, PaletteLooksUpEachCode) {
  const auto pack = Parts().pack();
  EXPECT_THAT(pack->floats("w", {2, 3}), ElementsAre(-1, 0.5F, 4, 4, 0.5F, -1));
  EXPECT_THAT(pack->doubles("w", {2, 3}), ElementsAre(-1, 0.5, 4, 4, 0.5, -1));
}

TEST(Coding, PaletteHasATableForEachGroupOfRows) {
  Parts parts;
  parts.decoder_shape = {2, 3};
  parts.decoder = {-1, 0.5F, 4, 10, 20, 30};
  EXPECT_THAT(parts.pack()->floats("w", {2, 3}), ElementsAre(-1, 0.5F, 4, 30, 20, 10));
}

TEST(Coding, LinearScalesEachRow) {
  EXPECT_THAT(linear().pack()->floats("w", {2, 3}), ElementsAre(0.5F, 0, -0.5F, 254, -254, 4));
}

TEST(Coding, LinearScalesEachPartOfARow) {
  Parts parts = linear();
  parts.decoder_shape = {2, 3};
  parts.decoder = {0.5F, 9, 4, 2, 1, 0.25F};
  EXPECT_THAT(parts.pack()->floats("w", {2, 3}), ElementsAre(0.5F, 0, -4, 254, -127, 0.5F));
  parts.decoder_shape = {2, 1};
  parts.decoder = {0.5F, 2};
  EXPECT_THAT(parts.pack()->floats("w", {2, 3}), ElementsAre(0.5F, 0, -0.5F, 254, -254, 4));
}

TEST(Coding, NarrowCodesFollowOneAnotherFromTheLowestBits) {
  // 0 1 2 2 1 0 as six bits each: 000000 000001 000010 000010 | 000001 000000.
  EXPECT_THAT(packed("palette6", {0x40, 0x20, 0x08, 0x01, 0x00}).pack()->floats("w", {2, 3}),
              ElementsAre(-1, 0.5F, 4, 4, 0.5F, -1));
  EXPECT_THAT(packed("palette4", {0x10, 0x22, 0x01}).pack()->floats("w", {2, 3}),
              ElementsAre(-1, 0.5F, 4, 4, 0.5F, -1));
}

TEST(Coding, PackingIsTheInverse) {
  for (const Coding coding : {Coding::palette8, Coding::palette6, Coding::palette4}) {
    const int bits = row_of(coding).bits;
    // Long enough for several blocks of the decoder, and odd.
    std::vector<std::uint8_t> codes(10007);
    std::vector<float> table(std::size_t{1} << bits);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      codes[i] = static_cast<std::uint8_t>((i * i + i / 7) % table.size());
    }
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i) - 3;
    CodedTensor tensor;
    tensor.coding = coding;
    tensor.shape = {static_cast<std::int64_t>(codes.size())};
    tensor.entries = table.size();
    const auto bytes = pack_codes(coding, codes);
    EXPECT_EQ(bytes.size(), code_bytes(coding, codes.size()));
    std::vector<float> values;
    EXPECT_EQ(decode(tensor, bytes, bytes_of(table), values), std::nullopt);
    ASSERT_EQ(values.size(), codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      ASSERT_EQ(values[i], table[codes[i]]) << row_of(coding).name << " " << i;
    }
  }
}

TEST(Coding, IsOneTensorOfItsValuesShape) {
  const auto pack = packed("palette4", {0x10, 0x22, 0x01}).pack();
  ASSERT_EQ(pack->tensors().size(), 1U);
  const TensorInfo& info = pack->tensors()[0];
  EXPECT_EQ(info.name, "w");
  EXPECT_EQ(info.type, "U8");
  EXPECT_EQ(info.coding, "palette4");
  EXPECT_THAT(info.shape, ElementsAre(2, 3));
  EXPECT_EQ(info.bytes, 3 + 12);
  EXPECT_FALSE(pack->contains("w.lut"));
  EXPECT_EQ(pack->coding("w"), Coding::palette4);
  EXPECT_TRUE(pack->holds_weights("w"));
  const auto stored = pack->stored("w");
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(stored[0].name, "w");
  EXPECT_THAT(stored[0].shape, ElementsAre(3));
  EXPECT_EQ(stored[1].name, "w.lut");
  EXPECT_EQ(stored[1].bytes.size(), 12U);
}

TEST(Coding, MetadataIsWhatIsRead) {
  const auto pack = linear().pack();
  const std::vector<TensorExtent> extents = {{"w", DataType::i8, {2, 3}, 0, 6},
                                             {"w.scale", DataType::f32, {2}, 6, 14}};
  const auto tensors = read_codings("f", pack->metadata(), extents);
  ASSERT_EQ(tensors.size(), 1U);
  EXPECT_EQ(codings_to_metadata(tensors), pack->metadata().at("quantization"));
}

/// What reading the header refuses.
void expect_corrupt(const Parts& parts, const std::string& problem, const std::string& text = "") {
  const Error error = error_of([&] { parts.pack(text); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << problem;
  EXPECT_THAT(error.what(), AllOf(HasSubstr("q.st: "), HasSubstr(problem)));
}

TEST(Coding, RefusesADescriptionThatIsNone) {
  const Parts parts;
  expect_corrupt(parts, "metadata 'quantization' is no JSON object", "[]");
  expect_corrupt(parts, "metadata 'quantization' is no JSON object", "{\"w\":");
  expect_corrupt(parts, "tensor 'w' is not described by", R"({"w":{}})");
  expect_corrupt(parts, "tensor 'w' is not described by", R"({"w":7})");
  expect_corrupt(parts, "tensor 'w' has a coding that",
                 R"({"w":{"coding":"palette3","shape":[6]}})");
  expect_corrupt(parts, "tensor 'w' has a coding that", R"({"w":{"coding":8,"shape":[6]}})");
  expect_corrupt(parts, "tensor 'no?' lacks its 'no",
                 R"({"no\u001b":{"coding":"palette8","shape":[6]}})");
  for (const char* shape : {"[]", "7", "\"2\"", "[1,1,1,1,1,1,1,1,6]"}) {
    Parts wrong;
    wrong.shape = shape;
    expect_corrupt(wrong, "tensor 'w' has a shape that is no list");
  }
  for (const char* shape : {"[0]", "[-6]", "[2.5]", "[null]", "[18446744073709551615]",
                            "[1099511627776,2]", "[4294967296,4294967296]"}) {
    Parts wrong;
    wrong.shape = shape;
    expect_corrupt(wrong, "tensor 'w' has an impossible shape");
  }
}

TEST(Coding, RefusesCodesThatDoNotFitTheirShape) {
  Parts parts;
  parts.shape = "[3,2]";
  expect_corrupt(parts, "has 'w' as U8 [2, 3], expected U8 [3, 2]");
  parts = linear();
  parts.codes_type = DataType::u8;
  expect_corrupt(parts, "has 'w' as U8 [2, 3], expected I8 [2, 3]");
  expect_corrupt(packed("palette6", {0, 0, 0, 0}), "has 'w' as U8 [4], expected U8 [5]");
}

TEST(Coding, RefusesScalesAndTablesThatAreMissingOrMisshapen) {
  Parts parts;
  parts.decoder_name = "w.other";
  expect_corrupt(parts, "tensor 'w' lacks its 'w.lut'");
  parts = linear();
  parts.decoder_name = "w.lut";
  expect_corrupt(parts, "tensor 'w' lacks its 'w.scale'");
  parts = linear();
  parts.decoder_shape = {1, 2};
  expect_corrupt(parts, "has 'w.scale' as F32 [1, 2], expected F32 [2, parts] with parts that");
  parts.decoder_shape = {2, 2};
  parts.decoder = {1, 1, 1, 1};
  expect_corrupt(parts, "has 'w.scale' as F32 [2, 2], expected F32 [2, parts] with parts that");
  parts.decoder_shape = {2, 0};
  parts.decoder = {};
  expect_corrupt(parts, "divide 3 columns");
  parts = linear();
  parts.decoder_shape = {2, 1, 1};
  expect_corrupt(parts, "has 'w.scale' as F32 [2, 1, 1], expected F32 [2]");
  parts = linear();
  parts.decoder_type = DataType::i32;
  expect_corrupt(parts, "has 'w.scale' as I32 [2], expected F32 [2]");
  parts = Parts();
  parts.decoder_shape = {3, 1};
  expect_corrupt(parts, "has its tables as F32 [3, 1], expected F32 [groups, entries]");
  parts.decoder_shape = {3};
  expect_corrupt(parts, "has its tables as F32 [3]");
  parts.decoder_shape = {1, 0};
  parts.decoder = {};
  expect_corrupt(parts, "has its tables as F32 [1, 0]");
  parts = packed("palette4", {0x10, 0x22, 0x01});
  parts.decoder_shape = {1, 17};
  parts.decoder.resize(17);
  expect_corrupt(parts, "at most 16 entries");
}

/// What using the tensor refuses.
void expect_unusable(const Parts& parts, const std::string& problem) {
  const auto pack = parts.pack();
  for (const Error& error : {error_of([&] {
                               pack->floats("w", {2, 3});
                             }),
                             error_of([&] {
                               pack->doubles("w", {2, 3});
                             })}) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << problem;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("q.st: tensor 'w' "), HasSubstr(problem)));
  }
}

TEST(Coding, RefusesCodesBeyondTheTable) {
  Parts parts;
  parts.codes[4] = 3;
  expect_unusable(parts, "has code 3 (number 4) beyond its table of 3");
  expect_unusable(packed("palette4", {0x10, 0x22, 0xf1}),
                  "has code 15 (number 5) beyond its table of 3");
}

TEST(Coding, RefusesBitsBehindTheLastCode) {
  expect_unusable(packed("palette6", {0x40, 0x20, 0x08, 0x01, 0x10}),
                  "has bits set behind its last code");
}

TEST(Coding, RefusesWhatIsNotFinite) {
  Parts parts;
  parts.decoder[1] = std::numeric_limits<float>::quiet_NaN();
  expect_unusable(parts, "has a table entry that is not finite (number 1)");
  parts = linear();
  parts.decoder[1] = std::numeric_limits<float>::infinity();
  expect_unusable(parts, "has a scale that is not finite (number 1)");
  parts.decoder[1] = std::numeric_limits<float>::max();  // 127 times that is infinite.
  expect_unusable(parts, "has a scale that is not finite (number 1)");
}

TEST(Coding, ShapeIsCheckedAsForOthers) {
  const auto pack = Parts().pack();
  EXPECT_THAT(error_of([&] { pack->floats("w", {6}); }).what(),
              HasSubstr("tensor 'w' has shape [2, 3], expected [6]"));
}

TEST(Coding, AnyFlippedBitIsReadOrRefused) {
  int refused = 0;
  for (const Parts& parts : {Parts(), linear(), packed("palette6", {0x40, 0x20, 0x08, 0x01, 0x00}),
                             packed("palette4", {0x10, 0x22, 0x01})}) {
    std::vector<modeltools::TensorToWrite> tensors{
        {"w", parts.codes_type, parts.codes_shape, bytes_of(parts.codes)},
        {parts.decoder_name, parts.decoder_type, parts.decoder_shape, bytes_of(parts.decoder)}};
    const std::vector<std::byte> sound = modeltools::safetensors_bytes(
        std::move(tensors), {{std::string(kQuantizationKey), parts.entry()}});
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
      std::vector<std::byte> bytes = sound;
      bytes[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
      try {
        const auto pack = Pack::parse("q.st", std::move(bytes));
        for (const TensorInfo& info : pack->tensors()) {
          if (pack->holds_weights(info.name)) pack->floats(info.name, info.shape);
        }
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace diarist::model
