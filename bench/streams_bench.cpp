// Many live streams at once, in real time: how late what becomes known is, beyond the delay.
//
//     streams_bench RECORDING STREAMS DELAY SECONDS [ISA [THREADS]]
//
// Each stream has a thread of its own that pushes a tenth of a second of samples when as much time
// has gone by, as a microphone would; each begins in another place of the recording, which goes
// round and round, and at another time of its hop. A push is as late as it returns after its last
// sample was there: its events say what had to be known by then. A stream that cannot keep up is
// later and later. Prints one line of JSON: the lateness of pushes that brought events and of all
// of them, in milliseconds, and the cores that were busy.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/stream.hpp"

#include "live_input.hpp"

namespace diarist {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr int kRate = audio::kModelRateHz;
constexpr std::size_t kBlock = 1600;
constexpr double kBlock_s = 0.1;

struct Lateness {
  std::vector<double> with_events_ms;
  std::vector<double> all_ms;
};

Lateness listen(const Diarizer& diarizer, double delay_s, std::span<const float> samples,
                std::size_t first, Clock::time_point start, int blocks) {
  StreamOptions options;
  options.delay_s = delay_s;
  Stream stream(diarizer, options);
  Lateness late;
  std::vector<float> block(kBlock);
  for (int i = 0; i < blocks; ++i) {
    for (float& sample : block) sample = samples[first++ % samples.size()];
    const auto there =
        start + std::chrono::duration_cast<Clock::duration>(Seconds((i + 1) * kBlock_s));
    std::this_thread::sleep_until(there);
    const bool events = !stream.push(block).empty();
    const double ms = 1000 * Seconds(Clock::now() - there).count();
    late.all_ms.push_back(ms);
    if (events) late.with_events_ms.push_back(ms);
  }
  return late;
}

/// Of values that are there.
double share(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

void print(const char* what, std::vector<double> values) {
  std::printf(R"("%s": {"pushes": %zu, "p50_ms": %.0f, "p99_ms": %.0f, "most_ms": %.0f}, )", what,
              values.size(), share(values, 0.5), share(values, 0.99), share(values, 1));
}

int run(int count, char** arguments) {
  if (count < 5) {
    std::fputs("streams_bench RECORDING STREAMS DELAY SECONDS [ISA [THREADS]]\n", stderr);
    return 2;
  }
  const int streams = std::max(1, std::atoi(arguments[2]));
  const double delay_s = std::atof(arguments[3]);
  const int blocks = static_cast<int>(std::atof(arguments[4]) / kBlock_s);
  PerformanceOptions performance;
  if (count > 5) performance.isa = instruction_set_from_string(arguments[5]);
  if (count > 6) performance.threads = std::atoi(arguments[6]);
  const std::vector<float> samples = bench::samples_of(arguments[1]);
  const Diarizer diarizer(Model::builtin(), performance);
  // Networks are made by who is the first to want them: that is no stream's delay.
  diarizer.diarize(std::span(samples).first(std::min<std::size_t>(samples.size(), kRate)), kRate);

  std::vector<Lateness> found(static_cast<std::size_t>(streams));
  std::vector<std::thread> threads;
  std::atomic<bool> failed{false};
  const Clock::time_point start = Clock::now() + std::chrono::milliseconds(500);
  const double before_s = bench::processor_s();
  for (int i = 0; i < streams; ++i) {
    threads.emplace_back([&, i] {
      try {
        // A hop is a second at most: streams begin all over it.
        const auto begin =
            start + std::chrono::duration_cast<Clock::duration>(Seconds(1.0 * i / streams));
        const std::size_t first =
            samples.size() / static_cast<std::size_t>(streams) * static_cast<std::size_t>(i);
        found[static_cast<std::size_t>(i)] =
            listen(diarizer, delay_s, samples, first, begin, blocks);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "streams_bench: %s\n", error.what());
        failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double busy_s = bench::processor_s() - before_s;
  const double wall_s = Seconds(Clock::now() - start).count();
  if (failed) return 1;

  Lateness all;
  for (const Lateness& one : found) {
    all.all_ms.insert(all.all_ms.end(), one.all_ms.begin(), one.all_ms.end());
    all.with_events_ms.insert(all.with_events_ms.end(), one.with_events_ms.begin(),
                              one.with_events_ms.end());
  }
  std::printf(R"({"streams": %d, "delay_s": %.1f, "isa": "%s", "threads": %d, )", streams, delay_s,
              std::string(to_string(diarizer.instruction_set())).c_str(), diarizer.threads());
  print("events", std::move(all.with_events_ms));
  print("all", std::move(all.all_ms));
  std::printf(R"("cores_busy": %.2f})"
              "\n",
              busy_s / wall_s);
  return 0;
}

}  // namespace
}  // namespace diarist

int main(int count, char** arguments) {
  try {
    return diarist::run(count, arguments);
  } catch (const diarist::Error& error) {
    std::fprintf(stderr, "streams_bench: %s\n", error.what());
    return 1;
  }
}
