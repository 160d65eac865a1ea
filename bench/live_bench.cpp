// A recording pushed through a live stream as fast as it goes: its events, and what that took.
//
//     live_bench RECORDING DELAY SETTLE THREADS [ISA [HISTORY]]
//
// Standard output: the events, a JSON object a line, then one with the work: seconds from the first
// sample to the last one and of the processor in these, how long the slowest push took, the most
// bytes that were kept, and the turns of the end. See live.py.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/stream.hpp"

#include "base/clock.hpp"
#include "live_input.hpp"

namespace diarist {
namespace {

constexpr std::size_t kBlock = 1600;  // Samples at a time, a tenth of a second: as a socket may.

void show(const std::vector<StreamEvent>& events) {
  for (const StreamEvent& e : events) {
    std::printf(R"({"kind": "%s", "clock_s": %.3f, "turn": %lld, "start_s": %.4f, "end_s": %.4f, )"
                R"("speaker": "%s", "confidence": %.3f})"
                "\n",
                std::string(to_string(e.kind)).c_str(), e.clock_s, static_cast<long long>(e.turn),
                e.start_s, e.end_s, e.name.c_str(), static_cast<double>(e.confidence));
  }
}

int run(int count, char** arguments) {
  if (count < 5) {
    std::fputs("live_bench RECORDING DELAY SETTLE THREADS [ISA [HISTORY]]\n", stderr);
    return 2;
  }
  PerformanceOptions performance;
  performance.threads = std::atoi(arguments[4]);
  if (count > 5) performance.isa = instruction_set_from_string(arguments[5]);
  const Diarizer diarizer(Model::builtin(), performance);
  StreamOptions options;
  options.delay_s = std::atof(arguments[2]);
  options.settle_s = std::atof(arguments[3]);
  if (count > 6) options.history_s = std::atof(arguments[6]);
  Stream stream(diarizer, options);

  const std::vector<float> samples = bench::samples_of(arguments[1]);
  const Stopwatch all;
  const double processor_before_s = bench::processor_s();
  double slowest_s = 0;
  std::size_t most_bytes = 0;
  for (std::size_t at = 0; at < samples.size(); at += kBlock) {
    const Stopwatch one;
    const auto events =
        stream.push(std::span(samples).subspan(at, std::min(kBlock, samples.size() - at)));
    slowest_s = std::max(slowest_s, one.seconds());
    most_bytes = std::max(most_bytes, stream.kept_bytes());
    show(events);
  }
  const double pushed_s = all.seconds();
  const double processor = bench::processor_s() - processor_before_s;
  const Stream::End end = stream.finish();
  show(end.events);
  std::printf(R"({"duration_s": %.3f, "pushed_in_s": %.3f, "processor_s": %.3f, )"
              R"("slowest_push_s": %.4f, "kept_bytes": %zu, "turns": [)",
              stream.pushed_s(), pushed_s, processor, slowest_s, most_bytes);
  const char* between = "";
  for (const Turn& turn : end.diarization.turns) {
    std::printf(R"(%s[%.4f, %.4f, "%s"])", between, turn.start_s, turn.end_s,
                end.diarization.speakers[static_cast<std::size_t>(turn.speaker)].name.c_str());
    between = ", ";
  }
  std::puts("]}");
  return 0;
}

}  // namespace
}  // namespace diarist

int main(int count, char** arguments) {
  try {
    return diarist::run(count, arguments);
  } catch (const diarist::Error& error) {
    std::fprintf(stderr, "live_bench: %s\n", error.what());
    return 1;
  }
}
