#include "server/viewer_assets.hpp"

#include <new>
#include <sstream>
#include <string_view>
#include <zlib.h>

#include "diarist/diarization.hpp"
#include "diarist/error.hpp"
#include "diarist/formats.hpp"

namespace diarist::server {
namespace {

std::string_view between(std::string_view page, std::string_view begin, std::string_view end) {
  const std::size_t from = page.find(begin);
  const std::size_t until = page.find(end, from);
  if (from == std::string_view::npos || until == std::string_view::npos) {
    throw Error(ErrorCode::internal, "built-in page", "has no " + std::string(begin),
                "please report it");
  }
  return page.substr(from + begin.size(), until - from - begin.size());
}

std::string packed(std::string_view text) {
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemory = 8;  // zlib's own default.
  z_stream stream{};
  if (::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string gzip(::deflateBound(&stream, text.size()), '\0');
  // zlib takes no const for history's sake, and does not write.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(gzip.data());
  stream.avail_out = static_cast<uInt>(gzip.size());
  ::deflate(&stream, Z_FINISH);
  gzip.resize(stream.total_out);
  ::deflateEnd(&stream);
  return gzip;
}

ViewerAssets cut_out() {
  std::ostringstream out;
  write(out, Diarization{}, FileFormat::html);
  const std::string page = std::move(out).str();
  return {packed(between(page, "<script type=\"module\" id=\"report-viewer\">", "</script>")),
          packed(between(page, "<style>", "</style>"))};
}

}  // namespace

const ViewerAssets& viewer_assets() {
  static const ViewerAssets assets = cut_out();
  return assets;
}

}  // namespace diarist::server
