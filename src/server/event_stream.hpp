// Progress of a job as server-sent events.
#pragma once

#include "server/routes.hpp"

namespace diarist::server {

/// GET /v1/diarizations/{id}/events: the present state first, then what changes, until the job has
/// ended or the client has gone.
void watch_job(Service& service, Exchange& exchange, const PathValues& values);

}  // namespace diarist::server
