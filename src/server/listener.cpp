#include "server/listener.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::server {
namespace {

constexpr std::chrono::milliseconds kDescriptorsLater{50};

std::string host_of(const sockaddr_storage& address, socklen_t length, std::string& port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, host.data(), host.size(),
                    service.data(), service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "?";
  }
  port = service.data();
  return host.data();
}

bool is_loopback(const addrinfo& info) {
  if (info.ai_family == AF_INET) {
    const auto* address = reinterpret_cast<const sockaddr_in*>(info.ai_addr);
    return ntohl(address->sin_addr.s_addr) >> 24 == 127;
  }
  const auto* address = reinterpret_cast<const sockaddr_in6*>(info.ai_addr);
  return IN6_IS_ADDR_LOOPBACK(&address->sin6_addr);
}

void switch_on(int socket, int level, int option, int value = 1) {
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

Listener::Listener(const std::string& address, std::uint16_t port) {
  const std::string numeric = address == "localhost" ? "127.0.0.1" : address;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(numeric.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    throw Error(ErrorCode::invalid_argument, "--address", "'" + address + "' is no address",
                "give one such as 127.0.0.1, 0.0.0.0 or ::1");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> guard(found, ::freeaddrinfo);
  loopback_ = is_loopback(*found);
  const auto refuse = [&](const char* what) {
    const int number = errno;
    if (socket_ >= 0) ::close(socket_);
    throw Error(ErrorCode::io, address + ":" + std::to_string(port),
                std::string(what) + " (" + std::strerror(number) + ")",
                number == EADDRINUSE ? "another program has this port; name another one with --port"
                                     : "name another address or port");
  };
  socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) refuse("cannot be listened at");
  switch_on(socket_, SOL_SOCKET, SO_REUSEADDR);
  // "::" is then every address of both kinds.
  if (found->ai_family == AF_INET6) switch_on(socket_, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket_, found->ai_addr, found->ai_addrlen) != 0) refuse("cannot be listened at");
  if (::listen(socket_, SOMAXCONN) != 0) refuse("cannot be listened at");
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
    refuse("cannot be listened at");
  }
  std::string number;
  const std::string host = host_of(bound, length, number);
  name_ = (found->ai_family == AF_INET6 ? "[" + host + "]" : host) + ":" + number;
}

Listener::~Listener() { ::close(socket_); }

int Listener::accept(const StopSignal& stop, std::string& peer) {
  for (;;) {
    std::array<pollfd, 2> watched{{{socket_, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
    (void)::poll(watched.data(), watched.size(), -1);
    if (stop.is_set()) return -1;
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int taken = ::accept4(socket_, reinterpret_cast<sockaddr*>(&address), &length,
                                SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (taken >= 0) {
      switch_on(taken, IPPROTO_TCP, TCP_NODELAY);
      std::string port;
      peer = host_of(address, length, port);
      return taken;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      std::this_thread::sleep_for(kDescriptorsLater);
    }
  }
}

}  // namespace diarist::server
