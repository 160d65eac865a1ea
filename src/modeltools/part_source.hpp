// Finds the parts of a pack in checkpoints, and says what is wrong with what it finds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tensor_table.hpp"
#include "modeltools/checkpoint.hpp"

namespace diarist::modeltools {

/// Where a part is: in this checkpoint, under this prefix ("model.resnet.", or nothing).
struct PartSource {
  const Checkpoint* checkpoint = nullptr;  ///< Null where no checkpoint holds the part.
  std::string prefix;

  std::string name_of(const model::TensorSpec& spec) const { return prefix + spec.source_name; }
};

/// Looks for the part's signature under any prefix. Throws Error{invalid_argument} where two
/// checkpoints hold the part, Error{wrong_model} where one holds it under two prefixes.
PartSource find_part(const std::vector<Checkpoint>& checkpoints, const model::Part& part);

/// Whether a tensor is of training's own, and none of the net's: how often a batch norm was
/// updated.
bool is_counter(std::string_view name);

/// What lies under the part's prefix.
model::Shapes shapes_of(const PartSource& source);

/// Throws Error{wrong_model} that lists the tensors that are missing, have another shape than the
/// part's table says, or lie inside a layer of the net without being in the table: such a net
/// computes something else than ours. What training leaves behind is none of these.
void check_part(const PartSource& source, const model::Part& part);

}  // namespace diarist::modeltools
