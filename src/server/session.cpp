#include "server/session.hpp"

#include <exception>
#include <new>

#include "base/clock.hpp"
#include "server/exchange.hpp"
#include "server/routes.hpp"

namespace diarist::server {
namespace {

// Behind it, Beast reads no further before what there is was taken.
constexpr std::size_t kMostBufferedBytes = 2 * kMostHeadBytes;

void log_error(const Service& service, const char* what) {
  service.log({LogEvent::Level::error, "error", {{"error", what}}});
}

/// What went wrong becomes the answer, where there was none yet.
void answer(Service& service, Exchange& exchange, std::string_view& route) {
  try {
    dispatch(service, exchange, route);
  } catch (const Problem& problem) {
    exchange.respond(problem);
  } catch (const Error& error) {
    const Problem problem = Problem::of(error);
    if (problem.status() >= 500) log_error(service, error.what());
    exchange.respond(problem);
  } catch (const std::bad_alloc&) {
    log_error(service, "no memory left");
    exchange.respond(Problem(503, "no-memory", "the server has no memory left for this")
                         .with("Retry-After", "60"));
  } catch (const std::exception& error) {
    log_error(service, error.what());
    exchange.respond(
        Problem(500, "internal", "something went wrong in the server; its log has more"));
  }
}

void note(Service& service, const Exchange& exchange, std::string_view route,
          const std::string& peer, double seconds) {
  // Methods are the client's words, and each is a row of the metrics.
  constexpr std::string_view kKnown = " GET HEAD POST PUT PATCH DELETE OPTIONS ";
  const std::string method(exchange.method());
  const bool known = kKnown.find(" " + method + " ") != std::string_view::npos;
  service.metrics.count_request(known ? method : "other", route, exchange.status(), seconds);
  service.log({exchange.status() >= 500 ? LogEvent::Level::error : LogEvent::Level::info,
               "request",
               {{"client", peer},
                {"method", method},
                {"path", std::string(exchange.raw_path())},
                {"status", std::to_string(exchange.status()), true},
                {"bytes", std::to_string(exchange.sent_bytes()), true},
                {"seconds", std::to_string(seconds), true}}});
}

void serve_requests(Service& service, ByteStream& stream, const std::string& peer) {
  boost::beast::flat_buffer buffer(kMostBufferedBytes);
  for (;;) {
    Exchange exchange(stream, buffer, service.limits);
    std::string_view route = "none";
    bool sound = true;
    try {
      if (!exchange.read_head()) return;
    } catch (const Problem& problem) {
      sound = false;
      exchange.respond(problem);
    }
    const Stopwatch watch;
    if (sound) answer(service, exchange, route);
    note(service, exchange, route, peer, watch.seconds());
    if (sound && exchange.keeps() && !service.stop.is_set()) continue;
    // Closed at once, a client that still sends would see a reset instead of its answer.
    stream.close_slowly();
    return;
  }
}

}  // namespace

void serve_connection(Service& service, int socket, const TlsContext* tls,
                      const std::string& peer) noexcept {
  try {
    const std::chrono::milliseconds silence(
        static_cast<std::int64_t>(service.limits.silence_s * 1000));
    ByteStream stream(socket, tls, service.stop, service.context, silence);
    if (stream.open()) serve_requests(service, stream, peer);
  } catch (const std::exception& error) {
    try {
      log_error(service, error.what());
    } catch (...) {  // A log that fails must not end the server.
    }
  }
}

}  // namespace diarist::server
