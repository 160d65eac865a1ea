// Recordings for tests of the pipeline, and a run of its streaming pass alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "audio/reader.hpp"
#include "pipeline/analysis_stream.hpp"
#include "testing/places.hpp"

namespace diarist::testing {

/// All samples of a file at 16 kHz, channels mixed down.
inline std::vector<float> read_samples(const std::filesystem::path& file) {
  const auto reader = audio::Reader::open(file, ChannelMode::downmix, 1);
  std::vector<float> samples;
  std::vector<float> block(16000);
  float* const stream = block.data();
  while (const std::size_t count = reader->read({&stream, 1}, block.size())) {
    samples.insert(samples.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return samples;
}

/// Six seconds in which people speak, of the sample.
inline std::span<const float> spoken_samples() {
  static const std::vector<float> kSamples = read_samples(source_dir() / "samples" / "sample.wav");
  return std::span(kSamples).subspan(std::size_t{16000} * 6, std::size_t{16000} * 6);
}

/// The pass over `samples`, handed in blocks of `block` samples.
inline pipeline::Analysis analyse(pipeline::Engine& engine,
                                  const pipeline::PresetParameters& preset,
                                  std::span<const float> samples, std::size_t block = 16000) {
  pipeline::AnalysisStream stream(engine, preset, {});
  for (std::size_t at = 0; at < samples.size(); at += block) {
    stream.push(samples.subspan(at, std::min(block, samples.size() - at)));
  }
  return stream.finish();
}
inline pipeline::Analysis analyse(pipeline::Engine& engine, Preset preset,
                                  std::span<const float> samples, std::size_t block = 16000) {
  return analyse(engine, pipeline::parameters(preset), samples, block);
}

}  // namespace diarist::testing
