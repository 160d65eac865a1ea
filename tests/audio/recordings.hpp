// Recordings for the tests of this room: written, damaged and read back.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <sndfile.h>

#include "diarist/error.hpp"

#include "audio/channel_reader.hpp"
#include "audio/reader.hpp"
#include "audio/recording.hpp"

namespace diarist::audio::testing {

/// A folder for one test, removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "diarist-audio-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A sine of amplitude 0.5, one channel.
inline std::vector<float> sine(std::size_t count, double frequency_hz, int rate_hz) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = static_cast<float>(
        0.5 * std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz));
  }
  return samples;
}

/// Writes interleaved samples with libsndfile. False where this libsndfile cannot write the format.
[[nodiscard]] inline bool write(const std::filesystem::path& file, std::span<const float> samples,
                                int rate_hz, int channels, int format) {
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = format;
  if (sf_format_check(&info) == 0) return false;
  SNDFILE* handle = sf_open(file.c_str(), SFM_WRITE, &info);
  if (handle == nullptr) return false;
  const auto frames = static_cast<sf_count_t>(samples.size()) / channels;
  const bool written = sf_writef_float(handle, samples.data(), frames) == frames;
  sf_close(handle);
  return written;
}

inline std::string load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void save(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Little-endian bytes of a number.
inline std::string little(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return bytes;
}

/// A plain 16-bit PCM WAV made by hand, so that each field can lie.
struct WavByHand {
  int channels = 1;
  std::uint32_t rate_hz = 16000;
  std::size_t frames = 16000;
  std::optional<std::uint32_t> riff_size = std::nullopt;
  std::optional<std::uint32_t> data_size = std::nullopt;
  std::string after_data = {};

  std::string bytes() const {
    const std::size_t data = frames * 2 * static_cast<std::size_t>(std::max(channels, 1));
    std::string samples(data, '\0');
    for (std::size_t i = 0; i < data; i += 2) {
      samples.replace(i, 2, little(static_cast<std::uint16_t>(i * 37 % 20011), 2));
    }
    const auto block = static_cast<std::uint64_t>(2 * channels);
    return "RIFF" + little(riff_size.value_or(36 + data + after_data.size()), 4) + "WAVEfmt " +
           little(16, 4) + little(1, 2) + little(static_cast<std::uint64_t>(channels), 2) +
           little(rate_hz, 4) + little(rate_hz * block, 4) + little(block, 2) + little(16, 2) +
           "data" + little(data_size.value_or(data), 4) + samples + after_data;
  }
};

/// A FLAC file as a writer that cannot seek leaves it: the number of samples, the low 36 bits of
/// the eight bytes from byte 18 on, is 0.
inline std::string without_flac_length(std::string bytes) {
  bytes[21] = static_cast<char>(bytes[21] & 0xF0);
  bytes.replace(22, 4, 4, '\0');
  return bytes;
}

/// Reads to the end in blocks of `block` samples.
inline std::vector<std::vector<float>> read_all(Reader& reader, std::size_t block = 4096) {
  const auto streams = static_cast<std::size_t>(reader.streams());
  std::vector<std::vector<float>> all(streams);
  std::vector<std::vector<float>> room(streams, std::vector<float>(block));
  std::vector<float*> pointers;
  for (auto& stream : room) pointers.push_back(stream.data());
  while (const std::size_t got = reader.read(pointers, block)) {
    for (std::size_t i = 0; i < streams; ++i) {
      all[i].insert(all[i].end(), room[i].begin(),
                    room[i].begin() + static_cast<std::ptrdiff_t>(got));
    }
  }
  return all;
}

/// Opens as Reader::open does, on a machine of the test's choice.
inline std::unique_ptr<Reader> open_on(const Machine& machine, const std::filesystem::path& file,
                                       ChannelMode mode = ChannelMode::downmix, int channel = 1) {
  Recording recording = open_recording(file, machine);
  return make_channel_reader(std::move(recording.source), std::move(recording.subject), mode,
                             channel);
}

/// Without ffmpeg, so that what libsndfile refuses stays refused, and quickly.
inline Machine without_ffmpeg() { return {.ffmpeg_program = "ffmpeg-that-nobody-has"}; }

inline std::vector<float> read_file(const std::filesystem::path& file) {
  return read_all(*Reader::open(file, ChannelMode::downmix, 1)).front();
}

/// Runs what must throw an Error, and returns it.
inline Error error_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::internal, "", "");
}

/// The error of opening and reading a file to its end.
inline Error error_of_reading(const std::filesystem::path& file,
                              const Machine& machine = without_ffmpeg()) {
  return error_of([&] { read_all(*open_on(machine, file)); });
}

}  // namespace diarist::audio::testing
