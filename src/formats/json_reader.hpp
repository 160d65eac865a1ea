// Reads JSON by the schema of docs/json-schema.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::formats {

inline constexpr const char* kJsonSchema = "diarist.diarization";
/// Rises when a reader of the version before could misread the file; new fields do not raise it.
inline constexpr int kJsonVersion = 1;

/// Fields that the schema does not have are passed over, whatever they hold, up to a depth of 64.
/// Throws Error{malformed} with the line of what is not as the schema says.
std::vector<Diarization> read_json(std::string_view text, const std::string& name);

}  // namespace diarist::formats
