#include "audio/sndfile_source.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <utility>

#include <sndfile.h>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "audio/pcm_header.hpp"

namespace diarist::audio {
namespace {

/// Longest length that is believed: 2^62 frames. libsndfile writes 2^63 - 1 for "not known".
constexpr sf_count_t kUnknownFrames = sf_count_t{1} << 62;

/// What a decoder that seeks to the end of the file is told. mpg123, inside libsndfile, guesses the
/// length of an MP3 without an index from the file's size and the first frame, and libsndfile stops
/// there: with a variable bit rate that has cut two thirds off a recording. See open_mpeg.
enum class EndTold {
  truth,
  refused,   ///< Seeking to the end fails: a length then comes from an index, or is not known.
  far_away,  ///< The guess becomes too long by far, and decoding goes on to the real end.
};

/// More than any bit rate of MPEG audio (8 to 448 kbit/s) differs from any other.
constexpr std::int64_t kFarAway = 256;

/// The bytes of a file as libsndfile asks for them. Exceptions must not pass through its C code:
/// they wait in `failure`.
struct View {
  const InputFile& file;
  /// Where four bytes are to read as 0xFFFFFFFF; see PcmHeader::open_zero_at.
  std::optional<std::uint64_t> open_zero_at;
  EndTold end_told = EndTold::truth;
  std::int64_t position = 0;
  std::exception_ptr failure = nullptr;

  void rethrow() {
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
  }
};

sf_count_t view_size(void* user) {
  return static_cast<sf_count_t>(static_cast<View*>(user)->file.size());
}

sf_count_t view_tell(void* user) { return static_cast<View*>(user)->position; }

sf_count_t view_seek(sf_count_t offset, int whence, void* user) {
  auto& view = *static_cast<View*>(user);
  auto size = static_cast<std::int64_t>(view.file.size());
  if (whence == SEEK_END && view.end_told == EndTold::refused) return -1;
  // Seeks to before the end are for tags (ID3v1) and stay true.
  if (offset == 0 && view.end_told == EndTold::far_away) size *= kFarAway;
  const std::int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? view.position : size;
  std::int64_t target = 0;
  if (__builtin_add_overflow(from, offset, &target) || target < 0) return -1;
  view.position = target;
  return target;
}

sf_count_t view_read(void* to, sf_count_t count, void* user) {
  auto& view = *static_cast<View*>(user);
  if (count <= 0) return 0;
  try {
    const std::span bytes(static_cast<std::byte*>(to), static_cast<std::size_t>(count));
    const auto begin = static_cast<std::uint64_t>(view.position);
    const std::size_t got = view.file.read_at(begin, bytes);
    if (view.open_zero_at) {
      for (std::uint64_t at = *view.open_zero_at; at < *view.open_zero_at + 4; ++at) {
        if (at >= begin && at - begin < got) bytes[at - begin] = std::byte{0xFF};
      }
    }
    view.position += static_cast<std::int64_t>(got);
    return static_cast<sf_count_t>(got);
  } catch (...) {
    view.failure = std::current_exception();
    return 0;
  }
}

sf_count_t view_write(const void*, sf_count_t, void*) { return 0; }

struct Close {
  void operator()(SNDFILE* handle) const { sf_close(handle); }
};

bool is_mpeg(int format) { return (format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG; }

/// Samples per channel of a frame of MPEG audio, layers II and III.
constexpr sf_count_t kMpegFrame = 1152;

/// By how many frames a recording may end before the length that libsndfile gave; nothing where
/// that length binds to nothing: Ogg's is found at its end, of older formats we know too little.
std::optional<std::int64_t> allowed_shortfall(int format) {
  constexpr std::array kCounted = {SF_FORMAT_WAV,  SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64,
                                   SF_FORMAT_AIFF, SF_FORMAT_AU,    SF_FORMAT_FLAC, SF_FORMAT_CAF};
  // The index of an MP3 counts MPEG frames, of which encoders add one at either end.
  const int coding = format & SF_FORMAT_SUBMASK;
  if (coding >= SF_FORMAT_MPEG_LAYER_I && coding <= SF_FORMAT_MPEG_LAYER_III) return 2 * kMpegFrame;
  const int kind = format & SF_FORMAT_TYPEMASK;
  if (std::find(kCounted.begin(), kCounted.end(), kind) == kCounted.end()) return std::nullopt;
  return 0;
}

Container container_of(int format) {
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_RF64:
      return Container::wav;
    case SF_FORMAT_WAVEX:
      return Container::wavex;
    case SF_FORMAT_FLAC:
      return Container::flac;
    default:
      return Container::other;
  }
}

/// What libsndfile decodes to integers, by how many bits these have; floats for all others.
SampleCoding coding_of(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_DPCM_8:
      return SampleCoding::pcm_8;
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_DPCM_16:
    case SF_FORMAT_ALAC_16:
    case SF_FORMAT_DWVW_12:
    case SF_FORMAT_DWVW_16:
    case SF_FORMAT_IMA_ADPCM:
    case SF_FORMAT_MS_ADPCM:
    case SF_FORMAT_GSM610:
    case SF_FORMAT_VOX_ADPCM:
    case SF_FORMAT_NMS_ADPCM_16:
    case SF_FORMAT_NMS_ADPCM_24:
    case SF_FORMAT_NMS_ADPCM_32:
    case SF_FORMAT_G721_32:
    case SF_FORMAT_G723_24:
    case SF_FORMAT_G723_40:
      return SampleCoding::pcm_16;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
    case SF_FORMAT_DWVW_24:
      return SampleCoding::pcm_24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_32:
      return SampleCoding::pcm_32;
    case SF_FORMAT_DOUBLE:
      return SampleCoding::f64;
    case SF_FORMAT_ALAW:
      return SampleCoding::a_law;
    case SF_FORMAT_ULAW:
      return SampleCoding::u_law;
    default:
      return SampleCoding::f32;
  }
}

bool is_known(sf_count_t frames) { return frames > 0 && frames < kUnknownFrames; }

class SndfileSource : public Source {
 public:
  SndfileSource(const InputFile& file, std::unique_ptr<View> view,
                std::unique_ptr<SNDFILE, Close> handle, const SF_INFO& info)
      : file_(file), view_(std::move(view)), handle_(std::move(handle)), info_(info) {}

  int sample_rate_hz() const override { return info_.samplerate; }
  int channels() const override { return info_.channels; }
  std::optional<std::int64_t> expected_frames() const override {
    return is_known(info_.frames) ? std::optional(info_.frames) : std::nullopt;
  }

  std::size_t read(std::span<float> interleaved) override {
    const auto channels = static_cast<std::size_t>(info_.channels);
    return read_frames(interleaved.size() / channels, [&](std::size_t first, sf_count_t count) {
      return sf_readf_float(handle_.get(), interleaved.data() + first * channels, count);
    });
  }

  StoredFormat stored() const override {
    return {container_of(info_.format), coding_of(info_.format)};
  }

  std::size_t read_stored(std::span<std::byte> interleaved) override {
    const SampleCoding coding = stored().coding;
    const std::size_t frame = sample_bytes(coding) * static_cast<std::size_t>(info_.channels);
    return read_frames(interleaved.size() / frame, [&](std::size_t first, sf_count_t count) {
      std::byte* const at = interleaved.data() + first * frame;
      if (coding == SampleCoding::f32) {
        return sf_readf_float(handle_.get(), reinterpret_cast<float*>(at), count);
      }
      if (coding == SampleCoding::f64) {
        return sf_readf_double(handle_.get(), reinterpret_cast<double*>(at), count);
      }
      return sf_readf_int(handle_.get(), reinterpret_cast<int*>(at), count);
    });
  }

 private:
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / static_cast<double>(info_.samplerate);
  }

  /// Up to `capacity` frames; `decode(first, count)` puts so many behind the first `first`.
  template <class Decode>
  std::size_t read_frames(std::size_t capacity, const Decode& decode) {
    std::size_t done = 0;
    while (done < capacity) {
      auto wanted = static_cast<sf_count_t>(capacity - done);
      // With an error libsndfile drops what it has decoded in the same call: make that little.
      if (is_open_mpeg()) wanted = std::min(wanted, kMpegFrame);
      const sf_count_t got = decode(done, wanted);
      view_->rethrow();
      if (got > 0) decoded_ += got;
      // An MP3 that was recorded until somebody pulled the plug ends inside a frame. Without an
      // index nothing was promised beyond it.
      const bool stopped_at_end = is_open_mpeg() && view_->position >= file_size();
      if (!stopped_at_end) check_error();
      if (got <= 0) {
        check_complete();
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  bool is_open_mpeg() const { return is_mpeg(info_.format) && !is_known(info_.frames); }
  std::int64_t file_size() const { return static_cast<std::int64_t>(file_.size()); }

  void check_error() const {
    if (sf_error(handle_.get()) == SF_ERR_NO_ERROR) return;
    const auto expected = expected_frames();
    throw damaged(file_.subject(), seconds(decoded_),
                  expected ? std::optional(seconds(*expected)) : std::nullopt,
                  sf_strerror(handle_.get()));
  }

  void check_complete() const {
    const auto expected = expected_frames();
    const auto shortfall = allowed_shortfall(info_.format);
    if (expected && shortfall && decoded_ + *shortfall < *expected) {
      throw truncated(file_.subject(), seconds(decoded_), seconds(*expected));
    }
  }

  const InputFile& file_;
  std::unique_ptr<View> view_;  // Before the handle, which reads through it until it is closed.
  std::unique_ptr<SNDFILE, Close> handle_;
  SF_INFO info_;
  std::int64_t decoded_ = 0;
};

/// libsndfile on one view of a file; without a handle where it does not take the format.
struct Opened {
  std::unique_ptr<View> view;
  std::unique_ptr<SNDFILE, Close> handle;  // After the view: it goes first.
  SF_INFO info{};
};

Opened open_view(const InputFile& file, std::optional<std::uint64_t> open_zero_at,
                 EndTold end_told) {
  Opened opened;
  opened.view = std::make_unique<View>(View{file, open_zero_at, end_told});
  SF_VIRTUAL_IO io{view_size, view_seek, view_read, view_write, view_tell};
  opened.handle.reset(sf_open_virtual(&io, SFM_READ, &opened.info, opened.view.get()));
  opened.view->rethrow();
  return opened;
}

/// Whether a file may be MPEG audio, by its first bytes: a frame's sync word or an ID3 tag.
bool may_be_mpeg(const InputFile& file) {
  std::array<std::byte, 3> start{};
  file.read_at(0, start);
  constexpr std::array kTag = {std::byte{'I'}, std::byte{'D'}, std::byte{'3'}};
  return start == kTag || (start[0] == std::byte{0xFF} && (start[1] >> 5) == std::byte{7});
}

/// An MP3 with an index (Xing, VBRI) has an exact length, and is held to it. One without is read to
/// the end of the file, whatever the guess. What is no MP3 after all comes back as it was found.
Opened open_mpeg(const InputFile& file) {
  Opened indexed = open_view(file, std::nullopt, EndTold::refused);
  if (!indexed.handle || !is_mpeg(indexed.info.format) || is_known(indexed.info.frames))
    return indexed;
  Opened opened = open_view(file, std::nullopt, EndTold::far_away);
  opened.info.frames = 0;
  return opened;
}

}  // namespace

SndfileAttempt open_with_sndfile(const InputFile& file) {
  const std::optional<PcmHeader> header = read_pcm_header(file);
  Opened opened;
  // Never the truth to mpg123: it would guess, or complain on standard error about a cut file.
  if (may_be_mpeg(file)) opened = open_mpeg(file);
  if (!opened.handle || !is_mpeg(opened.info.format)) {
    opened.handle.reset();  // Before its view, which the assignment replaces first.
    opened = open_view(file, header ? header->open_zero_at : std::nullopt, EndTold::truth);
  }
  if (!opened.handle) return {nullptr, sf_strerror(nullptr)};
  check_layout(file.subject(), opened.info.channels, opened.info.samplerate);
  return {std::make_unique<SndfileSource>(file, std::move(opened.view), std::move(opened.handle),
                                          opened.info),
          {}};
}

}  // namespace diarist::audio
