#include "diarist/error.hpp"

#include <utility>

namespace diarist {
namespace {

std::string compose(const std::string& subject, const std::string& problem,
                    const std::string& advice) {
  std::string what = subject;
  if (!what.empty()) what += ": ";
  what += problem;
  if (!advice.empty()) what += "; " + advice;
  return what;
}

}  // namespace

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::io:
      return "io";
    case ErrorCode::unsupported_audio:
      return "unsupported_audio";
    case ErrorCode::corrupt_audio:
      return "corrupt_audio";
    case ErrorCode::corrupt_model:
      return "corrupt_model";
    case ErrorCode::wrong_model:
      return "wrong_model";
    case ErrorCode::malformed:
      return "malformed";
    case ErrorCode::limit_missed:
      return "limit_missed";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorCode code, std::string subject, std::string problem, std::string advice)
    : std::runtime_error(compose(subject, problem, advice)),
      code_(code),
      subject_(std::move(subject)),
      problem_(std::move(problem)),
      advice_(std::move(advice)) {}

}  // namespace diarist
