#include "modeltools/safetensors_writer.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/pack.hpp"
#include "model/packs.hpp"

namespace diarist::modeltools {
namespace {

using diarist::testing::error_of;
using ::testing::ElementsAre;

template <typename T>
TensorToWrite tensor(const std::string& name, model::DataType type, std::vector<std::int64_t> shape,
                     const std::vector<T>& values) {
  TensorToWrite made{name, type, std::move(shape), {}};
  made.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(made.bytes.data(), values.data(), made.bytes.size());
  return made;
}

std::vector<TensorToWrite> some_tensors() {
  return {tensor<std::uint16_t>("b", model::DataType::f16, {3}, {0x3c00, 0x4000, 0xc000}),
          tensor<float>("z", model::DataType::f32, {1, 2}, {3, 4}),
          tensor<double>("scalar", model::DataType::f64, {}, {0.1}),
          tensor<float>("none", model::DataType::f32, {0, 5}, {}),
          tensor<float>("a", model::DataType::f32, {1}, {5})};
}

TEST(SafetensorsWriter, ComesBackAsItWas) {
  const std::map<std::string, std::string> metadata = {{"k", "\"quoted\" \xc3\xa9\n"}, {"e", ""}};
  const auto pack = model::Pack::parse("made", safetensors_bytes(some_tensors(), metadata));
  EXPECT_EQ(pack->metadata(), metadata);
  EXPECT_EQ(pack->tensors().size(), 5u);
  EXPECT_THAT(pack->floats("b", {3}), ElementsAre(1, 2, -2));
  EXPECT_THAT(pack->floats("z", {1, 2}), ElementsAre(3, 4));
  EXPECT_THAT(pack->doubles("scalar", {}), ElementsAre(0.1));
  EXPECT_THAT(pack->floats("none", {0, 5}), ElementsAre());
  EXPECT_THAT(pack->floats("a", {1}), ElementsAre(5));
}

TEST(SafetensorsWriter, BytesDoNotDependOnTheOrder) {
  const auto bytes = safetensors_bytes(some_tensors(), {{"k", "v"}});
  auto shuffled = some_tensors();
  std::reverse(shuffled.begin(), shuffled.end());
  EXPECT_EQ(safetensors_bytes(shuffled, {{"k", "v"}}), bytes);
}

TEST(SafetensorsWriter, AlignsValues) {
  const auto bytes = safetensors_bytes(some_tensors(), {});
  const model::SafetensorsHeader header = model::read_safetensors_header("made", bytes);
  std::size_t first = bytes.size();
  for (const model::TensorExtent& extent : header.tensors) {
    EXPECT_EQ(extent.begin % model::bytes_per_value(extent.type), 0u) << extent.name;
    first = std::min(first, extent.begin);
  }
  EXPECT_EQ(first % 64, 0u);
}

TEST(SafetensorsWriter, WritesNothingAtAll) {
  EXPECT_TRUE(model::Pack::parse("made", safetensors_bytes({}, {}))->tensors().empty());
}

TEST(SafetensorsWriter, RefusesWhatReadersWould) {
  const auto refuses = [](std::vector<TensorToWrite> tensors) {
    return error_of([&] { safetensors_bytes(std::move(tensors), {}); }).code() ==
           ErrorCode::invalid_argument;
  };
  const auto named = [](const std::string& name) {
    return tensor<float>(name, model::DataType::f32, {1}, {1});
  };
  EXPECT_FALSE(refuses({named("a"), named("b")}));
  EXPECT_TRUE(refuses({named("a"), named("a")}));
  EXPECT_TRUE(refuses({named("")}));
  EXPECT_TRUE(refuses({named("a b")}));
  EXPECT_TRUE(refuses({named("__metadata__")}));
  EXPECT_TRUE(refuses({tensor<float>("a", model::DataType::f32, {2}, {1})}));
}

}  // namespace
}  // namespace diarist::modeltools
