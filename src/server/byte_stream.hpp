// The bytes of one connection, plain or encrypted, with a limit on every wait.
//
// One type for both, so that Beast's parsers and WebSocket, which are templates over the stream,
// are compiled once. Calls block the thread that has the connection: diarizing does so anyhow, and
// a server of recordings has few clients with much to say, whose number is capped.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "server/stop_signal.hpp"
#include "server/tls.hpp"

namespace diarist::server {

namespace net = boost::asio;
using boost::beast::error_code;

/// A Beast SyncStream. To be used by one thread at a time.
class ByteStream {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes the socket over. `context` is never run: Beast asks for an executor, and nothing is
  /// asynchronous here.
  ByteStream(int socket, const TlsContext* tls, const StopSignal& stop, net::io_context& context,
             std::chrono::milliseconds silence);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// The handshake of an encrypted connection. False where it fails.
  bool open();
  /// Says that nothing more is written, and reads what the client still sends for a while, so that
  /// it gets to see the answer.
  void close_slowly();

  /// Reads end at this time, whatever comes; each one also where nothing comes for as long as the
  /// silence that was given.
  void read_until(Clock::time_point deadline) { read_deadline_ = deadline; }
  /// The same for writes. After the stop, all of them together have a second.
  void write_until(Clock::time_point deadline) { write_deadline_ = deadline; }
  /// Whether the client has gone away, as far as one can see without reading.
  bool peer_gone() const;

  /// What was read too far: the next reads give it first. The buffer is empty then.
  template <typename Buffer>
  void put_back(Buffer& buffer) {
    const auto bytes = buffer.data();
    put_back_.append(static_cast<const char*>(bytes.data()), bytes.size());
    buffer.consume(bytes.size());
  }

  /// At least one byte, or an error: eof, timed_out, operation_aborted at the stop.
  std::size_t read(std::span<char> bytes, error_code& error);
  std::size_t write(std::span<const char> bytes, error_code& error);
  /// All of it; false where that fails.
  bool write_all(std::string_view bytes);

  // What Beast calls.
  using executor_type = net::io_context::executor_type;
  executor_type get_executor() const noexcept { return context_.get_executor(); }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& error) {
    for (auto at = net::buffer_sequence_begin(buffers); at != net::buffer_sequence_end(buffers);
         ++at) {
      const net::mutable_buffer buffer = *at;
      if (buffer.size() > 0) return read({static_cast<char*>(buffer.data()), buffer.size()}, error);
    }
    error = {};
    return 0;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& error) {
    for (auto at = net::buffer_sequence_begin(buffers); at != net::buffer_sequence_end(buffers);
         ++at) {
      const net::const_buffer buffer = *at;
      if (buffer.size() > 0) {
        return write({static_cast<const char*>(buffer.data()), buffer.size()}, error);
      }
    }
    error = {};
    return 0;
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    error_code error;
    const std::size_t got = read_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return got;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    error_code error;
    const std::size_t written = write_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return written;
  }

 private:
  enum class Wait { ready, stopped, late };
  Wait wait(short events, Clock::time_point deadline, bool heed_stop) const;
  bool wait_for_tls(int result, Clock::time_point deadline, bool heed_stop, error_code& error);
  /// When writing ends, whatever comes: from the first look after the stop on, soon.
  Clock::time_point last_write();

  int socket_;
  ssl_st* session_ = nullptr;
  bool sound_ = true;  ///< The encryption: after an error not even its end may be told.
  const StopSignal& stop_;
  net::io_context& context_;
  std::chrono::milliseconds silence_;
  std::string put_back_;
  Clock::time_point read_deadline_ = Clock::time_point::max();
  Clock::time_point write_deadline_ = Clock::time_point::max();
  Clock::time_point stop_deadline_ = Clock::time_point::max();
};

/// For Beast's WebSocket: ends the connection below.
void teardown(boost::beast::role_type role, ByteStream& stream, error_code& error);
template <typename Handler>
void async_teardown(boost::beast::role_type, ByteStream&, Handler&&) = delete;

}  // namespace diarist::server
