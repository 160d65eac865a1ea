// /v1/live: samples in, events out, over a WebSocket.
//
// One thread does both: it takes the next message when what the last one told has been computed and
// sent. A client that sends faster than that, or does not read, is held up by TCP itself.
#include <algorithm>
#include <array>
#include <bit>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstring>
#include <sstream>

#include <nlohmann/json.hpp>

#include "diarist/formats.hpp"
#include "diarist/live_audio.hpp"
#include "diarist/stream.hpp"

#include "server/job_document.hpp"
#include "server/job_options.hpp"
#include "server/problem.hpp"
#include "server/routes.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using Json = nlohmann::ordered_json;
namespace websocket = boost::beast::websocket;
// Without compression: samples hardly shrink, and a bomb needs no guard.
using WebSocket = websocket::stream<ByteStream&, false>;

constexpr std::size_t kMostMessageBytes = std::size_t{1} << 20;
constexpr int kMostChannels = 64;
// A megabyte of fewer than that is more than a minute, which would be looked at in one go.
constexpr int kLeastRate_hz = 4000;
constexpr int kMostRate_hz = 768000;
// {"type":"end"}, however it is written.
constexpr std::size_t kMostTextBytes = 1024;
constexpr std::string_view kProtocol = "diarist.live";

struct LiveOptions {
  StreamOptions stream;
  RawSamples samples;
  std::string name = "live";
  JobOptions job;
};

int whole_from(const std::string& name, const std::string& value, int least, int most) {
  const auto number = whole_number(value);
  if (!number || *number < static_cast<std::uint64_t>(least) ||
      *number > static_cast<std::uint64_t>(most)) {
    throw bad_value(name, "expected a whole number from " + std::to_string(least) + " to " +
                              std::to_string(most));
  }
  return static_cast<int>(*number);
}

double seconds_from(const std::string& name, const std::string& value) {
  std::istringstream in(value);
  in.imbue(std::locale::classic());
  double seconds = 0;
  if (!(in >> seconds) || !in.eof()) throw bad_value(name, "expected seconds");
  return seconds;
}

LiveOptions options_from(const std::vector<std::pair<std::string, std::string>>& query) {
  LiveOptions options;
  JobOptionsReader behavior({"name", "preset", "step_s", "speakers", "min_speakers", "max_speakers",
                             "min_turn_s", "merge_gap_s", "relabel", "exclusive", "identify",
                             "min_score"});
  for (const auto& [name, value] : query) {
    if (name == "coding") {
      if (value != "s16le" && value != "f32le") throw bad_value(name, "expected s16le or f32le");
      options.samples.coding = raw_coding_from_string(value);
    } else if (name == "sample_rate_hz") {
      options.samples.sample_rate_hz = whole_from(name, value, kLeastRate_hz, kMostRate_hz);
    } else if (name == "channels") {
      options.samples.channels = whole_from(name, value, 1, kMostChannels);
    } else if (name == "delay_s") {
      options.stream.delay_s = seconds_from(name, value);
    } else if (name == "settle_s") {
      options.stream.settle_s = seconds_from(name, value);
    } else {
      behavior.take(name, value);
    }
  }
  options.job = behavior.finish();
  options.stream.behavior = options.job.behavior;
  options.stream.sample_rate_hz = options.samples.sample_rate_hz;
  if (!options.job.name.empty()) options.name = options.job.name;
  return options;
}

/// Samples of messages, mixed down; what is less than one of each channel waits for the next.
class SampleReader {
 public:
  explicit SampleReader(const RawSamples& samples) : samples_(samples) {}

  std::vector<float> read(std::string_view bytes) {
    left_.append(bytes);
    const std::size_t width = samples_.coding == RawSamples::Coding::s16le ? 2 : 4;
    const auto channels = static_cast<std::size_t>(samples_.channels);
    const std::size_t frames = left_.size() / (width * channels);
    std::vector<float> mono(frames);
    const char* at = left_.data();
    for (float& sample : mono) {
      float sum = 0;
      for (std::size_t channel = 0; channel < channels; ++channel, at += width) sum += value(at);
      sample = channels == 1 ? sum : sum / static_cast<float>(channels);
    }
    left_.erase(0, frames * width * channels);
    return mono;
  }

 private:
  float value(const char* at) const {
    static_assert(std::endian::native == std::endian::little, "samples come little-endian");
    if (samples_.coding == RawSamples::Coding::s16le) {
      std::int16_t whole = 0;
      std::memcpy(&whole, at, sizeof whole);
      return static_cast<float>(whole) / 32768.0F;
    }
    float real = 0;
    std::memcpy(&real, at, sizeof real);
    return real;
  }

  RawSamples samples_;
  std::string left_;
};

/// `names` are those that were last told, by number, and are brought up to date.
Json event_json(const StreamEvent& event, std::map<int, std::string>& names) {
  Json json;
  json["type"] = to_string(event.kind);
  json["clock_s"] = event.clock_s;
  json["turn"] = event.turn;
  json["start_s"] = event.start_s;
  json["end_s"] = event.end_s;
  json["speaker"] = event.name;
  if (event.kind == StreamEvent::Kind::turn_revised) {
    json["previous_speaker"] = names[event.previous_speaker];
  } else if (event.kind == StreamEvent::Kind::speaker_identified) {
    json["previous_speaker"] = names[event.speaker];
    json["score"] = event.score;
  }
  names[event.speaker] = event.name;
  json["confidence"] = event.confidence;
  return json;
}

bool is_end(std::string_view text) {
  if (text.size() > kMostTextBytes) return false;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return false;
  const auto type = json.find("type");
  return type != json.end() && type->is_string() && type->get_ref<const std::string&>() == "end";
}

/// Of which there may be so many.
class StreamPlace {
 public:
  explicit StreamPlace(Service& service) : service_(service) {
    if (++service.metrics.live_streams <= service.limits.live_streams) return;
    --service.metrics.live_streams;
    throw Problem(
        429, "too-many-streams",
        "as many live streams go on as may (" + std::to_string(service.limits.live_streams) + ")")
        .with("Retry-After", "30");
  }
  ~StreamPlace() { --service_.metrics.live_streams; }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  Service& service_;
};

class LiveSession {
 public:
  LiveSession(Service& service, Exchange& exchange, const LiveOptions& options)
      : service_(service),
        bytes_(exchange.stream()),
        socket_(bytes_),
        options_(options),
        stream_(service.diarizer, options.stream) {}

  void run(Exchange& exchange) {
    const std::string offered = exchange.list("Sec-WebSocket-Protocol");
    const auto words = list_items(offered);
    const bool named = std::find(words.begin(), words.end(), kProtocol) != words.end();
    socket_.set_option(websocket::stream_base::decorator([named](websocket::response_type& head) {
      head.set(http::field::server, "diarist");  // Beast would tell its own.
      head.set("X-Content-Type-Options", "nosniff");
      if (named) {
        head.set(http::field::sec_websocket_protocol,
                 boost::beast::string_view(kProtocol.data(), kProtocol.size()));
      }
    }));
    socket_.read_message_max(kMostMessageBytes);
    bytes_.put_back(exchange.buffer());
    error_code error;
    socket_.accept(exchange.parser().get(), error);
    exchange.take_over(error ? 400 : 101);
    exchange.take_as_long_as_it_takes();
    if (error) return;
    try {
      listen();
    } catch (const Problem& problem) {
      refuse(problem, websocket::close_code::policy_error);
    } catch (const Error& told) {
      service_.log({LogEvent::Level::warning, "live_error", {{"error", told.what()}}});
      refuse(Problem::of(told), websocket::close_code::policy_error);
    }
  }

 private:
  void listen() {
    SampleReader samples(options_.samples);
    for (;;) {
      boost::beast::flat_buffer message;
      bytes_.read_until(
          ByteStream::Clock::now() +
          std::chrono::milliseconds(static_cast<std::int64_t>(service_.limits.silence_s * 1000)));
      error_code error;
      socket_.read(message, error);
      if (error) {
        if (error == net::error::operation_aborted) {
          send_close(websocket::close_code::going_away, "the server is ending");
        }
        if (error == net::error::timed_out) {
          send_close(websocket::close_code::policy_error, "no samples came");
        }
        return;
      }
      const std::string_view bytes(static_cast<const char*>(message.data().data()), message.size());
      if (socket_.got_text()) {
        if (!is_end(bytes)) {
          throw Problem(400, "bad-message", "the only text message is {\"type\":\"end\"}");
        }
        finish();
        return;
      }
      if (!take(samples.read(bytes))) return;
    }
  }

  /// A second at a time: what has become known is sent meanwhile, and who is gone is seen.
  bool take(std::span<const float> mono) {
    const auto second = static_cast<std::size_t>(options_.samples.sample_rate_hz);
    const double more_s = static_cast<double>(mono.size()) / static_cast<double>(second);
    if (stream_.pushed_s() + more_s > service_.limits.audio_s) {
      throw Problem(413, "audio-too-long", "the stream is longer than this server takes");
    }
    for (std::size_t at = 0; at < mono.size(); at += second) {
      if (service_.stop.is_set()) {
        send_close(websocket::close_code::going_away, "the server is ending");
        return false;
      }
      if (!send(stream_.push(mono.subspan(at, std::min(second, mono.size() - at))))) return false;
    }
    return true;
  }

  void finish() {
    Stream::End end = stream_.finish();
    if (!send(end.events)) return;
    end.diarization.recording = options_.name;
    std::ostringstream document;
    write(document, end.diarization, FileFormat::json);
    const std::string complete = end.complete ? "true" : "false";
    if (!send(R"({"type":"result","complete":)" + complete + R"(,"result":)" + document.str() +
              "}")) {
      return;
    }
    error_code ignored;
    bytes_.read_until(ByteStream::Clock::now() + std::chrono::seconds(5));
    socket_.close({websocket::close_code::normal, "done"}, ignored);
  }

  bool send(const std::vector<StreamEvent>& events) {
    for (const StreamEvent& event : events) {
      if (!send(text_of(event_json(event, names_)))) return false;
    }
    return true;
  }

  bool send(const std::string& text) {
    error_code error;
    socket_.text(true);
    socket_.write(net::buffer(text), error);
    return !error;
  }

  void refuse(const Problem& problem, websocket::close_code code) {
    send("{\"type\":\"error\",\"problem\":" + problem.json() + "}");
    error_code ignored;
    bytes_.read_until(ByteStream::Clock::now() + std::chrono::seconds(5));
    socket_.close({code, boost::beast::string_view(problem.kind())}, ignored);
  }

  /// After a read that failed, Beast writes nothing any more. No message of ours is half sent: they
  /// are written whole, or the connection has ended.
  void send_close(websocket::close_code code, std::string_view reason) {
    const auto number = static_cast<unsigned int>(code);
    std::string frame = "\x88";
    frame += static_cast<char>(reason.size() + 2);
    frame += static_cast<char>(number >> 8);
    frame += static_cast<char>(number & 255);
    frame += reason;
    bytes_.write_all(frame);
    bytes_.close_slowly();
  }

  Service& service_;
  ByteStream& bytes_;
  WebSocket socket_;
  const LiveOptions& options_;
  Stream stream_;
  std::map<int, std::string> names_;
};

void live(Service& service, Exchange& exchange, const PathValues&) {
  if (!websocket::is_upgrade(exchange.parser().get())) {
    throw Problem(426, "upgrade-required", "this is a WebSocket").with("Upgrade", "websocket");
  }
  LiveOptions options = options_from(exchange.query());
  // First, so that those who get none cost nothing.
  const StreamPlace place(service);
  if (options.job.identify) {
    options.stream.names = service.voices.namer(options.job, service.diarizer.model());
  }
  std::optional<LiveSession> session;
  try {
    session.emplace(service, exchange, options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    throw bad_value("delay_s", std::string(error.what()));
  }
  session->run(exchange);
}

constexpr std::array<Route, 1> kRoutes = {{{"GET", "/v1/live", live}}};

}  // namespace

std::span<const Route> live_routes() { return kRoutes; }

}  // namespace diarist::server
