// Any bytes as an ONNX model: parsing it and following it as either net works or throws
// diarist::Error.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "diarist/error.hpp"

#include "modeltools/onnx_embedding.hpp"
#include "modeltools/onnx_graph.hpp"
#include "modeltools/onnx_segmentation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace diarist::modeltools;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  try {
    const OnnxGraph graph = parse_onnx("fuzz", std::vector<std::byte>(bytes, bytes + size));
    for (auto* follow : {&onnx_embedding, &onnx_segmentation}) {
      try {
        for (const auto& [name, tensor] : follow(graph).tensors) tensor.doubles();
      } catch (const diarist::Error&) {
        // A graph of something else.
      }
    }
  } catch (const diarist::Error&) {
    // What hostile bytes should give.
  }
  return 0;
}
