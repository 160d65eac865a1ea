#include "modeltools/pickle.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "model/packs.hpp"
#include "modeltools/pickles.hpp"
#include "modeltools/pytorch_objects.hpp"

namespace diarist::modeltools {
namespace {

using diarist::testing::bytes_of;
using diarist::testing::error_of;
using diarist::testing::named;
using diarist::testing::pickled;
using diarist::testing::pickled_dictionary;
using diarist::testing::pickled_tensor;
using diarist::testing::whole_pickle;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A pickle that was read, with what it refers to.
struct Read {
  explicit Read(const std::string& text) {
    const auto bytes = bytes_of(text);
    root = read_pickle("data.pkl", bytes, objects, values);
  }
  const PickleValue& result() const { return values[root]; }
  const PickleValue& item(std::size_t i) const { return values[result().items.at(i)]; }

  PytorchObjects objects{"data.pkl"};
  PickleValues values;
  PickleIndex root = 0;
};

Error refusal(const std::string& text) {
  return error_of([&] { Read{text}; });
}

TEST(Pickle, ReadsNumbersAndTexts) {
  const Read read(whole_pickle(
      "(N\x88\x89K\x07M\x34\x12" + pickled(-5) + std::string("\x8a\x00", 2) + "\x8a\x02\xfe\xff" +
      pickled("text") + "U\x02hi" + std::string("G\xbf\xf8\x00\x00\x00\x00\x00\x00", 9) + "t"));
  ASSERT_EQ(read.result().kind, PickleKind::tuple);
  EXPECT_EQ(read.item(0).kind, PickleKind::none);
  EXPECT_EQ(read.item(1).integer, 1);
  EXPECT_EQ(read.item(2).integer, 0);
  EXPECT_EQ(read.item(3).integer, 7);
  EXPECT_EQ(read.item(4).integer, 0x1234);
  EXPECT_EQ(read.item(5).integer, -5);
  EXPECT_EQ(read.item(6).integer, 0);
  EXPECT_EQ(read.item(7).integer, -2);
  EXPECT_EQ(read.item(8).text, "text");
  EXPECT_EQ(read.item(9).text, "hi");
  EXPECT_EQ(read.item(10).real, -1.5);
}

TEST(Pickle, ReadsContainersAndMemos) {
  // A list that holds itself, and a dictionary whose later entry wins.
  const Read self(
      whole_pickle("]q\x01h\x01"
                   "a"));
  EXPECT_THAT(self.result().items, ElementsAre(self.root));
  const Read twice(whole_pickle(pickled_dictionary({{"a", pickled(1)}, {"a", pickled(2)}})));
  ASSERT_NE(twice.values.at(twice.result(), "a"), nullptr);
  EXPECT_EQ(twice.values.at(twice.result(), "a")->integer, 2);
  EXPECT_EQ(twice.values.at(twice.result(), "b"), nullptr);
  // Protocol 4: frames, short texts, memoized in order.
  const Read four(std::string("\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00", 11) +
                  "\x8c\x01"
                  "a\x94\x8c\x01"
                  "b\x94h" +
                  std::string("\x00\x87.", 3));
  ASSERT_EQ(four.result().items.size(), 3u);
  EXPECT_EQ(four.result().kind, PickleKind::tuple);
}

TEST(Pickle, ReadsATensorsDescription) {
  const Read read(whole_pickle(pickled_tensor("HalfStorage", "7", 12, 2, {3, 2}, {1, 5})));
  ASSERT_EQ(read.result().kind, PickleKind::tensor);
  const PytorchTensor& tensor = read.objects.tensors().at(0);
  EXPECT_THAT(tensor.view.shape, ElementsAre(3, 2));
  EXPECT_THAT(tensor.view.strides, ElementsAre(1, 5));
  EXPECT_EQ(tensor.view.offset, 2);
  const PytorchStorage& storage = read.objects.storages().at(tensor.storage);
  EXPECT_EQ(storage.key, "7");
  EXPECT_EQ(storage.type, model::DataType::f16);
  EXPECT_EQ(storage.values, 12u);
}

TEST(Pickle, OfDataOnlyClassesKeepsNothing) {
  const std::string specifications = "(" + named("pyannote.audio.core.task", "Specifications") +
                                     ")\x81}" + pickled("classes") + "]sbt";
  const Read read(whole_pickle(specifications));
  EXPECT_EQ(read.item(0).kind, PickleKind::object);
  EXPECT_TRUE(read.item(0).items.empty());
}

TEST(Pickle, RefusesAnyOtherNameByThatName) {
  for (const auto& [module, name] :
       std::vector<std::pair<std::string, std::string>>{{"os", "system"},
                                                        {"posix", "system"},
                                                        {"builtins", "eval"},
                                                        {"builtins", "getattr"},
                                                        {"__builtin__", "exec"},
                                                        {"subprocess", "Popen"},
                                                        {"torch", "load"},
                                                        {"torch._utils", "_rebuild_tensor_v3"},
                                                        {"torch.nn.modules.linear", "Linear"},
                                                        {"my_project", "MyModel"}}) {
    const std::string full = module + "." + name;
    const Error error =
        refusal(whole_pickle(named(module, name) + "(" + pickled("echo hacked") + "tR"));
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << full;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("data.pkl"), HasSubstr("'" + full + "'"),
                                    HasSubstr("at byte 2"), HasSubstr("not run")));
    // Named by texts on the stack, and only named, never called.
    const Error stacked = refusal(whole_pickle(pickled(module) + pickled(name) + "\x93"));
    EXPECT_THAT(stacked.what(), HasSubstr("'" + full + "'"));
  }
  EXPECT_THAT(refusal(whole_pickle(named("os\x1b[2J", "x"))).what(), HasSubstr("'os?[2J.x'"));
}

TEST(Pickle, RefusesWhatTensorsDoNotNeed) {
  const auto refused = [](const std::string& pieces, const std::string& message) {
    const Error error = refusal(whole_pickle(pieces));
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << message;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("data.pkl"), HasSubstr(message)));
  };
  refused("(ios\nsystem\n", "operation 'i' at byte 3");
  refused("(cos\nsystem\no", "'os.system'");
  refused("I5\n", "operation 'I' at byte 2");
  refused("S'a'\n", "operation 'S'");
  refused("P5\n", "operation 'P'");
  refused("\x82\x05", "operation 0x82");
  refused("\x97", "operation 0x97");
  refused("", "nothing on the stack");
  refused("NN", "leaves values behind");
  refused("(N", "leaves values behind");
  refused("N(.", "nothing on the stack");
  refused("N.N", "followed by more bytes");
  refused("t", "no mark");
  refused("h\x05", "memo 5");
  refused("}Na", "another kind");
  refused("}(Nu", "key without a value");
  refused("NNR", "no class or function");
  refused(named("collections", "OrderedDict") + "NR", "no tuple");
  refused(named("torch", "FloatStorage") + ")R", "makes a storage");
  refused("NNb", "gives state");
  refused("NQ", "persistent id");
  refused(std::string(1001, '(') + "N", "nests too deeply");
  refused(
      "X\xff\xff\xff\x7f"
      "a",
      "more bytes than there are");
  refused("\x80\x09N", "protocol");
}

TEST(Pickle, RefusesAbsurdTensors) {
  const auto refused = [](std::int32_t values, std::int32_t offset,
                          const std::vector<std::int32_t>& shape,
                          const std::vector<std::int32_t>& strides) {
    const Error error =
        refusal(whole_pickle(pickled_tensor("FloatStorage", "0", values, offset, shape, strides)));
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
    EXPECT_THAT(error.what(), HasSubstr("at byte"));
  };
  constexpr std::int32_t kLarge = 2147483647;
  refused(6, 1, {2, 3}, {3, 1});
  refused(6, 0, {2, 3}, {4, 1});
  refused(6, -1, {2, 3}, {3, 1});
  refused(6, 0, {2, -3}, {3, 1});
  refused(6, 5, {2, 3}, {-3, 1});
  refused(6, 0, {2, 3}, {1});
  refused(6, 0, {7}, {0});  // Seven values out of one.
  refused(6, kLarge, {1}, {1});
  refused(kLarge, 0, {kLarge, kLarge, kLarge}, {kLarge, kLarge, kLarge});
  refused(kLarge, 0, {kLarge, kLarge}, {0, 0});
  refused(6, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1});
  refused(-1, 0, {0}, {1});
}

TEST(Pickle, DoublingIsBounded) {
  // Each step makes a tuple of what was made before, twice: a result of 2^n leaves, but n values.
  std::string doubled = ")";
  for (int i = 0; i < 1000; ++i) doubled += "2\x86";
  EXPECT_EQ(Read(whole_pickle(doubled)).values.size(), 1001u);
  // A dictionary of a long list, over and over.
  std::string copies = "](";
  for (int i = 0; i < 5000; ++i) copies += ")2\x86";
  copies += "eq\x01" + named("collections", "OrderedDict") + "q\x02";
  for (int i = 0; i < 5000; ++i) copies += "0h\x02h\x01\x85R";
  EXPECT_THAT(refusal(whole_pickle(copies)).what(), HasSubstr("more references"));
}

TEST(Pickle, CutAnywhereIsRefused) {
  const std::string whole = whole_pickle(pickled_dictionary(
      {{"a", pickled_tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1})}, {"b", "K\x01"}}));
  EXPECT_EQ(Read(whole).objects.tensors().size(), 1u);
  for (std::size_t kept = 0; kept < whole.size(); ++kept) {
    const Error error = refusal(whole.substr(0, kept));
    EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << kept;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("data.pkl"), HasSubstr("at byte"))) << kept;
  }
}

TEST(Pickle, FlippedAnywhereIsReadOrRefused) {
  const std::string whole = whole_pickle(pickled_dictionary(
      {{"a", pickled_tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1})}, {"b", "K\x01"}}));
  int refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      try {
        Read{flipped};
      } catch (const Error& error) {
        ++refused;
        EXPECT_EQ(error.code(), ErrorCode::corrupt_model) << i;
        EXPECT_THAT(error.what(), AllOf(HasSubstr("data.pkl"), HasSubstr("byte"))) << i;
      }
    }
  }
  EXPECT_GT(refused, static_cast<int>(whole.size()));
}

}  // namespace
}  // namespace diarist::modeltools
