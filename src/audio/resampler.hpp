// Any rate to the 16 kHz of the models, as a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace diarist::audio {

/// Resamples some streams together, with soxr's HQ filter (linear phase, 20 bit). 16 kHz passes
/// untouched. In all, n samples at rate r become round(n * 16000 / r), but at least one. The output
/// does not depend on how the input is cut into blocks. Not safe to share between threads.
class Resampler {
 public:
  /// `sample_rate_hz`: 1 to 768,000. Throws Error{internal} where soxr refuses.
  Resampler(int sample_rate_hz, int streams);
  ~Resampler();

  /// Takes the next `count` samples of each stream and appends what is ready to `output[stream]`.
  void push(std::span<const float* const> streams, std::size_t count,
            std::vector<std::vector<float>>& output);

  /// Says that there is no more, and appends the rest. To be called once, after the last push.
  void finish(std::vector<std::vector<float>>& output);

 private:
  /// One turn of soxr: appends what comes out, returns how many input samples went in.
  std::size_t process(const float* const* input, std::size_t count,
                      std::vector<std::vector<float>>& output, std::size_t& produced);

  struct Engine;
  std::unique_ptr<Engine> engine_;  // Absent at 16 kHz.
  int sample_rate_hz_;
  std::int64_t pushed_ = 0;
  std::int64_t produced_ = 0;
};

}  // namespace diarist::audio
