// The address that the server listens at.
#pragma once

#include <cstdint>
#include <string>

#include "server/stop_signal.hpp"

namespace diarist::server {

class Listener {
 public:
  /// A numeric address or "localhost", which is 127.0.0.1; port 0 is any that is free. Throws
  /// Error{invalid_argument} for another address, Error{io} where it cannot be had.
  Listener(const std::string& address, std::uint16_t port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Whether only this machine can connect.
  bool loopback() const { return loopback_; }
  /// "127.0.0.1:8017", "[::1]:8017".
  const std::string& name() const { return name_; }

  /// The next connection, which does not block; `peer` becomes its address. Negative once `stop` is
  /// set. Where the system gives no more descriptors, waits for some.
  int accept(const StopSignal& stop, std::string& peer);

 private:
  int socket_ = -1;
  bool loopback_ = false;
  std::string name_;
};

}  // namespace diarist::server
