// Whether a request was meant for this server, and does not come from a page of another one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diarist::server {

/// The names that a server answers to. Where it listens on this machine alone, a page of a name
/// that its owner lets point here (DNS rebinding) must not reach it: then the Host header has to be
/// this machine's, or one that was told.
class HostNames {
 public:
  /// `loopback` is whether only this machine can connect.
  HostNames(bool loopback, std::vector<std::string> told)
      : loopback_(loopback), told_(std::move(told)) {}
  /// Of a Host header, with or without its port.
  bool allow(std::string_view host) const;

 private:
  bool loopback_;
  std::vector<std::string> told_;
};

/// Whether a request that changes something, or a WebSocket, comes from a page of this very site or
/// from no page at all. `origin` and `host` are the headers, empty where missing; `site` that of
/// Sec-Fetch-Site.
bool same_site(std::string_view origin, std::string_view host, std::string_view site);

}  // namespace diarist::server
