// Which embeddings may be compared: told by the tensors that make them.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "diarist/speaker_store.hpp"

#include "base/digest.hpp"
#include "model/architecture.hpp"
#include "model/pack.hpp"

namespace diarist {

VoiceSpace voice_space(const Model& model) {
  const model::Pack& pack = model.pack();
  Digest digest;
  // By name, so that the order within the file makes no difference, nor does the segmentation
  // network, which embeds nothing.
  for (const TensorInfo& tensor : pack.tensors()) {
    if (!tensor.name.starts_with("embedding.") && !tensor.name.starts_with("plda.")) continue;
    for (const model::StoredTensor& stored : pack.stored(tensor.name)) {
      digest.add(std::string_view(stored.name));
      for (const std::int64_t size : stored.shape) digest.add(std::to_string(size));
      digest.add(std::string_view(reinterpret_cast<const char*>(stored.bytes.data()),
                                  stored.bytes.size()));
    }
  }
  // Without its folder, which would tell an export's readers how this machine is laid out.
  return {digest.hex(), std::filesystem::path(model.name()).filename().string(),
          static_cast<int>(model::architecture_of(pack).plda.embedding)};
}

}  // namespace diarist
