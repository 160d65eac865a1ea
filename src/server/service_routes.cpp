// What operators ask: is it alive, does it take work, what has it done.
#include <array>

#include "server/routes.hpp"

namespace diarist::server {
namespace {

void health(Service&, Exchange& exchange, const PathValues&) {
  exchange.respond(Response{200, "application/json", "{\"status\":\"ok\"}\n", {}});
}

void readiness(Service& service, Exchange& exchange, const PathValues&) {
  try {
    const auto counts = service.store.counts();
    if (service.stop.is_set() || counts.at(JobState::queued) >= service.limits.queue) {
      throw Problem(503, "not-ready",
                    service.stop.is_set() ? "the server is ending" : "the queue is full")
          .with("Retry-After", "15");
    }
  } catch (const Error&) {
    throw Problem(503, "not-ready", "the file of jobs cannot be read").with("Retry-After", "15");
  }
  exchange.respond(Response{200, "application/json", "{\"status\":\"ready\"}\n", {}});
}

void metrics(Service& service, Exchange& exchange, const PathValues&) {
  std::string gauges =
      "# HELP diarist_jobs Jobs that are kept, by state.\n# TYPE diarist_jobs gauge\n";
  for (const auto& [state, count] : service.store.counts()) {
    gauges += "diarist_jobs{state=\"" + std::string(to_string(state)) + "\"} " +
              std::to_string(count) + "\n";
  }
  exchange.respond(
      Response{200, "text/plain; version=0.0.4; charset=utf-8", service.metrics.text(gauges), {}});
}

constexpr std::array<Route, 3> kRoutes = {{
    {"GET", "/healthz", health, true},
    {"GET", "/readyz", readiness, true},
    {"GET", "/metrics", metrics},
}};

}  // namespace

std::span<const Route> service_routes() { return kRoutes; }

}  // namespace diarist::server
