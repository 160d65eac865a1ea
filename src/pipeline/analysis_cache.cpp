#include "pipeline/analysis_cache.hpp"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
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
constexpr std::string_view kFormat = "diarist-analysis 3\n";
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

/// An entry as it is read, and the digest of what has been. Every read is checked against what is
/// there; after one that is not, all fail.
class Cursor {
 public:
  explicit Cursor(const fs::path& file) : file_(file, std::ios::binary) {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(file, failed);
    sound_ = !failed && file_.is_open() && size >= kDigestBytes;
    left_ = sound_ ? size - kDigestBytes : 0;
  }

  template <typename Value>
  Value value() {
    static_assert(std::is_arithmetic_v<Value>);
    Value value{};
    read(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
  template <typename Value>
  std::vector<Value> list() {
    const auto count = value<std::uint64_t>();
    sound_ = sound_ && count <= left_ / sizeof(Value);
    if (!sound_) return {};
    std::vector<Value> values(count);
    read(std::as_writable_bytes(std::span(values)));
    return values;
  }
  bool text(std::string_view expected) {
    if (expected.size() > left_) return sound_ = false;
    std::string found(expected.size(), '\0');
    read(std::as_writable_bytes(std::span(found)));
    return sound_ && found == expected;
  }
  std::uintmax_t left() const { return left_; }
  /// Nothing was missing, nothing is left but the digest, and that is right. Once, at the end.
  bool finish() {
    sound_ = sound_ && left_ == 0;
    left_ = kDigestBytes;
    const std::string expected = digest_.hex();
    return text(expected);
  }

 private:
  void read(std::span<std::byte> into) {
    sound_ =
        sound_ && into.size() <= left_ &&
        file_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    if (!sound_) return;
    left_ -= into.size();
    digest_.add(into);
  }

  std::ifstream file_;
  std::uintmax_t left_ = 0;
  bool sound_ = false;
  Digest digest_;
};

static_assert(std::is_trivially_copyable_v<Subsegment> &&
              sizeof(Subsegment) == 2 * sizeof(std::int64_t));

void write(Writer& out, const AnalysedRecording::Stream& stream) {
  const Analysis& analysis = stream.analysis;
  out.value(static_cast<std::int32_t>(stream.channel));
  out.value(analysis.trunk_skipped);
  out.value(static_cast<std::int64_t>(analysis.activity.windows));
  out.value(static_cast<std::int32_t>(analysis.activity.speakers));
  out.list(analysis.activity.active);
  out.list(analysis.activity.probability);
  out.list(analysis.embeddings);
  out.list(analysis.counts);
  out.value(static_cast<std::uint64_t>(analysis.voices.dimensions));
  out.list(analysis.voices.subsegments);
  out.list(analysis.voices.directions);
}

AnalysedRecording::Stream read_stream(Cursor& in) {
  AnalysedRecording::Stream stream;
  Analysis& analysis = stream.analysis;
  stream.channel = in.value<std::int32_t>();
  analysis.trunk_skipped = in.value<double>();
  analysis.activity.windows = static_cast<int>(in.value<std::int64_t>());
  analysis.activity.speakers = in.value<std::int32_t>();
  analysis.activity.active = in.list<std::uint8_t>();
  analysis.activity.probability = in.list<std::uint8_t>();
  analysis.embeddings = in.list<float>();
  analysis.counts = in.list<std::uint8_t>();
  analysis.voices.dimensions = in.value<std::uint64_t>();
  analysis.voices.subsegments = in.list<Subsegment>();
  analysis.voices.directions = in.list<std::uint16_t>();
  return stream;
}

std::optional<AnalysedRecording> parse(Cursor in, const std::string& name) {
  if (!in.text(kFormat) || !in.text(name)) return std::nullopt;
  AnalysedRecording recording;
  recording.duration_s = in.value<double>();
  const auto streams = in.value<std::uint64_t>();
  if (streams > in.left()) return std::nullopt;
  for (std::uint64_t i = 0; i < streams; ++i) recording.streams.push_back(read_stream(in));
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
  return parse(Cursor(folder_ / (name + ".analysis")), name);
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
