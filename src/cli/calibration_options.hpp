// What `quantize` and `compare` share: packs by name, and recordings to try them on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "diarist/model.hpp"
#include "diarist/quantization.hpp"

namespace diarist::cli {

struct CalibrationArguments {
  std::vector<std::filesystem::path> recordings;
  int threads = 0;
  bool json = false;
};

/// Adds the recordings under `option`, --threads and --json.
void add_calibration_options(CLI::App& app, CalibrationArguments& arguments,
                             const std::string& option);

/// Adds --max-der-increase, --min-cosine and --min-agreement.
void add_limit_options(CLI::App& app, AccuracyLimits& limits);

/// The recordings, or the built-in one where none was given. Throws as reading them does.
std::vector<CalibrationRecording> calibration_set(const CalibrationArguments& arguments);

/// The pack of that file; "built-in" is the program's own.
Model model_of(const std::filesystem::path& pack);

}  // namespace diarist::cli
