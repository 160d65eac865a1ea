// The one place where long-running loops look at the caller's cancellation token, or let urgent
// work go first.
#pragma once

#include <functional>

#include "diarist/error.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// Throws Error{cancelled} once the token is set. A relaxed atomic load: cheap enough for any loop
/// whose body takes more than a microsecond.
inline void stop_if_cancelled(const CancellationToken& token) {
  if (token.cancelled()) throw Error(ErrorCode::cancelled, "", "stopped by the caller");
}

/// The same where there may be no token.
inline void stop_if_cancelled(const CancellationToken* token) {
  if (token != nullptr) stop_if_cancelled(*token);
}

/// Where a long computation looks up, every few milliseconds: whether it is to stop, and whether
/// something more urgent is to be done first. Refers to what it is made of.
class Checkpoint {
 public:
  Checkpoint() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): most have a token to give, or none.
  Checkpoint(const CancellationToken* token) : token_(token) {}
  Checkpoint(const CancellationToken& token, const std::function<void()>& urgent)
      : token_(&token), urgent_(&urgent) {}

  /// Throws Error{cancelled} once the token is set.
  void pass() const {
    stop_if_cancelled(token_);
    if (urgent_ != nullptr) (*urgent_)();
  }

 private:
  const CancellationToken* token_ = nullptr;
  const std::function<void()>* urgent_ = nullptr;
};

}  // namespace diarist
