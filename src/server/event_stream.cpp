#include "server/event_stream.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

#include "server/job_document.hpp"
#include "server/negotiation.hpp"

namespace diarist::server {
namespace {

using Clock = std::chrono::steady_clock;

// How soon a client that has gone, or the server's end, is seen.
constexpr std::chrono::milliseconds kLook{500};
// So that nothing on the way takes the connection for dead.
constexpr std::chrono::seconds kSignOfLife{15};
// Stretches of one event, some 150 KB: who comes late gets several events.
constexpr std::size_t kMostStretches = 2000;

std::string event_text(const char* event, std::uint64_t number, const std::string& data) {
  return std::string("event: ") + event + "\nid: " + std::to_string(number) + "\ndata: " + data +
         "\n\n";
}

}  // namespace

void watch_job(Service& service, Exchange& exchange, const PathValues& values) {
  if (!accepts(exchange.list("Accept"), "text/event-stream")) {
    throw Problem(406, "not-acceptable", "this is text/event-stream", "Accept");
  }
  Job job = existing_job(service, values[0]);
  const Response head{200, "text/event-stream", {}, {{"Cache-Control", "no-cache"}}};
  if (!exchange.begin_response(head, std::nullopt) || exchange.is_head()) return;
  exchange.take_as_long_as_it_takes();
  if (!exchange.send("retry: 2000\n\n")) return;

  std::uint64_t number = 0;
  std::string last_data;
  std::optional<JobState> last_state;
  std::size_t told_stretches = 0;
  Clock::time_point last_sent = Clock::now();
  for (;;) {
    const std::uint64_t revision = service.runner.revision();
    if (last_state) {
      std::optional<Job> now = service.store.find(job.id);
      if (!now) return;  // Removed.
      job = *std::move(now);
    }
    const std::string data = text_of(job_json(service, job));
    const std::vector<SpeechStretch> speech =
        service.runner.speech_of(job.id, told_stretches, kMostStretches);
    std::string text;
    if (data != last_data) {
      if (job.state != last_state) {
        text += event_text("state", ++number, data);
      } else {
        text += event_text("progress", ++number, data);
      }
      if (job.ended()) text += event_text("ended", ++number, data);
      last_data = data;
      last_state = job.state;
    }
    if (!job.ended() && !speech.empty()) {
      text += event_text("speech", ++number, text_of(speech_json(job, told_stretches, speech)));
      told_stretches += speech.size();
    }
    if (!text.empty()) {
      if (!exchange.send(text)) return;
      last_sent = Clock::now();
    }
    if (job.ended()) return;
    if (Clock::now() - last_sent > kSignOfLife) {
      if (!exchange.send(":\n\n")) return;
      last_sent = Clock::now();
    }
    if (speech.size() < kMostStretches) service.runner.wait_for_change(revision, kLook);
    if (service.stop.is_set() || exchange.stream().peer_gone()) return;
  }
}

}  // namespace diarist::server
