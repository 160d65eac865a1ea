#include "modeltools/checkpoint.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <string_view>
#include <utility>

#include "diarist/error.hpp"

#include "model/pack.hpp"
#include "modeltools/npz.hpp"
#include "modeltools/onnx_embedding.hpp"
#include "modeltools/onnx_graph.hpp"
#include "modeltools/onnx_segmentation.hpp"
#include "modeltools/pytorch_file.hpp"
#include "modeltools/tensor_values.hpp"
#include "modeltools/zip_archive.hpp"

namespace diarist::modeltools {
namespace {

constexpr std::string_view kZip = "PK\x03\x04";
constexpr std::string_view kOnnx = "\x08";
// Protocol 2 and a long integer, PyTorch's magic number: what torch.save wrote before version 1.6.
constexpr std::string_view kLegacyPytorch = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9";

std::string first_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(16, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  return start;
}

/// `owner` keeps what `pack` points at.
template <typename Owner>
Checkpoint from_pack(const Owner& owner, const model::Pack& pack) {
  Checkpoint checkpoint{pack.name(), {}, pack.metadata()};
  for (const TensorInfo& info : pack.tensors()) {
    checkpoint.tensors[info.name] = {info.shape, info.type == "F64", [owner, &pack, info] {
                                       return pack.doubles(info.name, info.shape);
                                     }};
  }
  return checkpoint;
}

Checkpoint from_safetensors(const std::filesystem::path& file) {
  const std::shared_ptr<const model::Pack> pack = model::Pack::read(file);
  return from_pack(pack, *pack);
}

Checkpoint from_npz(const ZipArchive& archive) {
  Checkpoint checkpoint{archive.name(), {}, {}};
  for (auto& [name, array] : arrays_of(archive)) {
    CheckpointTensor tensor{array.shape, array.dtype == "f8", {}};
    const auto shared = std::make_shared<const NpyArray>(std::move(array));
    tensor.doubles = [shared, file = archive.name(), name = name] {
      std::vector<double> values = shared->doubles();
      check_finite(file, name, values);
      return values;
    };
    checkpoint.tensors.emplace(name, std::move(tensor));
  }
  return checkpoint;
}

/// A protobuf has no magic number: the first field of a model is its IR version. A safetensors
/// file may begin with the same byte, but its header always begins after eight of them.
bool is_onnx(const std::filesystem::path& file, const std::string& start) {
  constexpr std::size_t kHeader = 8;
  if (start.size() > kHeader && start[kHeader] == '{') return false;
  return file.extension() == ".onnx" || start.starts_with(kOnnx);
}

Checkpoint from_onnx(const OnnxGraph& graph) {
  const auto has = [&](std::string_view op) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [&](const OnnxNode& node) { return node.op == op; });
  };
  if (has("LSTM")) return onnx_segmentation(graph);
  return onnx_embedding(graph);
}

}  // namespace

Checkpoint read_checkpoint(const std::filesystem::path& file) {
  const std::string start = first_bytes(file);
  if (start.starts_with(kZip)) {
    const ZipArchive archive(file);
    return is_pytorch(archive) ? pytorch_checkpoint(archive) : from_npz(archive);
  }
  if (start.starts_with(kLegacyPytorch)) {
    throw Error(ErrorCode::wrong_model, file.string(),
                "is a PyTorch file in the format of before version 1.6",
                "load and save it once with a newer PyTorch: torch.save(torch.load(...), ...)");
  }
  if (is_onnx(file, start)) return from_onnx(read_onnx(file));
  return from_safetensors(file);
}

Checkpoint checkpoint_of(const Model& model) { return from_pack(model, model.pack()); }

}  // namespace diarist::modeltools
