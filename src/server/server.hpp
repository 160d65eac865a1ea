// The server: jobs, live streams and known voices over HTTP. openapi.json says what it answers.
//
// Plain threads, one for each connection: whoever is connected waits for computing, which all
// cores do, and their number is capped. Uploads go to disk as they come; jobs are in SQLite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"

namespace diarist::server {

/// All of it configurable; each is what keeps one resource from running out.
struct Limits {
  std::uint64_t body_bytes = std::uint64_t{2} << 30;  ///< Of an upload: six hours of 16-bit stereo.
  std::uint64_t data_bytes = 20'000'000'000;          ///< Of all recordings that are kept.
  double audio_s = 12 * 3600;                         ///< Of a recording, and of a live stream.
  int jobs_at_once = 1;                               ///< Each uses all cores where it can.
  int queue = 100;  ///< Jobs that wait, uploads on their way among them.
  int live_streams = 4;
  int connections = 256;
  double silence_s = 30;      ///< A client that says nothing, or does not listen.
  double request_s = 3600;    ///< A whole request.
  double keep_s = 24 * 3600;  ///< Jobs that have ended, with their audio.
};

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< A numeric address, or "localhost".
  std::uint16_t port = 8017;          ///< 0: any that is free.
  std::optional<std::filesystem::path> tokens;
  bool without_tokens = false;  ///< Serve others than this machine, and ask nobody for a token.
  std::optional<std::filesystem::path> certificate;
  std::optional<std::filesystem::path> key;
  std::vector<std::string> hosts;  ///< Names besides this machine's own that Host may have.
  std::filesystem::path data;      ///< Of jobs and uploads. One server at a time.
  std::filesystem::path voices;    ///< The store of known voices.
  Limits limits;
};

/// Something for the log: a line.
struct LogEvent {
  enum class Level { info, warning, error };
  struct Field {
    const char* name;
    std::string value;
    bool is_number = false;
  };
  Level level = Level::info;
  const char* event;  ///< "request", "job_started", ...
  std::vector<Field> fields;
};
/// Called from any thread, also from several at once.
using LogSink = std::function<void(const LogEvent&)>;

/// Serves from its making to its end.
class Server {
 public:
  /// `diarizer` must outlive it. Throws Error{invalid_argument} for options that contradict each
  /// other, among them an address that others reach without tokens; Error{io} where it cannot
  /// listen, or another server has the folder; and as Tokens, TlsContext and JobStore do.
  Server(ServerOptions options, const Diarizer& diarizer, LogSink log);
  /// Takes no more connections, tells those that there are, puts running jobs back into the queue
  /// and waits for all of it: a few seconds.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// "http://127.0.0.1:8017".
  std::string url() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist::server
