#include "cli/format_names.hpp"

#include "diarist/formats.hpp"

namespace diarist::cli {

std::vector<std::string> format_names(bool readable_only) {
  std::vector<std::string> names;
  for (const FormatInfo& info : file_formats()) {
    if (info.readable || !readable_only) names.emplace_back(info.name);
  }
  return names;
}

std::string format_list(bool readable_only) {
  std::string list;
  for (const std::string& name : format_names(readable_only)) {
    list += (list.empty() ? "" : ", ") + name;
  }
  return list;
}

}  // namespace diarist::cli
