#include "cli/exit_codes.hpp"

namespace diarist::cli {

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return kUsage;
    case ErrorCode::not_found:
    case ErrorCode::io:
      return kInput;
    case ErrorCode::unsupported_audio:
    case ErrorCode::corrupt_audio:
      return kAudio;
    case ErrorCode::corrupt_model:
    case ErrorCode::wrong_model:
      return kModel;
    case ErrorCode::malformed:
      return kMalformed;
    case ErrorCode::limit_missed:
      return kLimitMissed;
    case ErrorCode::cancelled:
      return kInterrupted;
    case ErrorCode::internal:
      return kInternal;
  }
  return kInternal;
}

}  // namespace diarist::cli
