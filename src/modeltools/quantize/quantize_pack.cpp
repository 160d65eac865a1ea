#include "modeltools/quantize/quantize_pack.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "diarist/error.hpp"

#include "base/cancellation.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/pack_copy.hpp"
#include "modeltools/quantize/quantized_tensor.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist::modeltools::quantize {
namespace {

/// The tensor as the pack holds it.
void copy(const model::Pack& pack, const TensorInfo& info, std::vector<TensorToWrite>& tensors,
          model::CodedTensors& coded) {
  append_stored(pack, info.name, tensors);
  if (const auto coding = pack.coding(info.name)) {
    model::CodedTensor tensor;
    tensor.coding = *coding;
    tensor.shape = info.shape;
    coded.emplace(info.name, std::move(tensor));
  }
}

void refuse_other_coding(const model::Pack& pack, const TensorInfo& info, const MethodRow& method) {
  const auto coding = pack.coding(info.name);
  if (!coding || coding == method.coding) return;
  throw Error(ErrorCode::invalid_argument, pack.name(),
              "tensor '" + info.name + "' is quantized already, as " +
                  std::string(model::row_of(*coding).name),
              "quantize the pack that this one was made from, or leave such tensors out (--keep)");
}

}  // namespace

std::vector<std::byte> quantized_pack(const model::Pack& pack,
                                      const std::vector<std::string>& tensors,
                                      const MethodRow& method, int group_rows,
                                      const CancellationToken& cancellation) {
  std::vector<TensorToWrite> all;
  model::CodedTensors coded;
  for (const TensorInfo& info : pack.tensors()) {
    if (!std::binary_search(tensors.begin(), tensors.end(), info.name)) {
      copy(pack, info, all, coded);
      continue;
    }
    stop_if_cancelled(cancellation);
    refuse_other_coding(pack, info, method);
    if (pack.coding(info.name)) {
      copy(pack, info, all, coded);
      continue;
    }
    QuantizedTensor tensor =
        quantized(info.name, info.shape, pack.floats(info.name, info.shape), method, group_rows);
    if (tensor.bytes() >= static_cast<std::size_t>(info.bytes)) {
      copy(pack, info, all, coded);
      continue;
    }
    std::move(tensor.stored.begin(), tensor.stored.end(), std::back_inserter(all));
    if (tensor.coded) coded.emplace(info.name, std::move(*tensor.coded));
  }
  std::map<std::string, std::string> metadata = pack.metadata();
  if (!coded.empty()) {
    metadata[std::string(model::kQuantizationKey)] = model::codings_to_metadata(coded);
    metadata[std::string(model::kFormatVersionKey)] = model::kQuantizedFormatVersion;
  }
  return safetensors_bytes(std::move(all), metadata);
}

}  // namespace diarist::modeltools::quantize
