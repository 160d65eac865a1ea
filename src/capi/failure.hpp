// How a C function ends: what its work throws becomes a status and, if asked for, an error object.
#pragma once

#include <string>
#include <utility>

#include "diarist/diarist.h"
#include "diarist/error.hpp"

namespace diarist::capi {

/// What diarist_error stands for.
struct Report {
  diarist_status status = DIARIST_INTERNAL;
  std::string message;
  std::string subject;
  std::string problem;
  std::string advice;
};

/// A mistake that only callers of the C interface can make, with a status of its own.
class Failure : public Error {
 public:
  Failure(diarist_status status, std::string subject, std::string problem, std::string advice = {})
      : Error(ErrorCode::invalid_argument, std::move(subject), std::move(problem),
              std::move(advice)),
        status_(status) {}

  diarist_status status() const noexcept { return status_; }

 private:
  diarist_status status_;
};

/// To be called while an exception is handled: sorts it, and tells it to `error` unless that is
/// NULL. Where there is no memory to tell it, the status alone does.
diarist_status status_of_exception(diarist_error** error) noexcept;

/// Runs the work of one C function. No exception leaves it.
template <class Work>
diarist_status guarded(diarist_error** error, const Work& work) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    work();
    return DIARIST_OK;
  } catch (...) {
    return status_of_exception(error);
  }
}

/// The same for functions without a status: what fails gives `otherwise`.
template <class Value, class Work>
Value value_or(Value otherwise, const Work& work) noexcept {
  try {
    return work();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace diarist::capi
