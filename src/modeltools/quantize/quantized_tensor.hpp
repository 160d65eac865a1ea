// One tensor's values as a method stores them, and how far from the values that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/coding.hpp"
#include "modeltools/quantize/method.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist::modeltools::quantize {

struct QuantizedTensor {
  std::vector<TensorToWrite> stored;        ///< The codes and what decodes them, or plain values.
  std::optional<model::CodedTensor> coded;  ///< Empty for plain values. Extents are not set.
  std::size_t bytes() const;
};

/// `values`: row-major, of `shape`, finite. `group_rows`: rows that share a palette's table. 0, or
/// where it does not divide the rows: all of them, or a half, a quarter or an eighth where the
/// method wants less noise than that; likewise the columns that share a row's scale. Throws
/// Error{invalid_argument} that names the tensor where a value is beyond F16's range. Pure; safe
/// from any thread.
QuantizedTensor quantized(const std::string& name, const std::vector<std::int64_t>& shape,
                          std::span<const float> values, const MethodRow& method, int group_rows);

/// Signal to quantization noise in dB, of `stored` against `values`: infinite where they are equal.
double sqnr_db(std::span<const float> values, std::span<const float> stored);

}  // namespace diarist::modeltools::quantize
