// One connection: its requests, one after the other.
#pragma once

#include <string>

#include "server/service.hpp"
#include "server/tls.hpp"

namespace diarist::server {

/// Serves until the client goes, errs, or the server stops. Takes the socket over. Throws nothing.
void serve_connection(Service& service, int socket, const TlsContext* tls,
                      const std::string& peer) noexcept;

}  // namespace diarist::server
