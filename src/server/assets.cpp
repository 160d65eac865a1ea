#include "server/assets.hpp"

#include <array>
#include <string>
#include <zlib.h>

#include "server/exchange.hpp"
#include "server/negotiation.hpp"
#include "server/problem.hpp"
#include "server/routes.hpp"
#include "server/text.hpp"
#include "server/viewer_assets.hpp"

// Of asset_*.S, which CMakeLists.txt makes.
extern "C" {
// NOLINTBEGIN(readability-identifier-naming): that is how the assembler names them.
extern const char diarist_asset_openapi_begin[];
extern const char diarist_asset_openapi_end[];
extern const char diarist_asset_page_begin[];
extern const char diarist_asset_page_end[];
extern const char diarist_asset_script_begin[];
extern const char diarist_asset_script_end[];
extern const char diarist_asset_style_begin[];
extern const char diarist_asset_style_end[];
extern const char diarist_asset_capture_begin[];
extern const char diarist_asset_capture_end[];
// NOLINTEND(readability-identifier-naming)
}

namespace diarist::server {
namespace {

/// To be unpacked for clients that do not take it as it is. What is carried is ours, and sound.
std::string unpacked(std::span<const char> gzip) {
  constexpr int kGzip = 16 + MAX_WBITS;
  z_stream stream{};
  if (::inflateInit2(&stream, kGzip) != Z_OK) throw std::bad_alloc();
  std::string text;
  std::array<char, 16384> block{};
  // zlib takes no const for history's sake, and does not write.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(gzip.size());
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    code = ::inflate(&stream, Z_NO_FLUSH);
    text.append(block.data(), block.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  return text;
}

bool takes_gzip(std::string_view accept_encoding) {
  for (const std::string_view item : list_items(accept_encoding)) {
    const std::string_view coding = trimmed(item.substr(0, item.find(';')));
    if (same_word(coding, "gzip")) return weight_of(item) > 0;
  }
  return false;
}

void give(Service&, Exchange& exchange, const PathValues&) {
  for (const Asset& asset : assets()) {
    if (asset.path != exchange.raw_path()) continue;
    Response response{200, std::string(asset.type), {}, {{"Vary", "Accept-Encoding"}}};
    response.headers.emplace_back("Content-Security-Policy", asset.policy);
    response.headers.emplace_back("Cache-Control", "no-cache");
    if (takes_gzip(exchange.list("Accept-Encoding"))) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body.assign(asset.gzip.data(), asset.gzip.size());
    } else {
      response.body = unpacked(asset.gzip);
    }
    exchange.respond(response);
    return;
  }
  throw nothing_here("nothing is at this path");
}

constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::string_view kStyle = "text/css; charset=utf-8";

/// Nothing but this server: no inline script or style, nothing of others. The tab's icon is a data
/// URI; sound that was fetched or recorded is a blob.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

// Routes of all assets; each path stands here and in assets(). The page is for everybody: it asks
// for the token, where one is wanted.
constexpr std::array<Route, 7> kRoutes = {{
    {"GET", "/", give, true},
    {"GET", "/page.js", give, true},
    {"GET", "/page.css", give, true},
    {"GET", "/viewer.js", give, true},
    {"GET", "/viewer.css", give, true},
    {"GET", "/capture.js", give, true},
    {"GET", "/openapi.json", give, true},
}};

}  // namespace

std::span<const Asset> assets() {
  static const std::array<Asset, 7> kAssets = {{
      {"/",
       "text/html; charset=utf-8",
       kPagePolicy,
       {diarist_asset_page_begin, diarist_asset_page_end}},
      {"/page.js", kScript, kNoPagePolicy, {diarist_asset_script_begin, diarist_asset_script_end}},
      {"/page.css", kStyle, kNoPagePolicy, {diarist_asset_style_begin, diarist_asset_style_end}},
      {"/viewer.js", kScript, kNoPagePolicy, viewer_assets().script},
      {"/viewer.css", kStyle, kNoPagePolicy, viewer_assets().style},
      {"/capture.js",
       kScript,
       kNoPagePolicy,
       {diarist_asset_capture_begin, diarist_asset_capture_end}},
      {"/openapi.json",
       "application/json",
       kNoPagePolicy,
       {diarist_asset_openapi_begin, diarist_asset_openapi_end}},
  }};
  return kAssets;
}

std::span<const Route> page_routes() { return kRoutes; }

}  // namespace diarist::server
