// The one place where clustering's loops look at the caller's cancellation token.
#pragma once

#include "diarist/error.hpp"
#include "diarist/run.hpp"

namespace diarist::clustering {

/// Throws Error{cancelled} once the token is set. A relaxed atomic load: cheap enough for any loop
/// whose body takes more than a microsecond.
inline void stop_if_cancelled(const CancellationToken& cancellation) {
  if (cancellation.cancelled()) {
    throw Error(ErrorCode::cancelled, "clustering", "was cancelled by the caller");
  }
}

}  // namespace diarist::clustering
