// The formats' names, for help and advice.
#pragma once

#include <string>
#include <vector>

namespace diarist::cli {

/// "rttm", "json", ...; only those that can be read, if asked for.
std::vector<std::string> format_names(bool readable_only = false);

/// The same in one sentence: "rttm, json, ...".
std::string format_list(bool readable_only = false);

}  // namespace diarist::cli
