// Writes safetensors files (format: huggingface/safetensors; see model/safetensors.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/safetensors.hpp"

namespace diarist::modeltools {

struct TensorToWrite {
  std::string name;
  model::DataType type = model::DataType::f32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;  ///< Row-major, little-endian.
};

/// The file's bytes: the same for the same tensors and metadata, in whatever order they come. The
/// values start on a multiple of 64 bytes, and each tensor on a multiple of its own type's size.
/// Throws Error{invalid_argument} for a name that is not printable ASCII or occurs twice, or where
/// bytes and shape disagree.
std::vector<std::byte> safetensors_bytes(std::vector<TensorToWrite> tensors,
                                         const std::map<std::string, std::string>& metadata);

}  // namespace diarist::modeltools
