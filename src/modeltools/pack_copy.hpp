// A pack as it is, with more said about it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "model/pack.hpp"

namespace diarist::modeltools {

/// The bytes of `pack` with `more` in its metadata; tensors byte for byte as they are.
std::vector<std::byte> with_metadata(const model::Pack& pack,
                                     const std::map<std::string, std::string>& more);

}  // namespace diarist::modeltools
