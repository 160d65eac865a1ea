// One request and its answer on a connection: HTTP/1.1 by Beast's parser, with limits.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/byte_stream.hpp"
#include "server/problem.hpp"
#include "server/server.hpp"

namespace diarist::server {

namespace http = boost::beast::http;

/// What is answered, but for bodies that come bit by bit.
struct Response {
  int status = 200;
  std::string type;  ///< Media type of the body.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  Response with(std::string name, std::string value) &&;
};

/// Headers by which a page of another site, or a browser that guesses types, gets nothing out of
/// what is served; every response has them.
inline constexpr std::string_view kSafeHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
/// For what is no page.
inline constexpr std::string_view kNoPagePolicy =
    "default-src 'none'; frame-ancestors 'none'; sandbox";

class Exchange {
 public:
  /// `buffer` is the connection's: it may hold the begin of the next request.
  Exchange(ByteStream& stream, boost::beast::flat_buffer& buffer, const Limits& limits);

  /// Reads the head. False where the connection ended, politely or not, before there was one;
  /// throws Problem for a head that cannot be read.
  bool read_head();

  // Of the head.
  std::string_view method() const { return method_; }
  /// Without the query, as it came.
  std::string_view raw_path() const { return path_; }
  /// Between the slashes, decoded. Throws Problem{400}.
  std::vector<std::string> segments() const;
  /// Throws Problem{400}.
  std::vector<std::pair<std::string, std::string>> query() const;
  /// Empty where it is missing; the first line where there are several.
  std::string_view header(std::string_view name) const;
  /// One whose value is a list: what all of its lines have, as if it were one.
  std::string list(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  const http::request_parser<http::buffer_body>& parser() const { return *parser_; }

  /// Whether there is a body. Throws Problem{411} where its length is not told, Problem{413} where
  /// it is told to be beyond `most_bytes`, Problem{417}. Then lets a client go on that waits for a
  /// leave to (Expect: 100-continue).
  void open_body(std::uint64_t most_bytes);
  /// Piece by piece until `take` was given all of it. Throws Problem{400, 408, 413, 503}.
  void read_body(const std::function<void(std::string_view)>& take);
  /// All of a short one.
  std::string read_short_body(std::uint64_t most_bytes);

  // Of the answer. Each but the last returns false where the client has gone.
  bool respond(const Response& response);
  bool respond(const Problem& problem);
  /// Begins one whose body follows, of that length; or of none, which ends with the connection.
  bool begin_response(const Response& head, std::optional<std::uint64_t> length);
  bool send(std::string_view bytes);
  /// For an answer that ends with what it tells of: the time of a request does not end it.
  void take_as_long_as_it_takes();
  /// The connection was put to another use (WebSocket), or ends with this answer.
  void take_over(int status);

  int status() const { return status_; }
  std::uint64_t sent_bytes() const { return sent_; }
  /// Whether another request may follow.
  bool keeps() const { return keeps_; }
  /// Whether the client may still be sending what nobody reads.
  bool body_left() const;
  bool is_head() const { return method_ == "HEAD"; }
  ByteStream& stream() { return stream_; }
  boost::beast::flat_buffer& buffer() { return buffer_; }

 private:
  ByteStream& stream_;
  boost::beast::flat_buffer& buffer_;
  const Limits& limits_;
  ByteStream::Clock::time_point begun_;
  std::optional<http::request_parser<http::buffer_body>> parser_;
  std::string method_;
  std::string path_;
  std::string query_;
  std::uint64_t most_bytes_ = 0;
  bool keeps_ = false;
  int status_ = 0;
  std::uint64_t sent_ = 0;
};

/// 16 KB of head: four times what browsers send at most.
inline constexpr std::uint32_t kMostHeadBytes = 16384;

}  // namespace diarist::server
