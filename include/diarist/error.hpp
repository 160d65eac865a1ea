// The one exception type of the C++ API.
#pragma once

#include <stdexcept>
#include <string>

#include "diarist/export.hpp"

namespace diarist {

/// What kind of thing went wrong; stable, so that callers and bindings may switch on it.
enum class ErrorCode {
  invalid_argument,   ///< An option or argument that contradicts itself or its documented range.
  not_found,          ///< A file or folder that is not there.
  io,                 ///< The system refused to read or write (permission, disk full, broken pipe).
  unsupported_audio,  ///< A recording in a format that neither libsndfile nor ffmpeg takes.
  corrupt_audio,  ///< A recording that is empty, truncated or holds samples that are not finite.
  corrupt_model,  ///< A model pack whose bytes cannot be trusted.
  wrong_model,    ///< A sound pack that holds another network than the one we run.
  malformed,      ///< A text file (RTTM, UEM) with a line that cannot be read; a damaged store of
                  ///< voices, or part of a recording.
  limit_missed,   ///< A quantized pack that is no smaller, or less accurate than was allowed.
  cancelled,      ///< The caller's cancellation token was set.
  internal,       ///< A broken promise of our own; please report it.
};

/// The code's name as it is spelled above, for logs and JSON.
DIARIST_EXPORT const char* to_string(ErrorCode code);

/// Thrown by every function of diarist that fails; nothing else is thrown but std::bad_alloc.
///
/// what() reads like advice: "SUBJECT: PROBLEM; ADVICE". The subject is the offending file, tensor
/// or option; the advice may be empty.
class DIARIST_EXPORT Error : public std::runtime_error {
 public:
  /// what() is made of the three.
  Error(ErrorCode code, std::string subject, std::string problem, std::string advice = {});

  /// The kind, to switch on.
  ErrorCode code() const noexcept { return code_; }
  /// The offending file, tensor or option.
  const std::string& subject() const noexcept { return subject_; }
  /// What is wrong with it.
  const std::string& problem() const noexcept { return problem_; }
  /// What to do; may be empty.
  const std::string& advice() const noexcept { return advice_; }

 private:
  ErrorCode code_;
  std::string subject_;
  std::string problem_;
  std::string advice_;
};

}  // namespace diarist
