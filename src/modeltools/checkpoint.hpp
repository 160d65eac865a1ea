// A source of tensors for the importer: a safetensors, npz, PyTorch or ONNX file behind one face.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/model.hpp"

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
  std::map<std::string, std::string> metadata;  ///< Of safetensors; a pack says here what it is.
};

/// Reads any of the formats, told apart by their first bytes. Throws Error{not_found, io,
/// corrupt_model}, and Error{wrong_model} for a sound file of a kind that is not read.
Checkpoint read_checkpoint(const std::filesystem::path& file);

/// The tensors of a pack that is in memory.
Checkpoint checkpoint_of(const Model& model);

}  // namespace diarist::modeltools
