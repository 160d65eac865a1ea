#include "modeltools/quantize/quantize_pack.hpp"

#include <cmath>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "model/packs.hpp"
#include "modeltools/quantize/comparison.hpp"
#include "modeltools/quantize/selection.hpp"

namespace diarist::modeltools::quantize {
namespace {

using diarist::testing::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

const MethodRow& row(QuantizationMethod method, int bits = 8) {
  QuantizationOptions options;
  options.method = method;
  options.bits = bits;
  return method_row(options);
}

std::vector<std::byte> quantized_builtin(const MethodRow& method, int group_rows = 0) {
  const Model model = Model::builtin();
  return quantized_pack(model.pack(), selected_tensors(model.pack(), {}, {}), method, group_rows);
}

/// The least signal to noise of a tensor that was quantized, in dB.
double least_sqnr_db(const PackComparison& comparison) {
  double least = INFINITY;
  for (const TensorComparison& tensor : comparison.tensors) {
    least = std::min(least, tensor.sqnr_db.value_or(-INFINITY));
  }
  return least;
}

TEST(QuantizePack, KeepsWhatEachMethodPromises) {
  const Model model = Model::builtin();
  struct Promise {
    const MethodRow& method;
    double sqnr_db;
    double most_bytes;
  };
  for (const Promise& promise : {Promise{row(QuantizationMethod::palette), 40, 9e6},
                                 Promise{row(QuantizationMethod::palette, 6), 27, 7e6},
                                 Promise{row(QuantizationMethod::palette, 4), 16, 5e6},
                                 Promise{row(QuantizationMethod::linear), 37, 9e6},
                                 Promise{row(QuantizationMethod::bf16), 55, 16.7e6}}) {
    const Model small = Model::parse("small", quantized_builtin(promise.method));
    const PackComparison comparison = compare_contents(model.pack(), small.pack());
    EXPECT_GE(least_sqnr_db(comparison), promise.sqnr_db) << promise.method.title;
    EXPECT_LE(static_cast<double>(comparison.bytes_b), promise.most_bytes) << promise.method.title;
    RecordProperty(std::string(promise.method.title), std::to_string(least_sqnr_db(comparison)));
    for (const TensorComparison& tensor : comparison.tensors) {
      const bool same = tensor.storage_a == tensor.storage_b;
      EXPECT_EQ(same, std::isinf(*tensor.sqnr_db)) << tensor.name;
      EXPECT_EQ(same, tensor.bytes_a == tensor.bytes_b) << tensor.name;
    }
  }
}

TEST(QuantizePack, TablesForGroupsOfChannelsAreNearer) {
  const Model model = Model::builtin();
  const auto noise = [&](int group_rows) {
    const Model small =
        Model::parse("small", quantized_builtin(row(QuantizationMethod::palette, 4), group_rows));
    EXPECT_EQ(small.pack().stored("embedding.layer4.0.conv1.weight")[1].shape[0],
              group_rows > 0 ? 256 / group_rows : 1);
    return least_sqnr_db(compare_contents(model.pack(), small.pack()));
  };
  EXPECT_GT(noise(16), noise(0));
}

TEST(QuantizePack, ScalesAndTablesAreAsFewAsTheirNoiseAllows) {
  const auto decoders = [](const MethodRow& method) {
    const Model small = Model::parse("small", quantized_builtin(method));
    std::map<std::vector<std::int64_t>, int> shapes;
    for (const TensorInfo& info : small.tensors()) {
      if (!info.coding.empty()) ++shapes[small.pack().stored(info.name)[1].shape];
    }
    return shapes;
  };
  // Of the layers of 256 channels, some have one scale for each, some two or four.
  auto scales = decoders(row(QuantizationMethod::linear));
  EXPECT_GT((scales[{256}]), 0);
  EXPECT_GT((scales[{256, 2}]), 0);
  EXPECT_EQ((scales[{256, 8}]), 0);
  // Integer products have a scale for each channel and no more.
  for (const auto& [shape, count] : decoders(row(QuantizationMethod::int8))) {
    EXPECT_EQ(shape.size(), 1U);
  }
  int together = 0;
  int parted = 0;
  for (const auto& [shape, count] : decoders(row(QuantizationMethod::palette))) {
    (shape[0] == 1 ? together : parted) += count;
  }
  EXPECT_GT(together, 40);
  EXPECT_LT(parted, 10);
}

TEST(QuantizePack, TwiceIsOnce) {
  for (const MethodRow& method :
       {row(QuantizationMethod::palette), row(QuantizationMethod::palette, 6),
        row(QuantizationMethod::linear), row(QuantizationMethod::bf16)}) {
    const auto once = quantized_builtin(method);
    const Model small = Model::parse("small", once);
    EXPECT_EQ(quantized_pack(small.pack(), selected_tensors(small.pack(), {}, {}), method, 0), once)
        << method.title;
    EXPECT_EQ(quantized_builtin(method), once) << method.title;
  }
}

TEST(QuantizePack, RefusesAnotherMethodOnTop) {
  const Model small = Model::parse("small", quantized_builtin(row(QuantizationMethod::linear)));
  const Error error = error_of([&] {
    quantized_pack(small.pack(), selected_tensors(small.pack(), {}, {}),
                   row(QuantizationMethod::palette, 6), 0);
  });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("small: tensor 'embedding.layer1.0.conv1.weight' is quantized "
                              "already, as linear8"),
                    HasSubstr("the pack that this one was made from")));
}

TEST(QuantizePack, LeavesEverythingElseByteForByte) {
  const Model model = Model::builtin();
  const std::string chosen = "segmentation.linear.0.weight";
  const Model small = Model::parse(
      "small", quantized_pack(model.pack(), {chosen}, row(QuantizationMethod::palette), 0));
  for (const TensorInfo& info : model.tensors()) {
    if (info.name == chosen) continue;
    const auto before = model.pack().stored(info.name);
    const auto after = small.pack().stored(info.name);
    ASSERT_EQ(after.size(), 1U) << info.name;
    EXPECT_EQ(after[0].type, before[0].type) << info.name;
    EXPECT_TRUE(std::equal(after[0].bytes.begin(), after[0].bytes.end(), before[0].bytes.begin(),
                           before[0].bytes.end()))
        << info.name;
  }
  EXPECT_EQ(small.pack().coding(chosen), model::Coding::palette8);
  EXPECT_EQ(small.metadata().at("format_version"), "2");
  EXPECT_EQ(small.metadata().at("embedding.licence"), model.metadata().at("embedding.licence"));
}

TEST(QuantizePack, LeavesWhatWouldNotShrink) {
  const Model model = Model::builtin();
  const std::string half = "embedding.layer1.0.conv1.weight";  // F16 already
  const Model same =
      Model::parse("same", quantized_pack(model.pack(), {half}, row(QuantizationMethod::bf16), 0));
  EXPECT_EQ(same.pack().type(half), model::DataType::f16);
  EXPECT_EQ(same.metadata().at("format_version"), "1");
}

TEST(Method, NamesRoundTripAndOthersAreRefused) {
  for (const auto method :
       {QuantizationMethod::automatic, QuantizationMethod::palette, QuantizationMethod::linear,
        QuantizationMethod::int8, QuantizationMethod::f16, QuantizationMethod::bf16}) {
    EXPECT_EQ(quantization_method_from_string(to_string(method)), method);
  }
  EXPECT_THAT(error_of([] { quantization_method_from_string("int4"); }).what(),
              HasSubstr("expected one of auto, palette, linear, int8, f16, bf16"));
  QuantizationOptions options;
  options.method = QuantizationMethod::palette;
  options.bits = 5;
  EXPECT_EQ(error_of([&] { method_row(options); }).code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error_of([&] { expected_loss(options); }).what(), HasSubstr("8, 6 or 4"));
}

TEST(Method, ChainGoesFromTheSmallestResultToTheLargest) {
  std::size_t before = 0;
  for (const MethodRow* method : method_chain()) {
    const std::size_t bytes = quantized_builtin(*method).size();
    EXPECT_GT(bytes, before) << method->title;
    before = bytes;
    if (method->method == QuantizationMethod::linear) break;
  }
}

}  // namespace
}  // namespace diarist::modeltools::quantize
