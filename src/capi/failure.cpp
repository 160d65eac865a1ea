#include "capi/failure.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <new>

#include "capi/handles.hpp"

namespace diarist::capi {
namespace {

struct Named {
  diarist_status status;
  const char* name;
};

constexpr std::array kNames = std::to_array<Named>({
    {DIARIST_OK, "ok"},
    {DIARIST_INVALID_ARGUMENT, "invalid_argument"},
    {DIARIST_NOT_FOUND, "not_found"},
    {DIARIST_IO, "io"},
    {DIARIST_UNSUPPORTED_AUDIO, "unsupported_audio"},
    {DIARIST_CORRUPT_AUDIO, "corrupt_audio"},
    {DIARIST_CORRUPT_MODEL, "corrupt_model"},
    {DIARIST_WRONG_MODEL, "wrong_model"},
    {DIARIST_MALFORMED, "malformed"},
    {DIARIST_LIMIT_MISSED, "limit_missed"},
    {DIARIST_CANCELLED, "cancelled"},
    {DIARIST_INTERNAL, "internal"},
    {DIARIST_OUT_OF_MEMORY, "out_of_memory"},
    {DIARIST_NULL_ARGUMENT, "null_argument"},
    {DIARIST_BAD_HANDLE, "bad_handle"},
    {DIARIST_WRONG_SIZE, "wrong_size"},
    {DIARIST_BUFFER_TOO_SMALL, "buffer_too_small"},
    {DIARIST_CALLBACK_FAILED, "callback_failed"},
});

diarist_status status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return DIARIST_INVALID_ARGUMENT;
    case ErrorCode::not_found:
      return DIARIST_NOT_FOUND;
    case ErrorCode::io:
      return DIARIST_IO;
    case ErrorCode::unsupported_audio:
      return DIARIST_UNSUPPORTED_AUDIO;
    case ErrorCode::corrupt_audio:
      return DIARIST_CORRUPT_AUDIO;
    case ErrorCode::corrupt_model:
      return DIARIST_CORRUPT_MODEL;
    case ErrorCode::wrong_model:
      return DIARIST_WRONG_MODEL;
    case ErrorCode::malformed:
      return DIARIST_MALFORMED;
    case ErrorCode::limit_missed:
      return DIARIST_LIMIT_MISSED;
    case ErrorCode::cancelled:
      return DIARIST_CANCELLED;
    case ErrorCode::internal:
      return DIARIST_INTERNAL;
  }
  return DIARIST_INTERNAL;
}

/// Shown where there is no memory for anything else.
diarist_status tell(diarist_status status, const Error& error, diarist_error** out) noexcept {
  if (out == nullptr) return status;
  try {
    *out = open<diarist_error>(
        Report{status, error.what(), error.subject(), error.problem(), error.advice()});
  } catch (...) {
    *out = nullptr;
  }
  return status;
}

const char* part_of(const diarist_error* error, std::string Report::*part) noexcept {
  return value_or("", [&] { return (use(error, "error").get()->*part).c_str(); });
}

}  // namespace

diarist_status status_of_exception(diarist_error** error) noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    return tell(failure.status(), failure, error);
  } catch (const Error& failure) {
    return tell(status_of(failure.code()), failure, error);
  } catch (const std::bad_alloc&) {
    try {
      return tell(DIARIST_OUT_OF_MEMORY,
                  Error(ErrorCode::internal, "memory", "is not enough for this"), error);
    } catch (...) {
      return DIARIST_OUT_OF_MEMORY;
    }
  } catch (const std::exception& other) {
    try {
      return tell(DIARIST_INTERNAL,
                  Error(ErrorCode::internal, "diarist", other.what(), "please report it"), error);
    } catch (...) {
      return DIARIST_INTERNAL;
    }
  } catch (...) {
    return DIARIST_INTERNAL;
  }
}

}  // namespace diarist::capi

using diarist::capi::part_of;
using diarist::capi::Report;

const char* diarist_status_name(diarist_status status) {
  for (const auto& each : diarist::capi::kNames) {
    if (each.status == status) return each.name;
  }
  return "unknown";
}

diarist_status diarist_error_status(const diarist_error* error) {
  return diarist::capi::value_or<diarist_status>(
      error == nullptr ? DIARIST_OK : DIARIST_BAD_HANDLE,
      [&] { return diarist::capi::use(error, "error")->status; });
}

const char* diarist_error_message(const diarist_error* error) {
  return part_of(error, &Report::message);
}

const char* diarist_error_subject(const diarist_error* error) {
  return part_of(error, &Report::subject);
}

const char* diarist_error_problem(const diarist_error* error) {
  return part_of(error, &Report::problem);
}

const char* diarist_error_advice(const diarist_error* error) {
  return part_of(error, &Report::advice);
}

void diarist_error_free(diarist_error* error) { diarist::capi::close(error); }
