#include "modeltools/onnx_graph.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "model/packs.hpp"
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
  for (const char* name : {"folded", "norms", "sinc", "filters"}) {
    const Bytes whole = seed(name);
    EXPECT_TRUE(understood(whole)) << name;
    for (std::size_t kept = 0; kept < whole.size(); kept += 7) {
      ASSERT_FALSE(understood({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept)}))
          << name << " up to " << kept;
    }
  }
}

/// What the segmentation net in a seed has under a name.
std::vector<double> taken(const char* seed_name, const std::string& tensor) {
  return onnx_segmentation(parse_onnx(seed_name, seed(seed_name))).tensors.at(tensor).doubles();
}

// "filters" is "sinc" after onnxsim, which makes constants of all that does not follow from the
// input, and a Gemm of a MatMul with its Add.
TEST(OnnxGraph, ASimplifiedGraphHasTheSameWeights) {
  const auto tensors = onnx_segmentation(parse_onnx("sinc", seed("sinc"))).tensors;
  EXPECT_EQ(onnx_segmentation(parse_onnx("filters", seed("filters"))).tensors.size(),
            tensors.size());
  for (const auto& [name, tensor] : tensors) {
    const std::vector<double> values = taken("filters", name);
    ASSERT_EQ(values.size(), tensor.doubles().size()) << name;
    // Cut-off frequencies are found again to a thousandth of a hertz.
    const double within = name.ends_with("_hz_") ? 1e-3 : 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], tensor.doubles()[i], within) << name;
    }
  }
}

TEST(OnnxGraph, FiltersThatAreNoneOfSincNetsAreRefused) {
  OnnxGraph graph = parse_onnx("the file", seed("filters"));
  const auto filters =
      std::find_if(graph.tensors.begin(), graph.tensors.end(), [](const auto& each) {
        return each.second.shape == std::vector<std::int64_t>{4, 1, 251};
      });
  ASSERT_NE(filters, graph.tensors.end());
  OnnxTensor& tensor = filters->second;
  Bytes bytes = *tensor.bytes;
  const float other = 0.5F;
  std::memcpy(bytes.data() + (251 + 9) * sizeof(other), &other, sizeof(other));
  tensor.bytes = std::make_shared<const Bytes>(bytes);
  const auto refusal = [&] {
    return std::string(error_of([&] { onnx_segmentation(graph); }).what());
  };
  EXPECT_THAT(refusal(), HasSubstr("filters of which number 1 is no band-pass of SincNet's"));
  tensor.shape = {2, 2, 251};
  EXPECT_THAT(refusal(), HasSubstr("filters of shape [2, 2, 251], expected"));
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

INSTANTIATE_TEST_SUITE_P(Onnx, OnnxSeed,
                         ::testing::Values("folded", "norms", "lstm", "sinc", "filters"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace diarist::modeltools
