#include "modeltools/inspect.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/model.hpp"

#include "model/packs.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist::modeltools {
namespace {

using diarist::testing::safetensors_file;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Inspect, ListsTheBuiltInPackByNet) {
  const Inspection inspection = inspect(Model::builtin().pack());
  ASSERT_EQ(inspection.nets.size(), 3u);
  EXPECT_EQ(inspection.nets[0].name, "embedding");
  EXPECT_EQ(inspection.nets[0].values, 6642848);
  EXPECT_EQ(inspection.nets[1].name, "plda");
  EXPECT_EQ(inspection.nets[1].values, 256 + 256 * 128 + 128 + 128 + 128 * 128 + 128);
  EXPECT_EQ(inspection.nets[2].name, "segmentation");
  EXPECT_EQ(inspection.nets[2].values, 1473515);
  EXPECT_EQ(inspection.nets[2].metadata.at("licence"), "MIT");
  std::int64_t values = 0;
  for (const auto& net : inspection.nets) {
    for (const auto& tensor : net.tensors) {
      EXPECT_FALSE(tensor.role.empty()) << tensor.info.name;
      values += tensor.values;
    }
  }
  EXPECT_EQ(values, inspection.values);
}

TEST(Inspect, TextHasALineForEachTensor) {
  const std::string text = to_text(inspect(Model::builtin().pack()));
  EXPECT_THAT(text, HasSubstr("built-in: 242 tensors, 8,166,155 values"));
  EXPECT_THAT(text, HasSubstr("segmentation: 54 tensors, 1,473,515 values"));
  EXPECT_THAT(text, ContainsRegex("licence +CC-BY-4.0"));
  EXPECT_THAT(text, HasSubstr("BUT Speech@FIT"));
  EXPECT_THAT(text, ContainsRegex("embedding.layer3.2.conv1.weight +F16 +\\[128, 128, 3, 3\\] +"
                                  "294,912  convolution\n"));
  EXPECT_THAT(text, ContainsRegex("plda.psi +F64 +\\[128\\] +1,024  plda\n"));
}

TEST(Inspect, JsonHoldsTheSame) {
  const auto json = nlohmann::json::parse(to_json(inspect(Model::builtin().pack())));
  EXPECT_EQ(json["schema"], "diarist.inspect");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["pack"], "built-in");
  EXPECT_EQ(json["values"], 8166155);
  EXPECT_EQ(json["metadata"]["format_version"], "1");
  ASSERT_EQ(json["nets"].size(), 3u);
  EXPECT_EQ(json["nets"][0]["metadata"]["architecture"]["blocks"], nlohmann::json({3, 4, 6, 3}));
  EXPECT_EQ(json["nets"][2]["tensors"].size(), 54u);
  EXPECT_EQ(json["nets"][1]["tensors"][0],
            nlohmann::json::parse(R"({"name":"plda.lda","type":"F32","shape":[256,128],)"
                                  R"("values":32768,"bytes":131072,"role":"plda"})"));
}

TEST(Inspect, TakesAnySafetensorsAndDisarmsItsTexts) {
  const auto pack = model::Pack::parse(
      "e\x1b.st", safetensors_file(R"({"__metadata__":{"a":"x\u001b[2J\u009b1\n","a.b":"{broken",)"
                                   R"("c.d":"e\u00e9"},)"
                                   R"("a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},)"
                                   R"("a.b":{"dtype":"I64","shape":[0],"data_offsets":[1,1]}})",
                                   1));
  const Inspection inspection = inspect(*pack);
  const std::string text = to_text(inspection);
  EXPECT_THAT(text, HasSubstr("e?.st: 2 tensors, 1 values, 1 bytes\n"));
  EXPECT_THAT(text, HasSubstr("a    x?[2J?1?\n"));
  EXPECT_THAT(text, HasSubstr("c.d  e\xc3\xa9\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const auto json = nlohmann::json::parse(to_json(inspection));
  EXPECT_EQ(json["nets"][0]["metadata"]["b"], "{broken");
  EXPECT_FALSE(json["nets"][0]["tensors"][0].contains("role"));
}

TEST(Inspect, TellsHowAQuantizedTensorIsStored) {
  const auto pack = model::Pack::parse(
      "q.st",
      safetensors_file(
          R"({"__metadata__":{"quantization":"{\"n.w\":{\"coding\":\"palette4\",\"shape\":[3,3]}}"},)"
          R"("n.w":{"dtype":"U8","shape":[5],"data_offsets":[12,17]},)"
          R"("n.w.lut":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]}})",
          17));
  const Inspection inspection = inspect(*pack);
  EXPECT_THAT(to_text(inspection), HasSubstr("q.st: 1 tensor, 9 values, 17 bytes\n\n"));
  EXPECT_THAT(to_text(inspection), ContainsRegex("n.w +palette4 +\\[3, 3\\] +17\n"));
  const auto json = nlohmann::json::parse(to_json(inspection));
  EXPECT_EQ(json["nets"][0]["tensors"][0],
            nlohmann::json::parse(R"({"name":"n.w","type":"U8","coding":"palette4",)"
                                  R"("shape":[3,3],"values":9,"bytes":17})"));
}

TEST(Inspect, KnowsWhatEachTensorOfAnotherSizeIsFor) {
  const Model deep = testing::synthetic_model(testing::other_sizes(true));
  const Inspection inspection = inspect(deep.pack());
  for (const Inspection::Net& net : inspection.nets) {
    for (const auto& tensor : net.tensors) EXPECT_FALSE(tensor.role.empty()) << tensor.info.name;
  }
}

}  // namespace
}  // namespace diarist::modeltools
