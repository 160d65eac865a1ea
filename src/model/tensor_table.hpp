// The tensors of each net as tables: import, checking, inspecting and the documentation walk these.
//
// An architecture is a few sizes; its table follows from them. The defaults are those of pyannote
// segmentation-3.0 (Plaquet and Bredin 2023), WeSpeaker ResNet34-LM (Wang et al. 2023) and the PLDA
// of pyannote.audio community-1 (Landini et al. 2022).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture.hpp"

namespace diarist::model {

/// What a tensor is for; decides how it may be stored.
enum class Role {
  convolution,  ///< Convolution weights [out, in, kernel...].
  linear,       ///< Weights of a linear layer [out, in].
  lstm,         ///< Weights of an LSTM's gates i, f, g, o: [4 x hidden, in].
  bias,         ///< Of any of the above.
  norm,         ///< Scale or shift of a batch or instance norm.
  statistics,   ///< Running mean or variance of a batch norm.
  filterbank,   ///< SincNet: cut-off frequencies, window, sample positions.
  plda,         ///< PLDA and the transforms before it.
};

std::string_view to_string(Role role);

struct TensorSpec {
  std::string name;         ///< In the pack: "embedding.layer3.2.conv1.weight".
  std::string source_name;  ///< In the checkpoint, without any prefix: "layer3.2.conv1.weight".
  std::vector<std::int64_t> shape;
  Role role = Role::bias;
  /// Whether 16-bit floats may store it. Measured, not guessed: all weights of the embedding net
  /// (its embeddings keep a cosine of 0.9999 and more to those of f32), but of the segmentation
  /// net only the input weights of the LSTM's upper layers. What lies before the first recurrence,
  /// or in one, moves decisions in one frame of 13,000 (see docs/pack-format.md).
  bool half = false;
};

std::vector<TensorSpec> segmentation_tensors(const SegmentationArchitecture& architecture = {});
std::vector<TensorSpec> embedding_tensors(const EmbeddingArchitecture& architecture = {});
/// From embeddings to the PLDA's space: mean1, lda, mean2.
std::vector<TensorSpec> transform_tensors(const PldaArchitecture& architecture = {});
/// The PLDA itself: mu, tr, psi.
std::vector<TensorSpec> plda_tensors(const PldaArchitecture& architecture = {});

/// One part of a pack, as it comes from one source file.
struct Part {
  std::string_view title;      ///< For messages: "segmentation net (pyannote segmentation-3.0)".
  std::string_view kind;       ///< What the table is of, for "is this a ...?".
  std::string_view signature;  ///< A source name that no other part has.
  std::string_view prefix;     ///< In the pack, with its dot.
  std::vector<std::string_view> source_prefixes;  ///< That checkpoints put before source names.
  std::vector<TensorSpec> tensors;
};

/// The four parts, in the pack's order.
std::vector<Part> parts(const Architecture& architecture = {});

/// Keys and values of a pack's own metadata, shared by the importer and the check.
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kFormatName = "diarist-pack";
inline constexpr std::string_view kFormatVersionKey = "format_version";
inline constexpr std::string_view kFormatVersion = "1";
/// Of packs with quantized tensors, which readers of version 1 would not know how to read.
inline constexpr std::string_view kQuantizedFormatVersion = "2";

/// Throws Error{wrong_model} unless `pack` says that it is a pack of this version and holds every
/// tensor that nets of its sizes have, in its shape and in a type that weights are read from, and
/// these nets are ones that run, together. The message names the first few tensors that are missing
/// or misshapen. Values are not looked at. Further tensors are allowed.
void check(const Pack& pack);

}  // namespace diarist::model
