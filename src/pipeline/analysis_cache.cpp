#include "pipeline/analysis_cache.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/version.hpp"

#include "base/cancellation.hpp"
#include "base/digest.hpp"
#include "pipeline/analysis_document.hpp"

namespace diarist::pipeline {
namespace {

namespace fs = std::filesystem;

// Changes with the layout of an entry, and with whatever changes an analysis of the same version.
constexpr std::string_view kFormat = "diarist-analysis 4\n";
constexpr std::size_t kReadBytes = 1 << 20;

void add_settings(Digest& digest, const AnalysisSettings& settings) {
  const PresetParameters& preset = settings.preset;
  digest.add(kFormat);
  digest.add(std::string_view(DIARIST_VERSION));
  digest.add(settings.pack);
  std::string text = preset.shared_trunk ? "shared" : "whole";
  text += preset.voices ? " voices" : "";
  text += " step " + std::to_string(step_frames(preset.step_s));
  text += " precision " + std::string(to_string(settings.precision));
  text += " isa " + std::string(to_string(settings.isa));
  text += " channels " + std::to_string(static_cast<int>(settings.channel_mode));
  if (settings.channel_mode == ChannelMode::pick) text += " " + std::to_string(settings.channel);
  digest.add(text);
}

std::optional<AnalysedRecording> read_entry(const fs::path& file, const std::string& name) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(file, failed);
  if (failed) return std::nullopt;
  std::ifstream bytes(file, std::ios::binary);
  AnalysisReader in(bytes, size);
  if (!in.tag(kFormat) || !in.tag(name)) return std::nullopt;
  AnalysedRecording recording;
  recording.duration_s = in.value<double>();
  const auto streams = in.value<std::uint64_t>();
  if (streams > in.left()) return std::nullopt;
  for (std::uint64_t i = 0; i < streams; ++i) {
    const int channel = in.value<std::int32_t>();
    recording.streams.push_back({channel, in.analysis()});
  }
  if (!in.finish()) return std::nullopt;
  return recording;
}

[[noreturn]] void cannot_write(const fs::path& file, const std::string& why) {
  throw Error(ErrorCode::io, file.string(), "cannot be written: " + why,
              "name another folder for the cache, or make room there");
}

/// Another one in each call of any process.
std::string temporary_ending() {
  static std::atomic<unsigned> count{0};
  return "." + std::to_string(std::random_device{}()) + "-" + std::to_string(count++) + ".partial";
}

}  // namespace

std::string settings_digest(const AnalysisSettings& settings) {
  Digest digest;
  add_settings(digest, settings);
  return digest.hex();
}

std::optional<std::string> content_digest(const fs::path& recording,
                                          const CancellationToken* cancellation) {
  std::error_code failed;
  if (!fs::is_regular_file(recording, failed)) return std::nullopt;
  std::ifstream in(recording, std::ios::binary);
  Digest content;
  std::vector<char> block(kReadBytes);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    stop_if_cancelled(cancellation);
    content.add(std::as_bytes(std::span(block)).first(static_cast<std::size_t>(in.gcount())));
  }
  if (!in.eof()) return std::nullopt;
  return content.hex();
}

std::optional<std::string> analysis_name(const fs::path& recording,
                                         const AnalysisSettings& settings) {
  const std::optional<std::string> content = content_digest(recording);
  if (!content) return std::nullopt;
  Digest digest;
  add_settings(digest, settings);
  digest.add("file");
  digest.add(*content);
  return digest.hex();
}

std::string analysis_name(std::span<const float> samples, int sample_rate_hz,
                          const AnalysisSettings& settings) {
  Digest digest;
  add_settings(digest, settings);
  digest.add("samples at " + std::to_string(sample_rate_hz));
  digest.add(std::as_bytes(samples));
  return digest.hex();
}

std::optional<AnalysedRecording> AnalysisCache::find(const std::string& name) const {
  return read_entry(folder_ / (name + ".analysis"), name);
}

void AnalysisCache::keep(const std::string& name, const AnalysedRecording& recording) const {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) cannot_write(folder_, failed.message());
  const fs::path file = folder_ / (name + ".analysis");
  const fs::path partial = file.string() + temporary_ending();
  std::ofstream bytes(partial, std::ios::binary);
  AnalysisWriter out(bytes);
  out.tag(kFormat);
  out.tag(name);
  out.value(recording.duration_s);
  out.value(static_cast<std::uint64_t>(recording.streams.size()));
  for (const AnalysedRecording::Stream& stream : recording.streams) {
    out.value(static_cast<std::int32_t>(stream.channel));
    out.analysis(stream.analysis);
  }
  out.finish();
  bytes.close();
  if (bytes.fail()) {
    fs::remove(partial, failed);
    cannot_write(partial, "no room or no permission");
  }
  fs::rename(partial, file, failed);
  if (failed) {
    const std::string why = failed.message();
    fs::remove(partial, failed);
    cannot_write(file, why);
  }
}

}  // namespace diarist::pipeline
