// Whether a request was meant for this server, and does not come from a page of another one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diarist::server {

/// The names that a server answers to. A page of a name that its owner lets point here (DNS
/// rebinding) must not reach it: the Host header has to be this machine's, or one that was told.
/// Where others can connect, an address of any kind will do, as no name can be pointed at it; and
/// where they are asked for tokens, which such a page has not, any name, unless some were told.
class HostNames {
 public:
  /// `loopback` is whether only this machine can connect, `tokens` whether tokens are wanted.
  HostNames(bool loopback, bool tokens, std::vector<std::string> told)
      : numeric_(!loopback), any_(!loopback && tokens && told.empty()), told_(std::move(told)) {}
  /// Of a Host header, with or without its port.
  bool allow(std::string_view host) const;

 private:
  bool numeric_;
  bool any_;
  std::vector<std::string> told_;
};

/// Whether a request that changes something, or a WebSocket, comes from a page of this very site or
/// from no page at all. `origin` and `host` are the headers, empty where missing; `site` that of
/// Sec-Fetch-Site.
bool same_site(std::string_view origin, std::string_view host, std::string_view site);

}  // namespace diarist::server
