// `diarist serve`: jobs, live streams and known voices over HTTP, until a signal ends it.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/version.hpp"

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/server_log.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "cli/voice_store.hpp"
#include "server/server.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using server::Limits;
using server::LogEvent;
using server::ServerOptions;

constexpr double kBytesPerMegabyte = 1e6;
constexpr double kSecondsPerHour = 3600;

struct Arguments {
  ServerOptions server;
  std::optional<std::string> tokens;
  std::optional<std::string> certificate;
  std::optional<std::string> key;
  std::optional<std::string> data;
  std::string store = kDefaultStore;
  std::optional<std::string> model;
  int threads = 0;
  double body_megabytes = static_cast<double>(Limits{}.body_bytes) / kBytesPerMegabyte;
  double data_megabytes = static_cast<double>(Limits{}.data_bytes) / kBytesPerMegabyte;
  double audio_hours = Limits{}.audio_s / kSecondsPerHour;
  double keep_hours = Limits{}.keep_s / kSecondsPerHour;
  std::string log = "auto";
};

/// $XDG_STATE_HOME/diarist, or the same in ~/.local/state.
fs::path data_folder(const std::optional<std::string>& told) {
  if (told) {
    if (!told->empty()) return fs::absolute(*told);
    throw Error(ErrorCode::invalid_argument, "--data", "is empty", "name a folder");
  }
  // What is not absolute is to be ignored, says the XDG base directory specification.
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && state[0] == '/') return fs::path(state) / "diarist";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return fs::path(home) / ".local/state/diarist";
  throw Error(ErrorCode::invalid_argument, "--data",
              "is needed where neither XDG_STATE_HOME nor HOME is set", "name a folder");
}

std::optional<fs::path> path_of(const std::optional<std::string>& name) {
  return name ? std::optional<fs::path>(*name) : std::nullopt;
}

int serve(const Arguments& arguments) {
  ServerOptions options = arguments.server;
  options.tokens = path_of(arguments.tokens);
  options.certificate = path_of(arguments.certificate);
  options.key = path_of(arguments.key);
  options.data = data_folder(arguments.data);
  options.voices = store_file(arguments.store);
  options.limits.body_bytes =
      static_cast<std::uint64_t>(arguments.body_megabytes * kBytesPerMegabyte);
  options.limits.data_bytes =
      static_cast<std::uint64_t>(arguments.data_megabytes * kBytesPerMegabyte);
  options.limits.audio_s = arguments.audio_hours * kSecondsPerHour;
  options.limits.keep_s = arguments.keep_hours * kSecondsPerHour;

  const AwaitedSignals signals;
  // A file that may grow no further is to be an error of its writer's, like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  PerformanceOptions performance;
  performance.threads = arguments.threads;
  const Diarizer diarizer = make_diarizer(arguments.model, std::nullopt, performance);
  const bool text =
      arguments.log == "text" || (arguments.log == "auto" && is_terminal(STDERR_FILENO));
  const server::LogSink log = log_to_standard_error(text ? LogForm::text : LogForm::json);
  {
    const server::Server server(std::move(options), diarizer, log);
    log({LogEvent::Level::info,
         "listening",
         {{"url", server.url()}, {"version", DIARIST_VERSION}}});
    signals.wait();
    log({LogEvent::Level::info, "stopping", {}});
  }
  log({LogEvent::Level::info, "stopped", {}});
  return kSuccess;
}

template <typename Value>
void add_limit(CLI::App& app, const char* option, Value& value, const std::string& text,
               double least, double most, const char* type = "N") {
  app.add_option(option, value, text)
      ->type_name(type)
      ->capture_default_str()
      ->check(unnamed(CLI::Range(least, most)))
      ->group("Limits");
}

void add_options(CLI::App& app, Arguments& arguments) {
  const char* address = "Address";
  app.add_option("--address", arguments.server.address,
                 "Numeric address to listen at; 127.0.0.1, this machine alone, otherwise")
      ->type_name("TEXT")
      ->group(address);
  app.add_option("--port", arguments.server.port, "Port; 8017 otherwise, 0 for any that is free")
      ->type_name("N")
      ->group(address);
  app.add_option("--host", arguments.server.hosts,
                 "Name that the server is also called by, as behind a proxy on this machine")
      ->type_name("NAME")
      ->group(address);
  app.add_option("--certificate", arguments.certificate, "TLS: certificate with its chain, PEM")
      ->type_name("FILE")
      ->group(address);
  app.add_option("--key", arguments.key, "TLS: its key, PEM")->type_name("FILE")->group(address);
  app.add_option("--tokens", arguments.tokens, "Bearer tokens that are let in, one a line")
      ->type_name("FILE")
      ->group(address);
  app.add_flag("--no-tokens", arguments.server.without_tokens,
               "Let in everybody, from other machines too")
      ->group(address)
      ->excludes("--tokens");

  const char* data = "Data";
  app.add_option("--data", arguments.data,
                 "Folder of jobs and uploads; diarist in $XDG_STATE_HOME or ~/.local/state "
                 "otherwise")
      ->type_name("DIR")
      ->group(data);
  add_store_option(app, arguments.store);

  Limits& limits = arguments.server.limits;
  add_limit(app, "--max-body", arguments.body_megabytes, "Megabytes of an upload; 2147 otherwise",
            0.001, 1e6);
  add_limit(app, "--max-data", arguments.data_megabytes,
            "Megabytes of all recordings that are kept; 20000 otherwise", 0.001, 1e12);
  add_limit(app, "--max-audio", arguments.audio_hours,
            "Hours of a recording or live stream; 12 otherwise", 0.001, 1000);
  add_limit(app, "--jobs", limits.jobs_at_once, "Jobs that run at once; 1 otherwise", 1, 64);
  add_limit(app, "--queue", limits.queue, "Jobs that wait; 100 otherwise", 1, 1e6);
  add_limit(app, "--streams", limits.live_streams, "Live streams at once; 4 otherwise", 0, 1000);
  add_limit(app, "--connections", limits.connections, "Connections at once; 256 otherwise", 1, 1e4);
  add_limit(app, "--silence", limits.silence_s,
            "How long a client may say nothing, or not listen; 30 otherwise", 0.1, 3600, "SECONDS");
  add_limit(app, "--request-time", limits.request_s, "How long a request may come; 3600 otherwise",
            0.1, 1e5, "SECONDS");
  add_limit(app, "--keep", arguments.keep_hours,
            "Hours that jobs which have ended are kept, with their audio; 24 otherwise", 0.0, 1e5);

  const char* engine = "Engine";
  app.add_option("--threads", arguments.threads, "Worker threads; 0, the default, is one per core")
      ->type_name("N")
      ->check(unnamed(CLI::Range(0, 1024)))
      ->group(engine);
  app.add_option("--model", arguments.model, "Model pack instead of the one built in")
      ->type_name("PACK")
      ->group(engine);
  take_one_of(app.add_option("--log", arguments.log,
                             "Log on standard error: auto (default) is text on a terminal, json "
                             "otherwise"),
              {"auto", "json", "text"});
  app.footer(R"(Examples:
  diarist serve
  diarist serve --address 0.0.0.0 --tokens tokens.txt --certificate cert.pem --key key.pem
  curl -T meeting.wav -X POST http://127.0.0.1:8017/v1/diarizations)");
}

}  // namespace

Command add_serve_command(CLI::App& parent) {
  CLI::App* app =
      parent.add_subcommand("serve", "Serve jobs, live streams and known voices over HTTP");
  const auto arguments = std::make_shared<Arguments>();
  add_options(*app, *arguments);
  return {app, [arguments] { return serve(*arguments); }};
}

}  // namespace diarist::cli
