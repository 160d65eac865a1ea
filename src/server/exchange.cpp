#include "server/exchange.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <limits>

#include "server/text.hpp"

namespace diarist::server {
namespace {

using Clock = ByteStream::Clock;
using std::chrono::duration;
using std::chrono::duration_cast;

// A body that comes more slowly than this, on the whole, is not waited for.
constexpr double kLeastBytesPerSecond = 1024;
constexpr std::size_t kBlockBytes = 65536;
constexpr std::size_t kMostTargetBytes = 8192;

Clock::duration of_seconds(double seconds) {
  return duration_cast<Clock::duration>(duration<double>(seconds));
}

Problem bad_request(const std::string& detail, std::string field = {}) {
  return {400, "bad-request", detail, std::move(field)};
}

[[noreturn]] void throw_read_problem(const error_code& error, bool in_head) {
  if (error == net::error::timed_out) {
    throw Problem(408, "too-slow", "the request did not come in the time that it has");
  }
  if (error == net::error::operation_aborted) {
    throw Problem(503, "stopping", "the server is ending; come again").with("Retry-After", "5");
  }
  if (in_head && (error == http::error::header_limit || error == http::error::buffer_overflow)) {
    throw Problem(431, "head-too-large",
                  "the head is larger than " + std::to_string(kMostHeadBytes) + " bytes");
  }
  if (error == http::error::partial_message || error == http::error::end_of_stream ||
      error == net::error::eof) {
    throw bad_request("the request breaks off");
  }
  throw bad_request("the request is no HTTP/1.1 (" + error.message() + ")");
}

}  // namespace

Response Response::with(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Exchange::Exchange(ByteStream& stream, boost::beast::flat_buffer& buffer, const Limits& limits)
    : stream_(stream), buffer_(buffer), limits_(limits), begun_(Clock::now()) {}

bool Exchange::read_head() {
  parser_.emplace();
  parser_->header_limit(kMostHeadBytes);
  // Each route has its own. Beast 1.74 takes boost::none for 0.
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  stream_.read_until(begun_ + of_seconds(limits_.silence_s));
  stream_.write_until(Clock::time_point::max());
  error_code error;
  http::read_header(stream_, buffer_, *parser_, error);
  if (error) {
    const bool nothing = !parser_->got_some() && buffer_.size() == 0;
    if (nothing ||
        (error != net::error::timed_out && error.category() == boost::system::system_category())) {
      return false;
    }
    throw_read_problem(error, true);
  }
  begun_ = Clock::now();
  stream_.write_until(begun_ + of_seconds(limits_.request_s));
  const auto& head = parser_->get();
  method_ = std::string(head.method_string());
  std::string_view target(head.target().data(), head.target().size());
  if (target.size() > kMostTargetBytes) {
    throw Problem(431, "head-too-large", "the target is longer than 8 KB");
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    // The absolute form, which clients send to proxies.
    if (!same_word(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (!target.starts_with('/')) throw bad_request("the target begins with no slash");
  const std::size_t question = std::min(target.find('?'), target.size());
  path_ = target.substr(0, question);
  query_ = question < target.size() ? target.substr(question + 1) : "";
  if (head.version() != 10 && head.version() != 11) throw bad_request("the version is not 1.1");
  // Beast takes any coding but a last "chunked" for no body at all, and what follows for a request.
  if (count("Transfer-Encoding") > 0 &&
      (!parser_->chunked() || parser_->content_length().has_value() ||
       !same_word(header("Transfer-Encoding"), "chunked"))) {
    throw bad_request("the only Transfer-Encoding is chunked, without Content-Length",
                      "Transfer-Encoding");
  }
  const std::size_t hosts = count("Host");
  if (hosts > 1 || (hosts == 0 && head.version() == 11)) {
    throw bad_request("there has to be one Host", "Host");
  }
  // Only now: behind a head that cannot be read, nobody knows where the next one begins.
  keeps_ = parser_->keep_alive();
  return true;
}

std::vector<std::string> Exchange::segments() const {
  std::vector<std::string> found;
  std::string_view rest = path_;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // The slash.
    const std::size_t end = std::min(rest.find('/'), rest.size());
    auto decoded = percent_decoded(rest.substr(0, end), false);
    if (!decoded) throw bad_request("the path holds what is no UTF-8", "path");
    found.push_back(std::move(*decoded));
    rest.remove_prefix(end);
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> Exchange::query() const {
  std::vector<std::pair<std::string, std::string>> found;
  std::string_view rest = query_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) throw bad_request("the query holds what is no UTF-8", "query");
    found.emplace_back(std::move(*name), std::move(*value));
  }
  return found;
}

std::string_view Exchange::header(std::string_view name) const {
  const auto& head = parser_->get();
  const auto found = head.find(boost::beast::string_view(name.data(), name.size()));
  if (found == head.end()) return {};
  return trimmed({found->value().data(), found->value().size()});
}

std::string Exchange::list(std::string_view name) const {
  std::string all;
  const auto lines =
      parser_->get().equal_range(boost::beast::string_view(name.data(), name.size()));
  for (auto line = lines.first; line != lines.second; ++line) {
    if (!all.empty()) all += ", ";
    all.append(line->value().data(), line->value().size());
  }
  return all;
}

std::size_t Exchange::count(std::string_view name) const {
  return parser_->get().count(boost::beast::string_view(name.data(), name.size()));
}

void Exchange::open_body(std::uint64_t most_bytes) {
  most_bytes_ = most_bytes;
  const auto length = parser_->content_length();
  if (!length && !parser_->chunked()) {
    throw Problem(411, "no-length", "give Content-Length, or Transfer-Encoding: chunked",
                  "Content-Length");
  }
  const auto expected = header("Expect");
  if (!expected.empty() && !same_word(expected, "100-continue")) {
    throw Problem(417, "no-such-expectation", "only 100-continue may be expected", "Expect");
  }
  if (length && *length > most_bytes) {
    throw Problem(413, "too-large",
                  "the body has " + std::to_string(*length) + " bytes; " +
                      std::to_string(most_bytes) + " are taken",
                  "body");
  }
  // A client that has begun to send needs no leave.
  if (!expected.empty() && buffer_.size() == 0 && parser_->get().version() == 11) {
    stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void Exchange::read_body(const std::function<void(std::string_view)>& take) {
  std::vector<char> block(kBlockBytes);
  std::uint64_t total = 0;
  while (!parser_->is_done()) {
    const double patience_s = std::min(
        limits_.silence_s + static_cast<double>(total) / kLeastBytesPerSecond, limits_.request_s);
    stream_.read_until(begun_ + of_seconds(patience_s));
    auto& body = parser_->get().body();
    body.data = block.data();
    body.size = block.size();
    body.more = true;
    error_code error;
    http::read_some(stream_, buffer_, *parser_, error);
    if (error && error != http::error::need_buffer) throw_read_problem(error, false);
    const std::size_t got = block.size() - body.size;
    total += got;
    if (total > most_bytes_) {
      throw Problem(413, "too-large",
                    "the body has more than " + std::to_string(most_bytes_) + " bytes", "body");
    }
    if (got > 0) take({block.data(), got});
  }
}

std::string Exchange::read_short_body(std::uint64_t most_bytes) {
  open_body(most_bytes);
  std::string whole;
  read_body([&whole](std::string_view piece) { whole.append(piece); });
  return whole;
}

bool Exchange::body_left() const { return !parser_ || !parser_->is_done(); }

bool Exchange::begin_response(const Response& head, std::optional<std::uint64_t> length) {
  if (status_ != 0) return false;
  status_ = head.status;
  const bool no_body = head.status == 204 || head.status == 304;
  // What is left of a request's body would be read as the next request.
  if (body_left() || (!length && !no_body)) keeps_ = false;
  const auto reason = http::obsolete_reason(static_cast<http::status>(head.status));
  std::string text = "HTTP/1.1 " + std::to_string(head.status) + " ";
  text.append(reason.data(), reason.size());
  text += "\r\n";
  if (!head.type.empty()) text += "Content-Type: " + head.type + "\r\n";
  if (length && !no_body) text += "Content-Length: " + std::to_string(*length) + "\r\n";
  bool policy = false;
  bool cached = false;
  for (const auto& [name, value] : head.headers) {
    text += name + ": " + value + "\r\n";
    policy |= name == "Content-Security-Policy";
    cached |= name == "Cache-Control";
  }
  text += kSafeHeaders;
  if (!policy) text.append("Content-Security-Policy: ").append(kNoPagePolicy).append("\r\n");
  if (!cached) text += "Cache-Control: no-store\r\n";
  text += keeps_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!stream_.write_all(text)) {
    keeps_ = false;
    return false;
  }
  return true;
}

bool Exchange::send(std::string_view bytes) {
  if (is_head()) return true;
  if (!stream_.write_all(bytes)) {
    keeps_ = false;
    return false;
  }
  sent_ += bytes.size();
  return true;
}

bool Exchange::respond(const Response& response) {
  return begin_response(response, response.body.size()) && send(response.body);
}

bool Exchange::respond(const Problem& problem) {
  Response response{problem.status(), "application/problem+json", problem.json(),
                    problem.headers()};
  return respond(response);
}

void Exchange::take_as_long_as_it_takes() { stream_.write_until(Clock::time_point::max()); }

void Exchange::take_over(int status) {
  status_ = status;
  keeps_ = false;
}

}  // namespace diarist::server
