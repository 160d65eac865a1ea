// The model pack in memory: named tensors of a safetensors file, every bound checked on reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/model.hpp"

#include "model/safetensors.hpp"

namespace diarist::model {

/// Immutable after reading; safe from any thread.
class Pack {
 public:
  /// Reads and checks a file. Throws Error as Model::load says.
  static std::shared_ptr<const Pack> read(const std::filesystem::path& file);

  /// The same over bytes that outlive the pack (the built-in one) or are handed over.
  static std::shared_ptr<const Pack> parse(std::string name, std::vector<std::byte> bytes);
  static std::shared_ptr<const Pack> parse_static(std::string name,
                                                  std::span<const std::byte> bytes);

  const std::string& name() const { return name_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  bool contains(std::string_view tensor) const;
  /// Throws Error{wrong_model} naming the tensor where it is missing.
  const std::vector<std::int64_t>& shape(std::string_view tensor) const;
  /// What it is stored as; throws as shape() does.
  DataType type(std::string_view tensor) const;

  /// The tensor's values, row-major, converted from whatever type it is stored in.
  /// Throws Error{wrong_model} where it is missing or its shape is another one,
  /// Error{corrupt_model} where a value is not finite.
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
  template <typename Value>
  std::vector<Value> values(std::string_view tensor,
                            const std::vector<std::int64_t>& expected_shape) const;

  std::string name_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorInfo> tensors_;
  std::vector<TensorExtent> extents_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::byte> owned_;
  std::span<const std::byte> bytes_;
};

}  // namespace diarist::model
