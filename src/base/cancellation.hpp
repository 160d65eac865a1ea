// How long-running steps look at the caller's cancellation token.
#pragma once

#include "diarist/error.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// Throws Error{cancelled} once the token is set; a null token never is.
inline void stop_if_cancelled(const CancellationToken* token) {
  if (token != nullptr && token->cancelled()) {
    throw Error(ErrorCode::cancelled, "", "stopped by the caller");
  }
}

}  // namespace diarist
