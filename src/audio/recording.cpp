#include "audio/recording.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "diarist/error.hpp"

#include "audio/ffmpeg_source.hpp"
#include "audio/input_file.hpp"
#include "audio/sndfile_source.hpp"

namespace diarist::audio {
namespace {

/// Keeps the file for as long as its decoder reads from it.
class OwningSource : public Source {
 public:
  explicit OwningSource(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}

  const InputFile& file() const { return *file_; }
  void decode_with(std::unique_ptr<Source> decoder) { decoder_ = std::move(decoder); }

  int sample_rate_hz() const override { return decoder_->sample_rate_hz(); }
  int channels() const override { return decoder_->channels(); }
  std::optional<std::int64_t> expected_frames() const override {
    return decoder_->expected_frames();
  }
  std::size_t read(std::span<float> interleaved) override { return decoder_->read(interleaved); }
  StoredFormat stored() const override { return decoder_->stored(); }
  std::size_t read_stored(std::span<std::byte> interleaved) override {
    return decoder_->read_stored(interleaved);
  }

 private:
  std::unique_ptr<InputFile> file_;
  std::unique_ptr<Source> decoder_;  // After the file: it goes first.
};

/// The first bytes of formats, to tell a damaged recording from something that never was one.
struct Magic {
  std::size_t offset;
  std::string_view bytes;
  const char* format;
};
constexpr std::array<Magic, 9> kMagics = {{{8, "WAVE", "WAV"},
                                           {0, "fLaC", "FLAC"},
                                           {0, "OggS", "Ogg"},
                                           {0, "ID3", "MP3"},
                                           {8, "AIFF", "AIFF"},
                                           {8, "AIFC", "AIFF"},
                                           {0, "caff", "CAF"},
                                           {4, "ftyp", "MP4"},
                                           {0, "\x1A\x45\xDF\xA3", "Matroska or WebM"}}};

const char* format_by_first_bytes(const InputFile& file) {
  std::array<std::byte, 16> raw{};
  const std::size_t got = file.read_at(0, raw);
  const std::string_view start(reinterpret_cast<const char*>(raw.data()), got);
  for (const Magic& magic : kMagics) {
    if (start.size() >= magic.offset &&
        start.substr(magic.offset, magic.bytes.size()) == magic.bytes) {
      return magic.format;
    }
  }
  return nullptr;
}

[[noreturn]] void throw_undecodable(const InputFile& file, const std::string& sndfile_reason,
                                    const FfmpegAttempt& ffmpeg) {
  const char* format = format_by_first_bytes(file);
  if (!ffmpeg.installed) {
    const std::string what =
        format ? std::string("begins like a recording in ") + format : std::string("is of a kind");
    throw Error(ErrorCode::unsupported_audio, file.subject(),
                what + " that libsndfile cannot decode (" + sndfile_reason +
                    "), and the ffmpeg program is not installed",
                "install ffmpeg or convert to WAV");
  }
  const std::string reasons = " (libsndfile: " + sndfile_reason + " ffmpeg: " + ffmpeg.reason + ")";
  if (format) {
    throw Error(ErrorCode::corrupt_audio, file.subject(),
                std::string("begins like a recording in ") + format +
                    ", but what follows cannot be decoded" + reasons,
                "copy it again from where it came, and check that it has an audio track");
  }
  throw Error(ErrorCode::unsupported_audio, file.subject(),
              "is not a recording that can be decoded" + reasons,
              "check that it is one; if so, convert it to WAV");
}

}  // namespace

Recording open_recording(const std::filesystem::path& path, const Machine& machine) {
  auto source = std::make_unique<OwningSource>(
      std::make_unique<InputFile>(InputFile::open(path, machine.standard_input)));
  const InputFile& file = source->file();
  SndfileAttempt sndfile = open_with_sndfile(file);
  if (!sndfile.source) {
    FfmpegAttempt ffmpeg = open_with_ffmpeg(file, machine.ffmpeg_program);
    if (!ffmpeg.source) throw_undecodable(file, sndfile.reason, ffmpeg);
    sndfile.source = std::move(ffmpeg.source);
  }
  source->decode_with(std::move(sndfile.source));
  std::string subject = file.subject();
  return {std::move(source), std::move(subject)};
}

}  // namespace diarist::audio
