// A source of tensors for the importer: a safetensors or npz file behind one face.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::modeltools {

struct CheckpointTensor {
  std::vector<std::int64_t> shape;
  bool is_double = false;  ///< Stored with 64 bits, so that F32 would round it.
  /// The values, row-major. Throws Error{corrupt_model} where one is not finite, Error{wrong_model}
  /// where they are not numbers that weights can be.
  std::function<std::vector<double>()> doubles;
};

struct Checkpoint {
  std::string name;  ///< The file, for messages.
  std::map<std::string, CheckpointTensor, std::less<>> tensors;
};

/// Reads either format, told apart by its first bytes. Throws Error{not_found, io, corrupt_model}.
Checkpoint read_checkpoint(const std::filesystem::path& file);

}  // namespace diarist::modeltools
