// Makes model packs from the networks' published checkpoints.
//
// All functions may be called from any number of threads at once. None writes a file: a pack comes
// back as bytes, for the caller to write whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/model.hpp"

namespace diarist {

/// How an imported pack stores its weights. Biases, norms, SincNet's filters and the PLDA are never
/// in 16 bits.
enum class WeightStorage { f32, f16 };

/// "f32" or "f16".
DIARIST_EXPORT std::string_view to_string(WeightStorage storage);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT WeightStorage weight_storage_from_string(std::string_view name);

/// What to make of checkpoints.
struct ImportOptions {
  /// f16 halves the pack at a cosine of 0.9999 and more to f32 (docs/pack-format.md).
  WeightStorage storage = WeightStorage::f16;
  /// Where the parts come from that no source holds; without it the sources must hold all. For a
  /// segmentation net of one's own, say, with the rest as it was: `Model::builtin()`.
  std::optional<Model> base;
  /// Whose sets the segmentation net's classes are, where their number suggests another powerset
  /// than it has: 7 are taken for sets of up to 2 of 3 speakers, and could be 6 speakers, one at a
  /// time.
  struct Powerset {
    int speakers = 0;  ///< Local speakers of a window,
    int at_once = 0;   ///< and how many of them a class holds at most.
  };
  /// As their number suggests where empty.
  std::optional<Powerset> powerset = std::nullopt;
};

/// A pack, and where it came from.
struct ImportedPack {
  /// One part of the pack, as it was found.
  struct Part {
    std::string title;        ///< "segmentation net".
    std::string source;       ///< The file, or the name of the base.
    std::size_t tensors = 0;  ///< How many were taken from there.
  };
  std::vector<std::byte> bytes;  ///< The pack as a file (docs/pack-format.md).
  std::vector<Part> parts;       ///< Both networks, the PLDA and its transform.
  /// "FILE: TENSOR" of what the sources hold and the pack does not need; but for the counters that
  /// training keeps beside batch norms.
  std::vector<std::string> left_out;
  /// Things to know about the pack, one sentence each.
  std::vector<std::string> notices;
};

/// `sources`: checkpoints of the segmentation and the embedding net (safetensors, PyTorch's .bin,
/// .ckpt and .pt, or ONNX) and the two npz of the PLDA, in any order, told apart by the tensors in
/// them; another pack may stand in for any of them. The same sources give the same bytes. Where
/// batch norms of the embedding net were folded into its convolutions, as exporters of ONNX do,
/// what 8-bit activations have to span is measured on half a minute that is built in, which takes a
/// second or two, and the bytes are the same on machines of the same instruction set.
///
/// Sizes are read off the tensors: widths and depths of SincNet, LSTM and linear layers, any
/// powerset of up to 16 speakers; WeSpeaker's ResNet18 to ResNet293, wider or narrower in steps of
/// 32 channels, with embeddings of any size that the PLDA takes (docs/models.md).
///
/// Throws Error{not_found, io}; Error{corrupt_model} for a file that cannot be trusted, naming the
/// tensor, member or offset to blame (a pickle that names a class or function is refused by that
/// name, and runs nothing); Error{wrong_model} that lists missing, misshapen and superfluous
/// tensors with what was expected, or names a part that no source holds; Error{invalid_argument}
/// where two sources hold the same part, or a weight is beyond the range of its storage.
DIARIST_EXPORT ImportedPack import_checkpoints(const std::vector<std::filesystem::path>& sources,
                                               const ImportOptions& options = {});

}  // namespace diarist
