// Which handler answers which request.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/exchange.hpp"
#include "server/service.hpp"

namespace diarist::server {

/// What a handler is given beside the exchange: the path's variable parts, decoded.
using PathValues = std::vector<std::string>;

/// Answers, or throws a Problem or an Error.
using Handler = void (*)(Service&, Exchange&, const PathValues&);

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/v1/diarizations/{id}": a part in braces is any one.
  Handler handler;
  bool open = false;  ///< Asks nobody for a token.
};

// One table a file.
std::span<const Route> diarization_routes();
std::span<const Route> speaker_routes();
std::span<const Route> live_routes();
std::span<const Route> service_routes();
std::span<const Route> page_routes();

/// Finds the route and has it answer. Throws Problem{404, 405}, and what the handler throws.
/// `found` becomes the pattern, for logs and metrics.
void dispatch(Service& service, Exchange& exchange, std::string_view& found);

}  // namespace diarist::server
