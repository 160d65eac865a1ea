// Values of a tensor as another program stored it, made plain doubles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/safetensors.hpp"

namespace diarist::modeltools {

/// A tensor's place in a storage that it may share with others: strides and offset count values.
struct StridedView {
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
  std::int64_t offset = 0;

  /// Number of values. Of a view that fits().
  std::size_t size() const;
  /// Whether rank and sizes are sane and every value lies in a storage of so many. A view that
  /// shows a value twice, having more than the storage, does not fit.
  bool fits(std::uint64_t storage_values) const;
};

/// The view's values in row-major order, exactly; `bytes` is the storage, little-endian, of a float
/// type. Throws Error{wrong_model} for other types and Error{corrupt_model} for a value that is not
/// finite; both name `file` and `tensor`.
std::vector<double> finite_doubles(const std::string& file, const std::string& tensor,
                                   model::DataType type, std::span<const std::byte> bytes,
                                   const StridedView& view);

/// Throws Error{corrupt_model} for the first value that is not finite.
void check_finite(const std::string& file, const std::string& tensor,
                  const std::vector<double>& values);

}  // namespace diarist::modeltools
