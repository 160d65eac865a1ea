// The header of a safetensors file: which tensors there are, of which type and shape, and where.
//
// Format: huggingface/safetensors. Eight bytes of header length (little-endian), a JSON object
// {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {string: string}},
// then the values, row-major and little-endian, without gaps or overlaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::model {

enum class DataType { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

/// As safetensors spells it: "F64", "BF16", "BOOL".
std::string_view to_string(DataType type);
/// Empty where it is no type of ours.
std::optional<DataType> data_type_from_string(std::string_view name);
std::size_t bytes_per_value(DataType type);
/// F64, F32, F16 or BF16: the types that weights are read from.
bool is_float(DataType type);

/// "[128, 64, 3, 3]", for messages.
std::string shape_to_string(const std::vector<std::int64_t>& shape);

struct TensorExtent {
  std::string name;  ///< Printable ASCII, at most 256 characters.
  DataType type = DataType::f32;
  std::vector<std::int64_t> shape;
  std::size_t begin = 0;  ///< First byte, counted from the start of the file.
  std::size_t end = 0;    ///< One past the last byte; end - begin is the product of shape x type.
};

struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorExtent> tensors;  ///< By name.
};

/// Reads and checks the header of `file_bytes`, a whole file; `name` stands for it in messages. All
/// extents lie inside the file, touch without overlap and cover it to its end.
/// Throws Error{corrupt_model} that names the tensor where one is to blame. Safe from any thread.
SafetensorsHeader read_safetensors_header(const std::string& name,
                                          std::span<const std::byte> file_bytes);

}  // namespace diarist::model
