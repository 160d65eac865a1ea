// What is in a model pack, as text and as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/pack.hpp"

namespace diarist::modeltools {

struct Inspection {
  struct Tensor {
    TensorInfo info;
    std::string role;  ///< As the table has it; empty where the tensor is in no table.
    std::int64_t values = 0;
  };
  /// Tensors of one net: those whose names begin with `name` and a dot.
  struct Net {
    std::string name;
    std::int64_t values = 0;  ///< Weights and statistics together.
    std::int64_t bytes = 0;
    std::map<std::string, std::string> metadata;  ///< Keys "NET.KEY", here under "KEY".
    std::vector<Tensor> tensors;
  };

  std::string pack;
  std::map<std::string, std::string> metadata;  ///< What belongs to no one net.
  std::vector<Net> nets;                        ///< By name.
  std::int64_t values = 0;
  std::int64_t bytes = 0;  ///< Of the tensors, without the file's header.
};

/// Any safetensors file can be inspected, also one that model::check refuses.
Inspection inspect(const model::Pack& pack);

/// A table for people. Control characters in metadata become '?', so that a hostile pack cannot
/// steer a terminal.
std::string to_text(const Inspection& inspection);

/// One JSON object, pretty-printed; docs/pack-format.md has its schema.
std::string to_json(const Inspection& inspection);

}  // namespace diarist::modeltools
