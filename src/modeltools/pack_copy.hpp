// A pack as it is, with more said about it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "model/pack.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist::modeltools {

/// Appends one of the pack's tensors as the file holds it, with what decodes it.
void append_stored(const model::Pack& pack, const std::string& tensor,
                   std::vector<TensorToWrite>& to);

/// The bytes of `pack` with `more` in its metadata; tensors byte for byte as they are.
std::vector<std::byte> with_metadata(const model::Pack& pack,
                                     const std::map<std::string, std::string>& more);

}  // namespace diarist::modeltools
