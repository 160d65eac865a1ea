// Where the weights of a pack come from, and under which licence they are: what the published
// checkpoints' licences ask a pack to say.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/tensor_table.hpp"

namespace diarist::modeltools {

/// Whether `values`, a tensor of the part, are those of the published checkpoint in whatever
/// precision: each within a bfloat16's rounding of the built-in pack's.
bool is_published(const model::TensorSpec& spec, const std::vector<double>& values);

/// The metadata `NET.source`, `NET.licence` and `NET.attribution` of the published checkpoint.
/// `net` is "segmentation", "embedding" or "plda".
std::map<std::string, std::string> published_provenance(std::string_view net);

/// The same of weights that nobody here knows: the file, and that its licence is to be asked for.
std::map<std::string, std::string> unknown_provenance(std::string_view net,
                                                      const std::string& file);

}  // namespace diarist::modeltools
