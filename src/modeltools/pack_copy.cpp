#include "modeltools/pack_copy.hpp"

#include <utility>

#include "modeltools/safetensors_writer.hpp"

namespace diarist::modeltools {

std::vector<std::byte> with_metadata(const model::Pack& pack,
                                     const std::map<std::string, std::string>& more) {
  std::vector<TensorToWrite> tensors;
  for (const TensorInfo& info : pack.tensors()) {
    for (const model::StoredTensor& part : pack.stored(info.name)) {
      tensors.push_back({part.name, part.type, part.shape, {part.bytes.begin(), part.bytes.end()}});
    }
  }
  std::map<std::string, std::string> metadata = pack.metadata();
  for (const auto& [key, value] : more) metadata[key] = value;
  return safetensors_bytes(std::move(tensors), metadata);
}

}  // namespace diarist::modeltools
