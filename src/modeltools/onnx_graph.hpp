// An ONNX model as a graph: nodes with their attributes, and the tensors that it holds.
//
// Format: onnx.proto of ONNX, IR versions 3 and later, read through protozero. Only what a
// feed-forward network needs is kept; nothing is evaluated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/safetensors.hpp"

namespace diarist::modeltools {

/// A tensor of the file: row-major, little-endian.
struct OnnxTensor {
  std::vector<std::int64_t> shape;
  model::DataType type = model::DataType::f32;
  std::shared_ptr<const std::vector<std::byte>> bytes;
};

struct OnnxNode {
  std::string name;
  std::string op;                   ///< "Conv"; of another domain than ONNX's own "DOMAIN::OP".
  std::vector<std::string> inputs;  ///< Empty where an optional one is left out.
  std::vector<std::string> outputs;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> integers;  ///< One or several.
  std::map<std::string, double, std::less<>> reals;
  std::map<std::string, std::string, std::less<>> texts;
  std::optional<OnnxTensor> value;  ///< The attribute of that name.
};

struct OnnxGraph {
  std::string file;  ///< For messages.
  std::vector<OnnxNode> nodes;
  /// Initializers by name, and what Constant nodes hold by the name of their output.
  std::map<std::string, OnnxTensor, std::less<>> tensors;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
};

/// Throws Error{not_found, io}; Error{corrupt_model} that names the tensor, or the message's place
/// in the file, where the bytes are not sound; Error{wrong_model} for weights in other files and
/// for functions of the model's own. Safe from any thread.
OnnxGraph read_onnx(const std::filesystem::path& file);

/// The same over bytes; `name` stands for the file in messages.
OnnxGraph parse_onnx(const std::string& name, const std::vector<std::byte>& bytes);

}  // namespace diarist::modeltools
