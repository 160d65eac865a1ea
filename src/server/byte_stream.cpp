#include "server/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <climits>

namespace diarist::server {
namespace {

using std::chrono::milliseconds;

// How long a client that is still sending gets to see why it should not, and how much of that.
constexpr milliseconds kLingering{3000};
constexpr std::size_t kMostLingeringBytes = std::size_t{64} << 20;
// How long writes may still take once everything is to end, all of a connection's together.
constexpr milliseconds kWritingAtStop{1000};

error_code of_errno(int number) { return {number, boost::system::system_category()}; }

bool would_block(int number) { return number == EAGAIN || number == EWOULDBLOCK; }

}  // namespace

ByteStream::ByteStream(int socket, const TlsContext* tls, const StopSignal& stop,
                       net::io_context& context, milliseconds silence)
    : socket_(socket), stop_(stop), context_(context), silence_(silence) {
  if (tls != nullptr) {
    session_ = tls->make(socket);
    sound_ = session_ != nullptr;
  }
}

ByteStream::~ByteStream() {
  if (session_ != nullptr) {
    if (sound_ && ::SSL_is_init_finished(session_)) {
      ::ERR_clear_error();
      ::SSL_shutdown(session_);
    }
    ::SSL_free(session_);
  }
  ::close(socket_);
}

ByteStream::Wait ByteStream::wait(short events, Clock::time_point deadline, bool heed_stop) const {
  for (;;) {
    if (heed_stop && stop_.is_set()) return Wait::stopped;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Wait::late;
    std::array<pollfd, 2> watched{
        {{socket_, events, 0}, {heed_stop ? stop_.descriptor() : -1, POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(),
                             static_cast<int>(std::min<decltype(left)>(left, INT_MAX)));
    if (ready < 0 && errno != EINTR) return Wait::late;
    if (ready > 0 && watched[0].revents != 0) return Wait::ready;
  }
}

bool ByteStream::wait_for_tls(int result, Clock::time_point deadline, bool heed_stop,
                              error_code& error) {
  const int kind = ::SSL_get_error(session_, result);
  short events = 0;
  if (kind == SSL_ERROR_WANT_READ) events = POLLIN;
  if (kind == SSL_ERROR_WANT_WRITE) events = POLLOUT;
  if (events == 0) {
    if (kind == SSL_ERROR_ZERO_RETURN) {
      error = net::error::eof;
    } else {
      sound_ = false;
      error = net::error::connection_reset;
    }
    return false;
  }
  switch (wait(events, deadline, heed_stop)) {
    case Wait::ready:
      return true;
    case Wait::stopped:
      error = net::error::operation_aborted;
      return false;
    case Wait::late:
      error = net::error::timed_out;
      return false;
  }
  return false;
}

bool ByteStream::open() {
  if (session_ == nullptr) return sound_;
  error_code error;
  const Clock::time_point deadline = std::min(read_deadline_, Clock::now() + silence_);
  for (;;) {
    ::ERR_clear_error();
    const int result = ::SSL_accept(session_);
    if (result == 1) return true;
    if (!wait_for_tls(result, deadline, true, error)) return false;
  }
}

std::size_t ByteStream::read(std::span<char> bytes, error_code& error) {
  error = {};
  if (!put_back_.empty()) {
    const std::size_t count = std::min(bytes.size(), put_back_.size());
    std::copy_n(put_back_.begin(), count, bytes.begin());
    put_back_.erase(0, count);
    return count;
  }
  const Clock::time_point deadline = std::min(read_deadline_, Clock::now() + silence_);
  for (;;) {
    // One that sends without a pause must not hold up the end, nor outlast its time.
    if (stop_.is_set() || Clock::now() >= deadline) {
      error = stop_.is_set() ? error_code(net::error::operation_aborted)
                             : error_code(net::error::timed_out);
      return 0;
    }
    if (session_ != nullptr) {
      ::ERR_clear_error();
      std::size_t got = 0;
      const int result = ::SSL_read_ex(session_, bytes.data(), bytes.size(), &got);
      if (result == 1) return got;
      if (!wait_for_tls(result, deadline, true, error)) return 0;
      continue;
    }
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) {
      error = net::error::eof;
      return 0;
    }
    if (errno == EINTR) continue;
    if (!would_block(errno)) {
      error = of_errno(errno);
      return 0;
    }
    const Wait waited = wait(POLLIN, deadline, true);
    if (waited == Wait::ready) continue;
    error = waited == Wait::stopped ? error_code(net::error::operation_aborted)
                                    : error_code(net::error::timed_out);
    return 0;
  }
}

ByteStream::Clock::time_point ByteStream::last_write() {
  if (stop_.is_set() && stop_deadline_ == Clock::time_point::max()) {
    stop_deadline_ = Clock::now() + kWritingAtStop;
  }
  return std::min(write_deadline_, stop_deadline_);
}

std::size_t ByteStream::write(std::span<const char> bytes, error_code& error) {
  error = {};
  const Clock::time_point silent = Clock::now() + silence_;
  for (;;) {
    const bool stopping = stop_.is_set();
    const Clock::time_point last = last_write();
    // One that takes a byte now and then must not outlast its time either.
    if (Clock::now() >= last) {
      error = net::error::timed_out;
      return 0;
    }
    const Clock::time_point deadline = std::min(last, silent);
    if (session_ != nullptr) {
      ::ERR_clear_error();
      std::size_t written = 0;
      const int result = ::SSL_write_ex(session_, bytes.data(), bytes.size(), &written);
      if (result == 1) return written;
      if (wait_for_tls(result, deadline, !stopping, error)) continue;
      if (error == net::error::operation_aborted) continue;
      return 0;
    }
    const ssize_t written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written >= 0) return static_cast<std::size_t>(written);
    if (errno == EINTR) continue;
    if (!would_block(errno)) {
      error = of_errno(errno);
      return 0;
    }
    if (wait(POLLOUT, deadline, !stopping) == Wait::late) {
      error = net::error::timed_out;
      return 0;
    }
  }
}

bool ByteStream::write_all(std::string_view bytes) {
  error_code error;
  while (!bytes.empty()) {
    bytes.remove_prefix(write({bytes.data(), bytes.size()}, error));
    if (error) return false;
  }
  return true;
}

bool ByteStream::peer_gone() const {
  pollfd watched{socket_, POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void ByteStream::close_slowly() {
  if (session_ != nullptr && sound_) {
    ::ERR_clear_error();
    ::SSL_shutdown(session_);
  }
  ::shutdown(socket_, SHUT_WR);
  const Clock::time_point deadline = Clock::now() + kLingering;
  std::array<char, 16384> passed_over;  // NOLINT: is written before it is read, and never is.
  for (std::size_t total = 0; total < kMostLingeringBytes;) {
    const ssize_t got = ::recv(socket_, passed_over.data(), passed_over.size(), 0);
    if (got > 0) {
      total += static_cast<std::size_t>(got);
      if (stop_.is_set() || Clock::now() >= deadline) return;
      continue;
    }
    if (got == 0 || (errno != EINTR && !would_block(errno))) return;
    if (wait(POLLIN, deadline, true) != Wait::ready) return;
  }
}

void teardown(boost::beast::role_type, ByteStream& stream, error_code& error) {
  error = {};
  stream.close_slowly();
}

}  // namespace diarist::server
