#include "server/same_site.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

#include "server/text.hpp"

namespace diarist::server {
namespace {

/// "[::1]:80", "localhost:80": without the port.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback(std::string_view name) {
  if (same_word(name, "localhost") || name == "[::1]") return true;
  // 127.0.0.0/8, all of it digits: "127.0.0.1.example" is a name of somebody's.
  return name.starts_with("127.") &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// An address, not a name: "10.0.0.1", "[fd00::1]".
bool is_numeric(std::string_view name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (name.starts_with('[') && name.ends_with(']')) {
    const std::string inside(name.substr(1, name.size() - 2));
    return ::inet_pton(AF_INET6, inside.c_str(), address.data()) == 1;
  }
  return ::inet_pton(AF_INET, std::string(name).c_str(), address.data()) == 1;
}

}  // namespace

bool HostNames::allow(std::string_view host) const {
  if (any_) return true;
  const std::string_view name = without_port(host);
  if (is_loopback(name) || (numeric_ && is_numeric(name))) return true;
  return std::any_of(told_.begin(), told_.end(),
                     [name](const auto& each) { return same_word(name, each); });
}

bool same_site(std::string_view origin, std::string_view host, std::string_view site) {
  if (same_word(site, "cross-site") || same_word(site, "same-site")) return false;
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  // "null" is the origin of sandboxed pages and files.
  if (scheme == std::string_view::npos) return false;
  return same_word(origin.substr(scheme + 3), host);
}

}  // namespace diarist::server
