// The methods of quantization as a table: what each stores, what it is known to cost, and in which
// order `auto` tries them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/quantization.hpp"

#include "model/coding.hpp"
#include "model/safetensors.hpp"

namespace diarist::modeltools::quantize {

struct MethodRow {
  QuantizationMethod method;
  int bits;  ///< Of a stored value.
  std::string_view title;
  std::optional<model::Coding> coding;  ///< Empty: plain values of `type`.
  model::DataType type;
  /// More tables or scales are stored for tensors with less signal to noise than this; 0: never.
  double wanted_sqnr_db;
  Precision proven_in;  ///< The arithmetic that embeddings and segmentation are compared in.
  /// Measured on the trunk (docs/quantization.md).
  std::string_view expected;
};

/// The row of what the options ask for. Throws Error{invalid_argument} for other bits than the
/// method has.
const MethodRow& method_row(const QuantizationOptions& options);

/// What `automatic` tries, from the smallest result to the largest.
std::vector<const MethodRow*> method_chain();

}  // namespace diarist::modeltools::quantize
