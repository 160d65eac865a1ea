// Which tensors of a pack are quantized, and why the others are not.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/pack.hpp"

namespace diarist::modeltools::quantize {

/// Whether `text` is as `glob` says: '*' stands for any characters, '?' for one.
bool matches(std::string_view glob, std::string_view text);

/// Why a tensor that holds weights is kept by default, or empty where it is not.
std::string_view sensitive_because(std::string_view tensor);

/// Names of all tensors that can be quantized: weights of convolutions, linear layers and LSTMs.
std::vector<std::string> weight_tensors(const model::Pack& pack);

/// Of those, the ones to quantize. Throws Error{invalid_argument} where a glob fits no weight
/// tensor, or none is left.
std::vector<std::string> selected_tensors(const model::Pack& pack,
                                          const std::vector<std::string>& only,
                                          const std::vector<std::string>& keep);

}  // namespace diarist::modeltools::quantize
