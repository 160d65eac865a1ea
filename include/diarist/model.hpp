// The model: both networks and the PLDA, in one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "diarist/export.hpp"

namespace diarist {

namespace model {
class Pack;
}

/// What `diarist inspect` lists for one tensor.
struct TensorInfo {
  std::string name;  ///< e.g. "embedding.layer1.0.conv1.weight".
  std::string type;  ///< As safetensors spells it: "F32", "F16"; of codes "U8" or "I8".
  std::vector<std::int64_t> shape;  ///< Row-major, slowest axis first; empty for a scalar.
  std::int64_t bytes = 0;           ///< With the scales or tables of a quantized tensor.
  /// How codes stand for values: "linear8", "palette8", "palette6" or "palette4"; else empty.
  std::string coding;
};

/// A model pack, read and checked. Cheap to copy (copies share the weights), immutable, and safe to
/// use from any number of threads.
class Model {
 public:
  /// The pack that was built into the library; needs no file.
  DIARIST_EXPORT static Model builtin();

  /// Reads a pack (docs/pack-format.md). Throws Error{not_found, io, corrupt_model, wrong_model}
  /// that names the file and, where one is to blame, the tensor.
  DIARIST_EXPORT static Model load(const std::filesystem::path& file);

  /// The same over bytes in memory; `name` stands for the file.
  DIARIST_EXPORT static Model parse(std::string name, std::vector<std::byte> bytes);

  /// File name, or "built-in".
  DIARIST_EXPORT const std::string& name() const;
  DIARIST_EXPORT std::vector<TensorInfo> tensors() const;
  /// The pack's own metadata: format version, architectures, licences, attributions.
  DIARIST_EXPORT const std::map<std::string, std::string>& metadata() const;

  /// 32 hexadecimal digits that all bytes of the pack give: which weights these are, whatever the
  /// file is called. Reads all of them: some milliseconds.
  DIARIST_EXPORT std::string digest() const;

  /// For diarist's own rooms.
  const model::Pack& pack() const { return *pack_; }

 private:
  explicit Model(std::shared_ptr<const model::Pack> pack) : pack_(std::move(pack)) {}
  std::shared_ptr<const model::Pack> pack_;
};

}  // namespace diarist
