// A job: one recording that was handed in, and what has become of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::server {

enum class JobState { queued, running, succeeded, failed, cancelled };

/// As the interface spells them.
std::string_view to_string(JobState state);
/// The inverse; empty for another word.
std::optional<JobState> job_state_from(std::string_view word);

struct Job {
  std::int64_t number = 0;  ///< In the order in which they came.
  std::string id;           ///< 32 hexadecimal digits, which nobody can guess.
  JobState state = JobState::queued;
  std::string name;     ///< Of the recording.
  std::string options;  ///< JSON, as JobOptionsReader::given() gives them.
  std::string speaker;  ///< Of an enrolment: who; else empty.
  std::int64_t bytes = 0;
  std::string type;  ///< Media type of the upload.
  bool audio_kept = true;
  // In milliseconds since 1970; 0 where it has not come to that.
  std::int64_t created_ms = 0;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::string error_code;  ///< Of a failed one.
  std::string error;
  // Of one that has succeeded.
  double duration_s = 0;
  std::int64_t turns = 0;
  std::vector<std::string> speakers;

  bool ended() const { return state != JobState::queued && state != JobState::running; }
};

/// 32 hexadecimal digits of the system's randomness. Throws Error{internal} where there is none.
std::string random_id();
/// Whether a text looks like one: nothing else of a client's gets into a path.
bool is_id(std::string_view text);

}  // namespace diarist::server
