#include "cli/stats_json.hpp"

#include <nlohmann/json.hpp>

#include "diarist/version.hpp"

namespace diarist::cli {

std::string stats_json(std::span<const RunRecord> records, double wall_s) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  for (const RunRecord& record : records) {
    Json entry;
    entry["file"] = record.file;
    if (!record.error.empty()) {
      entry["error"] = {{"code", record.error_code}, {"message", record.error}};
      files.push_back(std::move(entry));
      continue;
    }
    const Statistics& statistics = record.statistics;
    entry["duration_s"] = record.duration_s;
    entry["wall_s"] = statistics.wall_s;
    entry["real_time_factor"] = statistics.real_time_factor;
    Json stages = Json::object();
    for (const StageTime& stage : statistics.stages) stages[stage.stage] = stage.seconds;
    entry["stages"] = std::move(stages);
    entry["peak_memory_bytes"] = statistics.peak_memory_bytes;
    entry["threads"] = statistics.threads;
    entry["instruction_set"] = statistics.instruction_set;
    entry["precision"] = statistics.precision;
    entry["preset"] = statistics.preset;
    entry["step_s"] = statistics.step_s;
    entry["trunk_skipped"] = statistics.trunk_skipped;
    entry["model"] = statistics.model;
    entry["cached"] = statistics.cached;
    entry["speakers"] = record.speakers;
    entry["turns"] = record.turns;
    files.push_back(std::move(entry));
  }
  const Json document = {{"schema", "diarist-stats"},
                         {"version", 1},
                         {"diarist", DIARIST_VERSION},
                         {"wall_s", wall_s},
                         {"files", std::move(files)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace diarist::cli
