// Quantized tensors in a pack: codes of a few bits, and beside them what turns these into values.
//
// A pack says in its metadata which tensors are coded and how (docs/pack-format.md): the codes lie
// under the tensor's own name, what decodes them under that name with a suffix. All is plain
// safetensors. Everything here is pure and safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/safetensors.hpp"

namespace diarist::model {

enum class Coding {
  linear8,  ///< Signed codes of 8 bits times the scale of their output channel, or of a part of it.
  palette8,  ///< Codes of 8 bits look values up in a table of at most 256.
  palette6,  ///< The same with 6 bits, four codes in three bytes.
  palette4,  ///< The same with 4 bits, two codes in a byte.
};

/// One line of the table of codings, which reading, writing and quantizing walk.
struct CodingRow {
  Coding coding;
  std::string_view name;    ///< In the metadata and for people: "palette6".
  int bits;                 ///< Of a code.
  DataType type;            ///< Of the tensor that holds the codes: I8 or U8.
  std::string_view suffix;  ///< Of the F32 tensor that decodes them: ".scale" [rows] or [rows,
                            ///< parts], where each part takes as many columns, or ".lut" [groups,
                            ///< entries], where each group takes as many rows.
};

const CodingRow& row_of(Coding coding);
std::optional<Coding> coding_from_string(std::string_view name);
bool is_palette(Coding coding);
/// Bytes that so many codes fill: the last one's spare bits are zero.
std::size_t code_bytes(Coding coding, std::size_t values);

/// The key of the metadata's entry: a JSON object {TENSOR: {"coding", "shape"}}.
inline constexpr std::string_view kQuantizationKey = "quantization";

/// A coded tensor in a file. Rows are its first axis: a layer's output channels.
struct CodedTensor {
  Coding coding = Coding::palette8;
  std::vector<std::int64_t> shape;  ///< Of the values.
  std::size_t codes = 0;            ///< Index of the codes' extent,
  std::size_t decoder = 0;          ///< and of that of the scales or the tables.
  std::size_t groups = 1;           ///< Of rows that share a table.
  std::size_t entries = 0;          ///< Of each table; 0 where there are scales.
};

using CodedTensors = std::map<std::string, CodedTensor, std::less<>>;

/// Reads the `quantization` entry of a pack's metadata. Throws Error{corrupt_model} that names
/// `file` and the tensor where codes or what decodes them are missing or of another type or shape.
CodedTensors read_codings(const std::string& file,
                          const std::map<std::string, std::string>& metadata,
                          const std::vector<TensorExtent>& extents);
/// The inverse: the entry for these tensors.
std::string codings_to_metadata(const CodedTensors& tensors);

/// The values, row-major, of sound bytes of both tensors. Returns what is wrong with them, for a
/// message, where a code has no entry in its table, spare bits are set, or what decodes is not
/// finite; `values` is of no use then.
std::optional<std::string> decode(const CodedTensor& tensor, std::span<const std::byte> codes,
                                  std::span<const std::byte> decoder, std::vector<float>& values);

/// `codes`, each below 2^bits, in the bytes that a file holds.
std::vector<std::byte> pack_codes(Coding coding, std::span<const std::uint8_t> codes);

}  // namespace diarist::model
