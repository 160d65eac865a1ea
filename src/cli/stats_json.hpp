// What --stats writes: the cost of each recording, as JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "diarist/diarization.hpp"

namespace diarist::cli {

/// How one recording went.
struct RunRecord {
  std::string file;        ///< As given on the command line.
  std::string error_code;  ///< diarist::to_string of it; empty where it went well.
  std::string error;       ///< The message; empty where it went well.
  // The rest only where it went well.
  Statistics statistics;
  double duration_s = 0;
  std::size_t turns = 0;
  std::size_t speakers = 0;
};

/// {"schema": "diarist-stats", "version": 1, "diarist": VERSION, "wall_s": of all, "files":
/// [...]}, ending in a newline. Per file: file, duration_s, wall_s, real_time_factor, stages
/// (seconds by name, in order), peak_memory_bytes, threads, instruction_set, precision, preset,
/// step_s, trunk_skipped (share of the recording), model, speakers, turns; or file and error {code,
/// message}. Bytes of names that are not UTF-8 become U+FFFD.
std::string stats_json(std::span<const RunRecord> records, double wall_s);

}  // namespace diarist::cli
