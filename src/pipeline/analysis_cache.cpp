#include "pipeline/analysis_cache.hpp"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/version.hpp"

#include "base/digest.hpp"

namespace diarist::pipeline {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "entries hold values as they lie");

// Changes with the layout of an entry, and with whatever changes an analysis of the same version.
constexpr std::string_view kFormat = "diarist-analysis 1\n";
constexpr std::size_t kDigestBytes = 32;
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

/// To a file as it comes, and into the digest that ends it: a day's analysis is not held twice.
class Writer {
 public:
  explicit Writer(const fs::path& file) : file_(file, std::ios::binary) {}

  template <typename Value>
  void value(const Value& value) {
    static_assert(std::is_arithmetic_v<Value>);
    put(std::as_bytes(std::span(&value, 1)));
  }
  template <typename Value>
  void list(const std::vector<Value>& values) {
    value(static_cast<std::uint64_t>(values.size()));
    put(std::as_bytes(std::span(values)));
  }
  void text(std::string_view text) { put(std::as_bytes(std::span(text))); }
  /// False where not all of it could be written.
  bool finish() {
    file_ << digest_.hex();
    file_.close();
    return !file_.fail();
  }

 private:
  void put(std::span<const std::byte> bytes) {
    digest_.add(bytes);
    file_.write(reinterpret_cast<const char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
  }

  std::ofstream file_;
  Digest digest_;
};

/// Every read is checked against what is there; after one that is not, all fail.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  template <typename Value>
  Value value() {
    Value value{};
    if (take(sizeof(Value))) std::memcpy(&value, taken_, sizeof(Value));
    return value;
  }
  template <typename Value>
  std::vector<Value> list() {
    const auto count = value<std::uint64_t>();
    if (count > bytes_.size() / sizeof(Value) || !take(count * sizeof(Value))) {
      sound_ = false;
      return {};
    }
    std::vector<Value> values(count);
    if (count > 0) std::memcpy(values.data(), taken_, count * sizeof(Value));
    return values;
  }
  bool text(std::string_view expected) {
    return take(expected.size()) && std::string_view(taken_, expected.size()) == expected;
  }
  /// Nothing was missing, and nothing is left.
  bool sound() const { return sound_ && bytes_.empty(); }

 private:
  bool take(std::size_t count) {
    sound_ = sound_ && count <= bytes_.size();
    if (!sound_) return false;
    taken_ = bytes_.data();
    bytes_.remove_prefix(count);
    return true;
  }

  std::string_view bytes_;
  const char* taken_ = nullptr;
  bool sound_ = true;
};

static_assert(std::is_trivially_copyable_v<Subsegment> &&
              sizeof(Subsegment) == 2 * sizeof(std::int64_t));

void write(Writer& out, const AnalysedRecording::Stream& stream) {
  const Analysis& analysis = stream.analysis;
  out.value(static_cast<std::int32_t>(stream.channel));
  out.value(analysis.trunk_skipped);
  out.value(static_cast<std::int64_t>(analysis.activity.windows));
  out.list(analysis.activity.active);
  out.list(analysis.activity.probability);
  out.list(analysis.embeddings);
  out.list(analysis.counts);
  out.list(analysis.voices.subsegments);
  out.list(analysis.voices.embeddings);
}

AnalysedRecording::Stream read_stream(Cursor& in) {
  AnalysedRecording::Stream stream;
  Analysis& analysis = stream.analysis;
  stream.channel = in.value<std::int32_t>();
  analysis.trunk_skipped = in.value<double>();
  analysis.activity.windows = static_cast<int>(in.value<std::int64_t>());
  analysis.activity.active = in.list<std::uint8_t>();
  analysis.activity.probability = in.list<std::uint8_t>();
  analysis.embeddings = in.list<float>();
  analysis.counts = in.list<std::uint8_t>();
  analysis.voices.subsegments = in.list<Subsegment>();
  analysis.voices.embeddings = in.list<float>();
  return stream;
}

std::string digest_of(std::string_view bytes) {
  Digest digest;
  digest.add(std::as_bytes(std::span(bytes)));
  return digest.hex();
}

std::optional<AnalysedRecording> parse(std::string_view bytes, const std::string& name) {
  if (bytes.size() < kDigestBytes) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - kDigestBytes);
  if (bytes.substr(content.size()) != digest_of(content)) return std::nullopt;
  Cursor in(content);
  if (!in.text(kFormat) || !in.text(name)) return std::nullopt;
  AnalysedRecording recording;
  recording.duration_s = in.value<double>();
  const auto streams = in.value<std::uint64_t>();
  if (streams > content.size()) return std::nullopt;
  for (std::uint64_t i = 0; i < streams; ++i) recording.streams.push_back(read_stream(in));
  if (!in.sound()) return std::nullopt;
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

std::optional<std::string> analysis_name(const fs::path& recording,
                                         const AnalysisSettings& settings) {
  std::error_code failed;
  if (!fs::is_regular_file(recording, failed)) return std::nullopt;
  std::ifstream in(recording, std::ios::binary);
  Digest content;
  std::vector<char> block(kReadBytes);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    content.add(std::as_bytes(std::span(block)).first(static_cast<std::size_t>(in.gcount())));
  }
  if (!in.eof()) return std::nullopt;
  Digest digest;
  add_settings(digest, settings);
  digest.add("file");
  digest.add(content.hex());
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
  const fs::path file = folder_ / (name + ".analysis");
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  if (failed) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(size, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return parse(bytes, name);
}

void AnalysisCache::keep(const std::string& name, const AnalysedRecording& recording) const {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) cannot_write(folder_, failed.message());
  const fs::path file = folder_ / (name + ".analysis");
  const fs::path partial = file.string() + temporary_ending();
  Writer out(partial);
  out.text(kFormat);
  out.text(name);
  out.value(recording.duration_s);
  out.value(static_cast<std::uint64_t>(recording.streams.size()));
  for (const AnalysedRecording::Stream& stream : recording.streams) write(out, stream);
  if (!out.finish()) {
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
