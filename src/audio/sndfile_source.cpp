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

/// The bytes of a file as libsndfile asks for them. Exceptions must not pass through its C code:
/// they wait in `failure`.
struct View {
  const InputFile& file;
  /// Where four bytes are to read as 0xFFFFFFFF; see PcmHeader::open_zero_at.
  std::optional<std::uint64_t> open_zero_at;
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
  const auto size = static_cast<std::int64_t>(view.file.size());
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

/// Whether a header's length is a count rather than an estimate. Compressed formats without an
/// index (MP3), or whose length is found at their end (Ogg), have none to be held to.
bool has_exact_length(int format) {
  constexpr std::array kExact = {SF_FORMAT_WAV,  SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64,
                                 SF_FORMAT_AIFF, SF_FORMAT_AU,    SF_FORMAT_FLAC, SF_FORMAT_CAF};
  const int kind = format & SF_FORMAT_TYPEMASK;
  // A WAV may hold MP3, whose length is an estimate again.
  const int coding = format & SF_FORMAT_SUBMASK;
  const bool is_mpeg = coding >= SF_FORMAT_MPEG_LAYER_I && coding <= SF_FORMAT_MPEG_LAYER_III;
  return !is_mpeg && std::find(kExact.begin(), kExact.end(), kind) != kExact.end();
}

class SndfileSource : public Source {
 public:
  SndfileSource(const InputFile& file, std::unique_ptr<View> view,
                std::unique_ptr<SNDFILE, Close> handle, const SF_INFO& info)
      : file_(file), view_(std::move(view)), handle_(std::move(handle)), info_(info) {}

  int sample_rate_hz() const override { return info_.samplerate; }
  int channels() const override { return info_.channels; }
  std::optional<std::int64_t> expected_frames() const override {
    if (info_.frames <= 0 || info_.frames >= kUnknownFrames) return std::nullopt;
    return info_.frames;
  }

  std::size_t read(std::span<float> interleaved) override {
    const auto channels = static_cast<std::size_t>(info_.channels);
    std::size_t done = 0;
    while ((done + 1) * channels <= interleaved.size()) {
      const auto wanted = static_cast<sf_count_t>(interleaved.size() / channels - done);
      const sf_count_t got =
          sf_readf_float(handle_.get(), interleaved.data() + done * channels, wanted);
      view_->rethrow();
      if (got > 0) decoded_ += got;
      check_error();
      if (got <= 0) {
        check_complete();
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / static_cast<double>(info_.samplerate);
  }

  void check_error() const {
    if (sf_error(handle_.get()) == SF_ERR_NO_ERROR) return;
    const auto expected = expected_frames();
    throw damaged(file_.subject(), seconds(decoded_),
                  expected ? std::optional(seconds(*expected)) : std::nullopt,
                  sf_strerror(handle_.get()));
  }

  void check_complete() const {
    const auto expected = expected_frames();
    if (expected && has_exact_length(info_.format) && decoded_ < *expected) {
      throw truncated(file_.subject(), seconds(decoded_), seconds(*expected));
    }
  }

  const InputFile& file_;
  std::unique_ptr<View> view_;  // Before the handle, which reads through it until it is closed.
  std::unique_ptr<SNDFILE, Close> handle_;
  SF_INFO info_;
  std::int64_t decoded_ = 0;
};

}  // namespace

SndfileAttempt open_with_sndfile(const InputFile& file) {
  const std::optional<PcmHeader> header = read_pcm_header(file);
  auto view = std::make_unique<View>(View{file, header ? header->open_zero_at : std::nullopt});
  SF_VIRTUAL_IO io{view_size, view_seek, view_read, view_write, view_tell};
  SF_INFO info{};
  std::unique_ptr<SNDFILE, Close> handle(sf_open_virtual(&io, SFM_READ, &info, view.get()));
  view->rethrow();
  if (!handle) return {nullptr, sf_strerror(nullptr)};
  check_layout(file.subject(), info.channels, info.samplerate);
  return {std::make_unique<SndfileSource>(file, std::move(view), std::move(handle), info), {}};
}

}  // namespace diarist::audio
