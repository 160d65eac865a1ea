// What both benches of live streams take: a recording's samples, and the processor's time.
#pragma once

#include <cstddef>
#include <sys/resource.h>
#include <vector>

#include "audio/reader.hpp"

namespace diarist::bench {

/// All of a recording at 16 kHz, channels mixed down.
inline std::vector<float> samples_of(const char* file) {
  std::vector<float> samples;
  std::vector<float> block(audio::kModelRateHz);
  float* pointer = block.data();
  const auto reader = audio::Reader::open(file, ChannelMode::downmix, 1);
  while (const std::size_t read = reader->read({&pointer, 1}, block.size())) {
    samples.insert(samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(read));
  }
  return samples;
}

/// Seconds, of all threads of the program so far.
inline double processor_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace diarist::bench
