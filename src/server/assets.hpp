// What is served as it lies in the program: the description of the interface, and the page.
#pragma once

#include <span>
#include <string_view>

namespace diarist::server {

/// Carried compressed.
struct Asset {
  std::string_view path;
  std::string_view type;    ///< Media type.
  std::string_view policy;  ///< Content-Security-Policy.
  std::span<const char> gzip;
};

std::span<const Asset> assets();

}  // namespace diarist::server
