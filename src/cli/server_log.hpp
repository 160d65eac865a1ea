// The server's log on standard error: a line each, JSON for programs and text for people.
#pragma once

#include "server/server.hpp"

namespace diarist::cli {

enum class LogForm { json, text };

/// Safe from any thread.
server::LogSink log_to_standard_error(LogForm form);

}  // namespace diarist::cli
