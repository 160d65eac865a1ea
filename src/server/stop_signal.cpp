#include "server/stop_signal.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/eventfd.h>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::server {

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw Error(ErrorCode::io, "server", std::strerror(errno));
}

StopSignal::~StopSignal() { ::close(descriptor_); }

void StopSignal::set() noexcept {
  set_.store(true);
  const std::uint64_t one = 1;
  // Fails only where it is set already.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

}  // namespace diarist::server
