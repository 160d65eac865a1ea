#include "audio/resampler.hpp"

#include <algorithm>
#include <string>

#include <soxr.h>

#include "diarist/error.hpp"

#include "audio/reader.hpp"

namespace diarist::audio {
namespace {

/// Room for what comes out of one turn of soxr, per stream: 16 ms to a quarter of a second of audio
/// are in flight at a time, few enough to stay in the cache with many streams.
constexpr std::size_t kTurnSamples = 4096;

[[noreturn]] void throw_soxr(const char* problem) {
  throw Error(ErrorCode::internal, "resampler", std::string("soxr failed: ") + problem);
}

}  // namespace

struct Resampler::Engine {
  explicit Engine(int sample_rate_hz, int streams)
      : room(static_cast<std::size_t>(streams), std::vector<float>(kTurnSamples)),
        pointers(static_cast<std::size_t>(streams)) {
    const soxr_io_spec_t planar = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    // One thread: the callers are parallel already.
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    handle = soxr_create(sample_rate_hz, kModelRateHz, static_cast<unsigned>(streams), &error,
                         &planar, &quality, &runtime);
    if (error != nullptr || handle == nullptr) throw_soxr(error != nullptr ? error : "no handle");
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() { soxr_delete(handle); }

  soxr_t handle = nullptr;
  std::vector<std::vector<float>> room;
  std::vector<float*> pointers;
};

Resampler::Resampler(int sample_rate_hz, int streams) : sample_rate_hz_(sample_rate_hz) {
  if (sample_rate_hz != kModelRateHz) engine_ = std::make_unique<Engine>(sample_rate_hz, streams);
}

Resampler::~Resampler() = default;

std::size_t Resampler::process(const float* const* input, std::size_t count,
                               std::vector<std::vector<float>>& output, std::size_t& produced) {
  Engine& engine = *engine_;
  for (std::size_t i = 0; i < engine.room.size(); ++i) engine.pointers[i] = engine.room[i].data();
  std::size_t taken = 0;
  const soxr_error_t error =
      soxr_process(engine.handle, static_cast<soxr_in_t>(input), count, &taken,
                   static_cast<soxr_out_t>(engine.pointers.data()), kTurnSamples, &produced);
  if (error != nullptr) throw_soxr(error);
  for (std::size_t i = 0; i < engine.room.size(); ++i) {
    output[i].insert(output[i].end(), engine.room[i].begin(),
                     engine.room[i].begin() + static_cast<std::ptrdiff_t>(produced));
  }
  produced_ += static_cast<std::int64_t>(produced);
  return taken;
}

void Resampler::push(std::span<const float* const> streams, std::size_t count,
                     std::vector<std::vector<float>>& output) {
  pushed_ += static_cast<std::int64_t>(count);
  if (!engine_) {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      output[i].insert(output[i].end(), streams[i], streams[i] + count);
    }
    produced_ += static_cast<std::int64_t>(count);
    return;
  }
  std::vector<const float*> rest(streams.begin(), streams.end());
  std::size_t produced = 0;
  // A full turn may have left more behind.
  while (count > 0 || produced == kTurnSamples) {
    const std::size_t taken = process(rest.data(), count, output, produced);
    for (const float*& stream : rest) stream += taken;
    count -= taken;
    if (taken == 0 && produced == 0 && count > 0) throw_soxr("it takes no more samples");
  }
}

void Resampler::finish(std::vector<std::vector<float>>& output) {
  if (!engine_) return;
  std::size_t produced = 1;
  while (produced > 0) process(nullptr, 0, output, produced);
  const std::int64_t rounded = (pushed_ * kModelRateHz + sample_rate_hz_ / 2) / sample_rate_hz_;
  const std::int64_t exact = std::max<std::int64_t>(rounded, pushed_ > 0 ? 1 : 0);
  // soxr rounds in floating point: it may be a sample off, which silence or a cut puts right.
  const std::int64_t change = exact - produced_;
  for (std::vector<float>& stream : output) {
    const std::int64_t size = static_cast<std::int64_t>(stream.size()) + change;
    stream.resize(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)), 0.0F);
  }
  produced_ = exact;
}

}  // namespace diarist::audio
