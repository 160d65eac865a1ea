// Figures of a running server, as Prometheus reads them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace diarist::server {

/// All functions are safe from any thread.
class Metrics {
 public:
  /// `route` is the pattern, not the path: its values are few.
  void count_request(std::string_view method, std::string_view route, int status, double seconds);
  /// `end` is "succeeded", "failed", "cancelled" or "put_back".
  void count_job(std::string_view end, double audio_s, double seconds);
  void count_upload(std::uint64_t bytes) { uploaded_ += bytes; }

  std::atomic<int> connections{0};
  std::atomic<int> live_streams{0};
  std::atomic<std::uint64_t> refused_connections{0};

  /// The text format, version 0.0.4; `gauges` are lines of others' that go with it.
  std::string text(const std::string& gauges) const;

 private:
  static constexpr std::array<double, 8> kBoundsInSeconds = {0.001, 0.01, 0.1, 0.5, 1, 5, 30, 300};
  struct Histogram {
    std::array<std::uint64_t, kBoundsInSeconds.size() + 1> counts{};
    double sum_s = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram> durations_;  ///< By route.
  std::map<std::string, std::uint64_t> jobs_;
  double audio_s_ = 0;
  double job_seconds_ = 0;
  std::atomic<std::uint64_t> uploaded_{0};
};

}  // namespace diarist::server
