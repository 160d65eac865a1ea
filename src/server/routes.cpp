#include "server/routes.hpp"

#include <algorithm>
#include <array>

#include "server/same_site.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

/// Whether a pattern fits; its variable parts go to `values`.
bool fits(std::string_view pattern, const std::vector<std::string>& segments, PathValues& values) {
  values.clear();
  for (const std::string& segment : segments) {
    if (pattern.empty()) return false;
    pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    pattern.remove_prefix(end);
    if (part.starts_with('{')) {
      if (segment.empty()) return false;
      values.push_back(segment);
    } else if (part != segment) {
      return false;
    }
  }
  return pattern.empty();
}

std::string_view word_of(std::string_view header, std::string_view prefix) {
  for (const std::string_view item : list_items(header)) {
    if (item.starts_with(prefix)) return item.substr(prefix.size());
  }
  return {};
}

void check_token(const Service& service, const Exchange& exchange) {
  std::string_view token = bearer_token(exchange.header("Authorization"));
  // Pages cannot give a WebSocket headers, but subprotocols.
  const std::string offered = exchange.list("Sec-WebSocket-Protocol");
  if (token.empty()) token = word_of(offered, "bearer.");
  if (service.tokens.allow(token)) return;
  throw Problem(401, "unauthorized",
                token.empty() ? "give a token: Authorization: Bearer TOKEN"
                              : "the token is none of this server's",
                "Authorization")
      .with("WWW-Authenticate", "Bearer");
}

bool changes_nothing(std::string_view method) { return method == "GET" || method == "HEAD"; }

}  // namespace

void dispatch(Service& service, Exchange& exchange, std::string_view& found) {
  // HTTP/1.0, which no page speaks, may leave it out.
  if (exchange.count("Host") > 0 && !service.hosts.allow(exchange.header("Host"))) {
    throw Problem(421, "other-host",
                  "this server is not called so; `diarist serve --host` names what it answers to",
                  "Host");
  }
  const std::vector<std::string> segments = exchange.segments();
  const std::string_view method = exchange.is_head() ? "GET" : exchange.method();
  PathValues values;
  std::string allowed;
  for (const auto table :
       {page_routes(), service_routes(), diarization_routes(), speaker_routes(), live_routes()}) {
    for (const Route& route : table) {
      if (!fits(route.pattern, segments, values)) continue;
      found = route.pattern;
      if (route.method != method) {
        allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
        if (route.method == "GET") allowed += ", HEAD";
        continue;
      }
      if (!route.open) check_token(service, exchange);
      const bool websocket = !exchange.header("Upgrade").empty();
      if ((websocket || !changes_nothing(method)) &&
          !same_site(exchange.header("Origin"), exchange.header("Host"),
                     exchange.header("Sec-Fetch-Site"))) {
        throw Problem(403, "other-site", "pages of other sites may not use this server", "Origin");
      }
      route.handler(service, exchange, values);
      return;
    }
  }
  if (!allowed.empty()) {
    throw Problem(405, "no-such-method", "this resource takes " + allowed).with("Allow", allowed);
  }
  throw nothing_here("nothing is at this path; /openapi.json tells what there is");
}

}  // namespace diarist::server
