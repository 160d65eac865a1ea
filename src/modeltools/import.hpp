// Makes a model pack from the networks' published checkpoints.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::modeltools {

/// How the weights are stored. Biases, norms, SincNet's filters and the PLDA are never in 16 bits.
enum class Storage { f32, f16 };

std::string_view to_string(Storage storage);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
Storage storage_from_string(std::string_view name);

struct ImportedPack {
  struct Part {
    std::string title;  ///< "segmentation net".
    std::string source;
    std::size_t tensors = 0;
  };
  std::vector<std::byte> bytes;  ///< The pack as a file (docs/pack-format.md).
  std::vector<Part> parts;
  /// "FILE: TENSOR" of what the sources hold and the pack does not need.
  std::vector<std::string> unused;
};

/// `sources`: safetensors checkpoints of segmentation and embedding, and the two npz of the PLDA,
/// in any order, told apart by the tensors in them; another pack may stand in for any of them. The
/// same sources give the same bytes.
///
/// Throws Error{not_found, io, corrupt_model} as readers do, Error{wrong_model} that names a
/// missing or misshapen tensor or a part that no source holds, Error{invalid_argument} where two
/// sources hold the same part, or a weight is beyond the range of its storage.
ImportedPack import_checkpoints(const std::vector<std::filesystem::path>& sources, Storage storage);

}  // namespace diarist::modeltools
