// Progress and cancellation of the C interface; what callers' code may do.
#pragma once

#include <exception>
#include <string>

#include "diarist/diarist.h"
#include "diarist/run.hpp"

#include "capi/failure.hpp"

namespace diarist::capi {

/// Throws Failure for a size that is not known and a cancellation that is not open. What the
/// callback throws comes out of the run as a Failure; an answer other than 0 as Error{cancelled}.
RunHooks hooks_of(const diarist_hooks* hooks);

/// The caller's, or one that nobody sets for NULL. Throws Failure for one that is not open.
CancellationToken token_of(diarist_cancellation* cancellation, const char* name);

/// Runs code of the caller's; throws Failure, whatever that throws. `name`: of the callback.
template <class Code>
auto call_back(const char* name, const Code& code) {
  try {
    return code();
  } catch (const std::exception& error) {
    throw Failure(DIARIST_CALLBACK_FAILED, name, std::string("threw: ") + error.what());
  } catch (...) {
    throw Failure(DIARIST_CALLBACK_FAILED, name, "threw what is no std::exception");
  }
}

}  // namespace diarist::capi
