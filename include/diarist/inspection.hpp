// What is in a model pack, for people and for programs.
#pragma once

#include <filesystem>
#include <string>

#include "diarist/export.hpp"

namespace diarist {

/// The same listing twice.
struct PackListing {
  std::string text;  ///< A table. Control characters of the pack's are '?'.
  std::string json;  ///< One JSON object; docs/pack-format.md has its schema.
};

/// Nets, tensors, sizes and licences of a safetensors file, also of one that Model::load refuses;
/// "built-in" is the library's own pack. Throws Error{not_found, io, corrupt_model}.
DIARIST_EXPORT PackListing list_pack(const std::filesystem::path& pack);

}  // namespace diarist
