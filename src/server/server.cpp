#include "server/server.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "diarist/error.hpp"

#include "server/listener.hpp"
#include "server/service.hpp"
#include "server/session.hpp"
#include "server/text.hpp"
#include "server/tls.hpp"

namespace diarist::server {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kTidyInterval{1};

[[noreturn]] void refuse(const std::string& option, const std::string& problem,
                         const std::string& advice) {
  throw Error(ErrorCode::invalid_argument, option, problem, advice);
}

/// One server for a folder: two would run each job twice.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder) {
    make_private_folder(folder);
    const fs::path file = folder / "lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor_ < 0) {
      throw Error(ErrorCode::io, file.string(),
                  "cannot be made (" + std::string(std::strerror(errno)) + ")",
                  "check the permissions of its folder, or name another one with --data");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      throw Error(ErrorCode::io, folder.string(), "is held by another server",
                  "end that one, or name another folder with --data");
    }
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

std::unique_ptr<TlsContext> tls_of(const ServerOptions& options) {
  if (options.certificate.has_value() != options.key.has_value()) {
    refuse(options.certificate ? "--key" : "--certificate", "is missing", "give both or none");
  }
  if (!options.certificate) return nullptr;
  return std::make_unique<TlsContext>(*options.certificate, *options.key);
}

}  // namespace

Service::Service(const ServerOptions& options, const Diarizer& library, const LogSink& sink,
                 bool loopback)
    : limits(options.limits),
      diarizer(library),
      log(sink),
      tokens(options.tokens ? Tokens(*options.tokens) : Tokens()),
      hosts(loopback, options.tokens.has_value(), options.hosts),
      uploads(options.data / "uploads", options.limits.data_bytes),
      store(options.data / "jobs.sqlite"),
      voices(options.voices),
      runner(store, uploads, voices, diarizer, limits, metrics, log) {}

struct Server::Implementation {
  Implementation(ServerOptions given, const Diarizer& diarizer, LogSink sink)
      : options(std::move(given)),
        log(std::move(sink)),
        tls(tls_of(options)),
        listener(options.address, options.port),
        lock(options.data),
        service(checked(), diarizer, log, listener.loopback()) {
    service.uploads.keep_only(service.store.ids_with_audio());
    try {
      tidying = std::thread([this] { tidy(); });
      accepting = std::thread([this] { accept(); });
    } catch (const std::system_error& error) {
      service.stop.set();
      if (tidying.joinable()) tidying.join();
      throw Error(ErrorCode::io, "server",
                  "cannot have its threads (" + error.code().message() + ")",
                  "raise the limit of threads");
    } catch (...) {  // No memory for the second, after the first has begun.
      service.stop.set();
      if (tidying.joinable()) tidying.join();
      throw;
    }
  }

  ~Implementation() {
    service.stop.set();
    service.runner.stop();
    accepting.join();
    tidying.join();
    std::unique_lock guard(open->mutex);
    open->changed.wait(guard, [this] { return open->count == 0; });
  }

  const ServerOptions& checked() const {
    if (!listener.loopback() && !options.tokens && !options.without_tokens) {
      refuse("--address", "lets other machines in, and nothing asks them who they are",
             "give --tokens FILE, or --no-tokens if everybody who can connect may use it");
    }
    return options;
  }

  void accept() {
    std::string peer;
    for (int socket = 0; (socket = listener.accept(service.stop, peer)) >= 0;) {
      if (!take_place()) {
        turn_away(socket);
        continue;
      }
      try {
        // The thread's last step is outside of all that the server's end takes away.
        std::thread([this, socket, peer, open = open] {
          serve_connection(service, socket, tls.get(), peer);
          const std::lock_guard guard(open->mutex);
          service.metrics.connections = --open->count;
          open->changed.notify_all();
        }).detach();
      } catch (const std::exception&) {  // No thread, or no memory for one.
        {
          const std::lock_guard guard(open->mutex);
          service.metrics.connections = --open->count;
        }
        turn_away(socket);
      }
    }
  }

  /// Connections that there are. Shared with their threads, the last of which may outlive the rest.
  struct Open {
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
  };

  bool take_place() {
    const std::lock_guard guard(open->mutex);
    if (open->count >= options.limits.connections) return false;
    service.metrics.connections = ++open->count;
    return true;
  }

  void turn_away(int socket) {
    ++service.metrics.refused_connections;
    // Whole at compile time: it may be memory that there is none of. The body ends as the
    // connection does.
    constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
        "Content-Type: application/problem+json\r\n\r\n"
        R"({"type":"urn:diarist:problem:busy","title":"Not now","status":503,)"
        R"("detail":"the server has no connection left for this; come again"})";
    // What does not fit into the socket's buffer at once is not waited for.
    if (!tls) (void)!::send(socket, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(socket);
  }

  void tidy() {
    for (;;) {
      try {
        const auto kept_ms = static_cast<std::int64_t>(options.limits.keep_s * 1000);
        for (const std::string& id : service.store.remove_ended_before(now_ms() - kept_ms)) {
          service.uploads.remove(id);
          log({LogEvent::Level::info, "job_removed", {{"job", id}}});
        }
      } catch (const std::exception& error) {
        log({LogEvent::Level::error, "job_store", {{"error", error.what()}}});
      }
      pollfd stop{service.stop.descriptor(), POLLIN, 0};
      const auto interval = std::chrono::milliseconds(kTidyInterval).count();
      if (::poll(&stop, 1, static_cast<int>(interval)) > 0) return;
    }
  }

  ServerOptions options;
  LogSink log;
  std::unique_ptr<TlsContext> tls;
  Listener listener;
  FolderLock lock;
  Service service;
  std::shared_ptr<Open> open = std::make_shared<Open>();
  std::thread accepting;
  std::thread tidying;
};

Server::Server(ServerOptions options, const Diarizer& diarizer, LogSink log)
    : implementation_(
          std::make_unique<Implementation>(std::move(options), diarizer, std::move(log))) {}

Server::~Server() = default;

std::string Server::url() const {
  return (implementation_->tls ? "https://" : "http://") + implementation_->listener.name();
}

}  // namespace diarist::server
