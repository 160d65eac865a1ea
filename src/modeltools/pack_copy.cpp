#include "modeltools/pack_copy.hpp"

#include <utility>

namespace diarist::modeltools {

void append_stored(const model::Pack& pack, const std::string& tensor,
                   std::vector<TensorToWrite>& to) {
  for (const model::StoredTensor& part : pack.stored(tensor)) {
    to.push_back({part.name, part.type, part.shape, {part.bytes.begin(), part.bytes.end()}});
  }
}

std::vector<std::byte> with_metadata(const model::Pack& pack,
                                     const std::map<std::string, std::string>& more) {
  std::vector<TensorToWrite> tensors;
  for (const TensorInfo& info : pack.tensors()) append_stored(pack, info.name, tensors);
  std::map<std::string, std::string> metadata = pack.metadata();
  for (const auto& [key, value] : more) metadata[key] = value;
  return safetensors_bytes(std::move(tensors), metadata);
}

}  // namespace diarist::modeltools
