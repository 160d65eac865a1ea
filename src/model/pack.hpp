// The model pack in memory: named tensors of a safetensors file, every bound checked on reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/model.hpp"

#include "model/coding.hpp"
#include "model/safetensors.hpp"

namespace diarist::model {

/// One tensor of the file under a pack's tensor: itself, or what decodes it.
struct StoredTensor {
  std::string name;
  DataType type = DataType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< As long as the pack lives.
};

/// Immutable after reading; safe from any thread.
///
/// A quantized tensor is one tensor here, of the shape of its values: scales and tables are part of
/// it, and not tensors of their own.
class Pack {
 public:
  /// Reads and checks a file. Throws Error as Model::load says.
  static std::shared_ptr<const Pack> read(const std::filesystem::path& file);

  /// The same over bytes that outlive the pack (the built-in one) or are handed over.
  static std::shared_ptr<const Pack> parse(std::string name, std::vector<std::byte> bytes);
  static std::shared_ptr<const Pack> parse_static(std::string name,
                                                  std::span<const std::byte> bytes);

  const std::string& name() const { return name_; }
  /// Of the whole file.
  std::size_t file_bytes() const { return bytes_.size(); }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// By name.
  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  bool contains(std::string_view tensor) const;
  /// Throws Error{wrong_model} naming the tensor where it is missing.
  const std::vector<std::int64_t>& shape(std::string_view tensor) const;
  /// What its values or its codes are stored as; throws as shape() does.
  DataType type(std::string_view tensor) const;
  /// How its codes are to be read; empty where it holds plain values. Throws as shape() does.
  std::optional<Coding> coding(std::string_view tensor) const;
  /// Whether floats() and doubles() read it: floats, or codes of any kind. Throws as shape() does.
  bool holds_weights(std::string_view tensor) const;
  /// What the file holds of it, byte for byte. Throws as shape() does.
  std::vector<StoredTensor> stored(std::string_view tensor) const;

  /// The tensor's values, row-major, converted from whatever type it is stored in.
  /// Throws Error{wrong_model} where it is missing or its shape is another one,
  /// Error{corrupt_model} where a value is not finite, or a code stands for none.
  std::vector<float> floats(std::string_view tensor,
                            const std::vector<std::int64_t>& expected_shape) const;
  std::vector<double> doubles(std::string_view tensor,
                              const std::vector<std::int64_t>& expected_shape) const;

  /// Of the whole file: which weights these are.
  std::string digest() const;

  /// Where the file is part of the program, gives the memory of its pages back to the system, which
  /// fetches them anew when they are next read: for when all weights have been.
  void release_pages() const;

 private:
  Pack(std::string name, std::vector<std::byte> owned, std::span<const std::byte> borrowed);
  const TensorExtent& extent(std::string_view tensor) const;
  const CodedTensor* coded(std::string_view tensor) const;
  std::span<const std::byte> bytes_of(const TensorExtent& extent) const;
  std::vector<float> decoded(const CodedTensor& tensor) const;
  template <typename Value>
  std::vector<Value> values(std::string_view tensor,
                            const std::vector<std::int64_t>& expected_shape) const;

  std::string name_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorInfo> tensors_;
  std::vector<TensorExtent> extents_;
  CodedTensors coded_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::byte> owned_;
  std::span<const std::byte> bytes_;
};

}  // namespace diarist::model
