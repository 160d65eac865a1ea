#include "diarist/import.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "model/builtin_pack.hpp"
#include "model/pack.hpp"
#include "model/packs.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/npz.hpp"
#include "modeltools/safetensors_writer.hpp"
#include "testing/shared.hpp"

namespace diarist::modeltools {
namespace {

namespace fs = std::filesystem;
using diarist::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

fs::path builtin_file() { return testing::source_dir() / "models" / "community.safetensors"; }

fs::path write(const std::string& name, const std::vector<std::byte>& bytes) {
  const fs::path file = fs::path(::testing::TempDir()) / ("import_test_" + name);
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file;
}

/// The built-in pack's tensors of one part as a checkpoint in F32, under `prefix` + source names,
/// after `edit` had its way with them.
fs::path checkpoint(const std::string& name, std::size_t part, const std::string& prefix,
                    const std::function<void(std::vector<TensorToWrite>&)>& edit = {}) {
  const Model model = Model::builtin();
  std::vector<TensorToWrite> tensors;
  const std::vector<model::Part> parts = model::parts();
  for (const model::TensorSpec& spec : parts[part].tensors) {
    const std::vector<float> values = model.pack().floats(spec.name, spec.shape);
    TensorToWrite tensor{prefix + spec.source_name, model::DataType::f32, spec.shape, {}};
    tensor.bytes.resize(values.size() * sizeof(float));
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    tensors.push_back(std::move(tensor));
  }
  if (edit) edit(tensors);
  return write(name, safetensors_bytes(std::move(tensors), {}));
}

TensorToWrite& find(std::vector<TensorToWrite>& tensors, const std::string& name) {
  for (TensorToWrite& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::out_of_range(name);
}

void set_value(TensorToWrite& tensor, std::size_t i, float value) {
  std::memcpy(tensor.bytes.data() + i * sizeof(float), &value, sizeof(float));
}

TEST(Import, OfAPackGivesThePackAgain) {
  const ImportedPack pack = import_checkpoints({builtin_file()}, {WeightStorage::f16, {}});
  const auto builtin = model::builtin_pack();
  EXPECT_TRUE(std::equal(pack.bytes.begin(), pack.bytes.end(), builtin.begin(), builtin.end()));
  EXPECT_THAT(pack.left_out, IsEmpty());
  EXPECT_EQ(pack.parts.size(), 4u);
}

TEST(Import, TakesNetsFromSeveralSourcesAndReportsWhatIsLeftOver) {
  // As WeSpeaker itself spells names (no "resnet."), with what training leaves behind.
  const fs::path embedding = checkpoint("embedding.st", 1, "", [](auto& tensors) {
    for (const char* name : {"bn1.num_batches_tracked", "steps"}) {
      tensors.push_back({name, model::DataType::i64, {}, {}});
      tensors.back().bytes.resize(8);
    }
  });
  const fs::path segmentation = checkpoint("segmentation.st", 0, "");
  const fs::path transform = checkpoint("transform.st", 2, "");
  const fs::path plda = checkpoint("plda.st", 3, "");
  const ImportedPack made =
      import_checkpoints({plda, embedding, transform, segmentation}, {WeightStorage::f32, {}});
  EXPECT_THAT(made.left_out, ElementsAre(embedding.string() + ": steps"));
  const auto pack = model::Pack::parse("made", made.bytes);
  EXPECT_NO_THROW(model::check(*pack));
  EXPECT_EQ(pack->metadata().at("storage"), "f32");
  const Model builtin = Model::builtin();
  for (const TensorInfo& info : pack->tensors()) {
    EXPECT_EQ(info.type, "F32") << info.name;
    EXPECT_EQ(pack->floats(info.name, info.shape), builtin.pack().floats(info.name, info.shape));
  }

  const Error twice = error_of([&] {
    import_checkpoints({plda, embedding, transform, segmentation, builtin_file()},
                       {WeightStorage::f32, {}});
  });
  EXPECT_EQ(twice.code(), ErrorCode::invalid_argument);
  const Error without = error_of([&] {
    import_checkpoints({plda, transform, segmentation}, {WeightStorage::f32, {}});
  });
  EXPECT_EQ(without.code(), ErrorCode::wrong_model);
  EXPECT_THAT(without.what(), HasSubstr("embedding net"));
  for (const fs::path& file : {embedding, segmentation, transform, plda}) fs::remove(file);
}

TEST(Import, NamesTheTensorToBlame) {
  // The other parts come from checkpoints that are sound.
  const std::vector<fs::path> others = {checkpoint("s.st", 0, ""), checkpoint("t.st", 2, ""),
                                        checkpoint("p.st", 3, "")};
  const auto refusal = [&](const std::function<void(std::vector<TensorToWrite>&)>& edit,
                           WeightStorage storage = WeightStorage::f16) {
    std::vector<fs::path> sources = others;
    sources.push_back(checkpoint("bad.st", 1, "resnet.", edit));
    return error_of([&] { import_checkpoints(sources, {storage, {}}); });
  };
  const std::string name = "resnet.layer3.2.conv1.weight";
  const Error missing = refusal([&](auto& tensors) { find(tensors, name).name = "other"; });
  EXPECT_EQ(missing.code(), ErrorCode::wrong_model);
  EXPECT_THAT(missing.what(),
              AllOf(HasSubstr("bad.st"), HasSubstr("tensor '" + name + "' is missing"),
                    HasSubstr("[128, 128, 3, 3]"), HasSubstr("is this a WeSpeaker ResNet?")));
  const Error misshapen = refusal([&](auto& tensors) {
    find(tensors, name).shape = {128, 128, 9, 1};
  });
  EXPECT_EQ(misshapen.code(), ErrorCode::wrong_model);
  EXPECT_THAT(misshapen.what(), HasSubstr("'" + name + "' has shape [128, 128, 9, 1]"));
  const Error nan = refusal([&](auto& tensors) {
    set_value(find(tensors, name), 5, std::numeric_limits<float>::quiet_NaN());
  });
  EXPECT_EQ(nan.code(), ErrorCode::corrupt_model);
  EXPECT_THAT(nan.what(), HasSubstr("'" + name + "' has a value that is not finite (number 5)"));

  const auto large = [&](auto& tensors) { set_value(find(tensors, name), 0, 65520); };
  const Error too_large = refusal(large);
  EXPECT_EQ(too_large.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(too_large.what(), AllOf(HasSubstr(name), HasSubstr("f32 storage")));
  EXPECT_STREQ(refusal(large, WeightStorage::f32).what(), "no error was thrown");
  for (const fs::path& file : others) fs::remove(file);
  fs::remove(fs::path(::testing::TempDir()) / "import_test_bad.st");
}

TEST(Import, FindsANetUnderAnyPrefixAndTheRestInTheBase) {
  const fs::path file = checkpoint("lightning.st", 1, "module.model.resnet.", [](auto& tensors) {
    tensors.push_back({"module.projection.weight", model::DataType::f32, {1}, {}});
    tensors.back().bytes.resize(4);
  });
  const ImportedPack made = import_checkpoints({file}, {WeightStorage::f16, Model::builtin()});
  const auto builtin = model::builtin_pack();
  EXPECT_TRUE(std::equal(made.bytes.begin(), made.bytes.end(), builtin.begin(), builtin.end()));
  EXPECT_THAT(made.left_out, ElementsAre(file.string() + ": module.projection.weight"));
  ASSERT_EQ(made.parts.size(), 4u);
  EXPECT_EQ(made.parts[0].source, "built-in");
  EXPECT_EQ(made.parts[1].source, file.string());
  fs::remove(file);

  const fs::path twice = checkpoint("twice.st", 1, "a.", [](auto& tensors) {
    tensors.push_back(find(tensors, "a.layer1.0.conv1.weight"));
    tensors.back().name = "b.layer1.0.conv1.weight";
  });
  const Error error = error_of([&] {
    import_checkpoints({twice}, {WeightStorage::f16, Model::builtin()});
  });
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'a.layer1.0.conv1.weight'"),
                                  HasSubstr("'b.layer1.0.conv1.weight'")));
  fs::remove(twice);
}

TEST(Import, ListsAllThatIsWrongWithANet) {
  const fs::path file = checkpoint("several.st", 1, "", [](auto& tensors) {
    find(tensors, "layer1.0.conv1.weight").shape = {32, 288};
    find(tensors, "bn1.bias").name = "layer2.0.se.fc1.weight";
    find(tensors, "seg_1.bias").name = "seg_2.bias";
  });
  // Its signature has another shape: still an embedding net.
  const Error error = error_of([&] {
    import_checkpoints({file}, {WeightStorage::f16, Model::builtin()});
  });
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(
      error.what(),
      AllOf(HasSubstr(file.string()),
            HasSubstr("'layer1.0.conv1.weight' has shape [32, 288], expected [32, 32, 3, 3]"),
            HasSubstr("'bn1.bias' is missing (expected shape [32])"),
            HasSubstr("'layer2.0.se.fc1.weight' of shape [32] is none of the net's"),
            HasSubstr("'seg_1.bias' is missing"),
            HasSubstr("'seg_2.bias' of shape [256] is none of the net's")));
  fs::remove(file);
}

TEST(Import, SaysOnlyOfThePublishedWeightsWhereTheyComeFrom) {
  const fs::path file = checkpoint(
      "tuned.st", 0, "", [](auto& tensors) { set_value(find(tensors, "classifier.bias"), 3, 17); });
  const ImportedPack made = import_checkpoints({file}, {WeightStorage::f16, Model::builtin()});
  const auto pack = model::Pack::parse("made", made.bytes);
  EXPECT_EQ(pack->metadata().at("segmentation.source"), file.filename().string());
  EXPECT_THAT(pack->metadata().at("segmentation.licence"), HasSubstr("not known"));
  EXPECT_EQ(pack->metadata().at("embedding.licence"), "CC-BY-4.0");
  fs::remove(file);
}

TEST(Import, StorageHasNames) {
  EXPECT_EQ(weight_storage_from_string("f16"), WeightStorage::f16);
  EXPECT_EQ(weight_storage_from_string("f32"), WeightStorage::f32);
  EXPECT_EQ(error_of([] { weight_storage_from_string("f64"); }).code(),
            ErrorCode::invalid_argument);
}

std::vector<fs::path> upstream() {
  const fs::path folder = testing::shared_dir() / "weights";
  return {folder / "segmentation-3.0.safetensors",
          folder / "wespeaker-voxceleb-resnet34-LM.safetensors", folder / "plda.npz",
          folder / "xvec_transform.npz"};
}

TEST(Import, OfUpstreamIsExactInF32) {
  DIARIST_NEEDS_SHARED();
  const ImportedPack made = import_checkpoints(upstream(), {WeightStorage::f32, {}});
  EXPECT_THAT(made.left_out, IsEmpty());
  const auto pack = model::Pack::parse("made", made.bytes);
  model::check(*pack);
  const auto segmentation = model::Pack::read(upstream()[0]);
  const auto embedding = model::Pack::read(upstream()[1]);
  const auto& parts = model::parts();
  for (const model::TensorSpec& spec : parts[0].tensors) {
    EXPECT_EQ(pack->floats(spec.name, spec.shape),
              segmentation->floats(spec.source_name, spec.shape));
  }
  for (const model::TensorSpec& spec : parts[1].tensors) {
    EXPECT_EQ(pack->floats(spec.name, spec.shape),
              embedding->floats("resnet." + spec.source_name, spec.shape));
  }
  const auto transform = read_npz(upstream()[3]);
  for (const model::TensorSpec& spec : parts[2].tensors) {
    EXPECT_EQ(pack->doubles(spec.name, spec.shape), transform.at(spec.source_name).doubles());
  }
  const auto plda = read_npz(upstream()[2]);
  for (const model::TensorSpec& spec : parts[3].tensors) {
    EXPECT_EQ(pack->doubles(spec.name, spec.shape), plda.at(spec.source_name).doubles());
  }
}

TEST(Import, OfUpstreamInF16IsTheBuiltInPack) {
  DIARIST_NEEDS_SHARED();
  const ImportedPack made = import_checkpoints(upstream(), {WeightStorage::f16, {}});
  const auto builtin = model::builtin_pack();
  EXPECT_TRUE(std::equal(made.bytes.begin(), made.bytes.end(), builtin.begin(), builtin.end()));
}

}  // namespace
}  // namespace diarist::modeltools
