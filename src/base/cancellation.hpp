// The one place where long-running loops look at the caller's cancellation token.
#pragma once

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

}  // namespace diarist
