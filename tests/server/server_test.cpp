// A server within the test, and clients on many threads: what is said here once the sanitizers see.
#include "server/server.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"

namespace diarist::server {
namespace {

namespace fs = std::filesystem;

/// Seconds of a quiet tone as WAV, 16 bits at 16 kHz.
std::string wav(double seconds) {
  const auto samples = static_cast<std::uint32_t>(seconds * 16000);
  const auto put = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255);
    return text;
  };
  std::string file = "RIFF" + put(36 + 2 * samples, 4) + "WAVEfmt " + put(16, 4) + put(1, 2) +
                     put(1, 2) + put(16000, 4) + put(32000, 4) + put(2, 2) + put(16, 2) + "data" +
                     put(2 * samples, 4);
  for (std::uint32_t i = 0; i < samples; ++i) file += put(i % 80 * 20, 2);
  return file;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest()
      : folder_(fs::temp_directory_path() / ("server" + std::to_string(::getpid()))),
        diarizer_(Model::builtin(), [] {
          PerformanceOptions performance;
          performance.threads = 2;
          return performance;
        }()) {}
  ~ServerTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  void start(ServerOptions options = {}) {
    options.port = 0;
    options.data = folder_ / "data";
    options.voices = folder_ / "voices.db";
    server_ =
        std::make_unique<Server>(std::move(options), diarizer_, [this](const LogEvent& event) {
          const std::lock_guard lock(mutex_);
          events_.emplace_back(event.event);
          if (event.level == LogEvent::Level::error) ++errors_;
        });
    const std::string url = server_->url();
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  /// All of the answer to a request whose connection is to end; "" where it was closed.
  std::string ask(const std::string& method, const std::string& path,
                  const std::string& body = {}) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      std::string request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" +
                            "Connection: close\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\n\r\n" + body;
      for (std::size_t at = 0; at < request.size();) {
        const ssize_t sent = ::send(socket, request.data() + at, request.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
      char block[4096];
      for (ssize_t got = 0; (got = ::recv(socket, block, sizeof block, 0)) > 0;) {
        answer.append(block, static_cast<std::size_t>(got));
      }
    }
    ::close(socket);
    return answer;
  }

  std::string submit(const std::string& recording) const {
    const std::string answer = ask("POST", "/v1/diarizations", recording);
    const std::size_t at = answer.find("\"id\":\"");
    return at == std::string::npos ? std::string() : answer.substr(at + 6, 32);
  }

  fs::path folder_;
  Diarizer diarizer_;
  std::mutex mutex_;
  std::vector<std::string> events_;  // Guarded by it.
  int errors_ = 0;                   // Likewise.
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(ServerTest, ManyClientsAtOnce) {
  ServerOptions options;
  options.limits.jobs_at_once = 2;
  start(options);
  const std::string recording = wav(2);
  std::atomic<int> succeeded{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&, i] {
      const std::string id = submit(recording);
      ASSERT_EQ(id.size(), 32U);
      if (i % 3 == 0) ask("DELETE", "/v1/diarizations/" + id);
      for (const char* path :
           {"/v1/diarizations", "/metrics", "/v1/speakers", "/readyz", "/nowhere"}) {
        EXPECT_NE(ask("GET", path), "");
      }
      const std::string events = ask("GET", "/v1/diarizations/" + id + "/events");
      if (events.find("\"state\":\"succeeded\"") != std::string::npos) ++succeeded;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_GE(succeeded, 4);
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(errors_, 0);
}

TEST_F(ServerTest, EndsWhileMuchGoesOnAndLosesNothing) {
  start();
  const std::string recording = wav(120);
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(submit(recording));
  std::vector<std::thread> watchers;
  for (const std::string& id : ids) {
    watchers.emplace_back([this, id] { ask("GET", "/v1/diarizations/" + id + "/events"); });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  server_.reset();
  for (std::thread& watcher : watchers) watcher.join();
  start();
  for (const std::string& id : ids) {
    EXPECT_NE(ask("GET", "/v1/diarizations/" + id).find(" 200 "), std::string::npos);
    ask("DELETE", "/v1/diarizations/" + id);
  }
  EXPECT_EQ(ask("GET", "/v1/diarizations?state=queued").find("\"id\""), std::string::npos);
}

TEST_F(ServerTest, OthersAreRefusedWithoutTokens) {
  ServerOptions options;
  options.address = "0.0.0.0";
  try {
    start(options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
  options.address = "nowhere.example";
  EXPECT_THROW(start(options), Error);
}

}  // namespace
}  // namespace diarist::server
