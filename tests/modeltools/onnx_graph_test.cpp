#include "modeltools/onnx_graph.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "modeltools/onnx_embedding.hpp"
#include "modeltools/onnx_segmentation.hpp"
#include "modeltools/pickles.hpp"
#include "testing/places.hpp"

namespace diarist::modeltools {
namespace {

using namespace diarist::testing;
using ::testing::HasSubstr;

using Bytes = std::vector<std::byte>;

/// Small graphs as PyTorch exports them, which are the fuzzer's seeds too.
Bytes seed(const char* name) {
  return file_bytes(source_dir() / "tests" / "modeltools" / "corpus" / "onnx_fuzzer" / name);
}

std::size_t values_of(const Checkpoint& checkpoint) {
  std::size_t values = 0;
  for (const auto& [name, tensor] : checkpoint.tensors) values += tensor.doubles().size();
  return values;
}

/// A tensor holds as many bytes as its shape says, whatever the file claimed.
void expect_sound(const OnnxGraph& graph) {
  for (const auto& [name, tensor] : graph.tensors) {
    std::size_t bytes = model::bytes_per_value(tensor.type);
    for (const std::int64_t axis : tensor.shape) bytes *= static_cast<std::size_t>(axis);
    ASSERT_EQ(tensor.bytes->size(), bytes) << name;
  }
}

/// Reads as either net. True where one of them was in it; fails where an error does not name the
/// file.
bool understood(const Bytes& bytes) {
  try {
    const OnnxGraph graph = parse_onnx("the file", bytes);
    expect_sound(graph);
    for (auto* follow : {&onnx_embedding, &onnx_segmentation}) {
      try {
        values_of(follow(graph));
        return true;
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("the file"));
      }
    }
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the file"));
  }
  return false;
}

TEST(OnnxGraph, IsUnderstoodWholeAndNoPieceOfItIs) {
  for (const char* name : {"folded", "norms"}) {
    const Bytes whole = seed(name);
    EXPECT_TRUE(understood(whole)) << name;
    for (std::size_t kept = 0; kept < whole.size(); kept += 7) {
      ASSERT_FALSE(understood({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept)}))
          << name << " up to " << kept;
    }
  }
}

class OnnxSeed : public ::testing::TestWithParam<const char*> {};

// No checksum covers the bytes, so that a weight may change; nothing else may.
TEST_P(OnnxSeed, FlippedAnywhereIsReadOrRefused) {
  const Bytes whole = seed(GetParam());
  // Every few bytes of the large ones, which takes seconds as it is.
  for (std::size_t i = 0; i < whole.size(); i += 1 + whole.size() / 1024) {
    Bytes flipped = whole;
    flipped[i] ^= static_cast<std::byte>(1 << (i % 8));
    understood(flipped);
    ASSERT_FALSE(HasFailure()) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Onnx, OnnxSeed, ::testing::Values("folded", "norms", "lstm"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace diarist::modeltools
