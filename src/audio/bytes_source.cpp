#include "audio/bytes_source.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include <sndfile.h>

#include "diarist/error.hpp"

namespace diarist::audio {
namespace {

struct View {
  std::span<const std::byte> file;
  sf_count_t at = 0;
};

sf_count_t view_size(void* user) {
  return static_cast<sf_count_t>(static_cast<View*>(user)->file.size());
}

sf_count_t view_seek(sf_count_t offset, int whence, void* user) {
  View& view = *static_cast<View*>(user);
  const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? view.at : view_size(user);
  view.at = std::clamp<sf_count_t>(base + offset, 0, view_size(user));
  return view.at;
}

sf_count_t view_read(void* to, sf_count_t count, void* user) {
  View& view = *static_cast<View*>(user);
  const sf_count_t done = std::min(count, view_size(user) - view.at);
  if (done > 0) std::memcpy(to, view.file.data() + view.at, static_cast<std::size_t>(done));
  view.at += done;
  return done;
}

sf_count_t view_write(const void*, sf_count_t, void*) { return 0; }

sf_count_t view_tell(void* user) { return static_cast<View*>(user)->at; }

struct Close {
  void operator()(SNDFILE* handle) const { sf_close(handle); }
};

}  // namespace

std::vector<float> decode_bytes(std::span<const std::byte> file) {
  View view{file};
  SF_VIRTUAL_IO io{view_size, view_seek, view_read, view_write, view_tell};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, Close> handle(sf_open_virtual(&io, SFM_READ, &info, &view));
  if (!handle || info.channels != 1 || info.frames < 0) {
    throw Error(ErrorCode::internal, "a sound file in memory", "cannot be read");
  }
  std::vector<float> samples(static_cast<std::size_t>(info.frames));
  if (sf_readf_float(handle.get(), samples.data(), info.frames) != info.frames) {
    throw Error(ErrorCode::internal, "a sound file in memory", "ends too soon");
  }
  return samples;
}

}  // namespace diarist::audio
