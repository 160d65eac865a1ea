// What a folder of cut files holds, as CSV and JSON (docs/json-schema.md: diarist.split).
#pragma once

#include <string>

#include "diarist/split.hpp"

namespace diarist::cutting {

inline constexpr const char* kManifestCsv = "manifest.csv";
inline constexpr const char* kManifestJson = "manifest.json";

/// A row for each piece.
std::string manifest_csv(const SplitResult& result);

/// The same and how it was cut. `source`: the recording's file name, without folder.
std::string manifest_json(const SplitResult& result, const SplitOptions& options,
                          const std::string& source);

}  // namespace diarist::cutting
