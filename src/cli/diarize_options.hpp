// The options of `diarist diarize`: as given, and as the library wants them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "diarist/identification.hpp"
#include "diarist/options.hpp"
#include "diarist/report.hpp"

#include "cli/output_plan.hpp"

namespace diarist::cli {

/// What the command line holds, unchecked but for types.
struct DiarizeArguments {
  std::vector<std::string> recordings;
  std::optional<std::string> output;
  std::vector<std::string> formats;
  std::optional<std::string> statistics;
  std::string preset = "balanced";
  std::optional<double> step_s;
  std::optional<std::string> model;
  std::optional<std::string> fallback;
  std::optional<std::string> isa;
  std::string precision = "auto";
  int threads = 0;
  std::optional<std::string> cache;
  std::optional<int> speakers;
  std::optional<int> min_speakers;
  std::optional<int> max_speakers;
  bool exclusive = false;
  bool no_relabel = false;
  std::optional<double> min_turn_s;
  std::optional<double> merge_gap_s;
  std::optional<int> channel;
  bool per_channel = false;
  bool quiet = false;
  std::optional<std::string> identify;
  std::optional<double> min_score;
  bool remember = false;
  bool resume = false;
  bool retry_failed = false;
  bool list_failed = false;
  bool json = false;  ///< Of that list.
};

/// Adds the options and the help text; what is parsed goes to `arguments`, which must outlive
/// `app`.
void add_diarize_options(CLI::App& app, DiarizeArguments& arguments);

/// Those of them that say how a recording is heard, for other commands that may diarize one:
/// speakers, channels, engine.
void add_run_options(CLI::App& app, DiarizeArguments& arguments);

/// Parts of them, for a command that hears otherwise: of speakers, of known voices, of networks and
/// threads.
void add_speaker_options(CLI::App& app, DiarizeArguments& arguments);
void add_voice_options(CLI::App& app, DiarizeArguments& arguments);
enum class Cache { may_be_kept, none };
void add_engine_options(CLI::App& app, DiarizeArguments& arguments, Cache cache);

/// The first of these that was given, as the help calls it. Channels also say which sound to take
/// where there is nothing to diarize: a command that does that leaves them out.
enum class RunOptions { all, but_channels };
std::optional<std::string> given_run_option(const CLI::App& app,
                                            RunOptions which = RunOptions::all);

/// The same, checked against each other. Each throws Error{invalid_argument}; the last one looks
/// into folders of recordings, and throws as recordings_of does.
BehaviorOptions behavior_of(const DiarizeArguments& arguments);
PerformanceOptions performance_of(const DiarizeArguments& arguments);
IdentificationOptions identification_of(const DiarizeArguments& arguments);
OutputRequest output_request_of(const DiarizeArguments& arguments, bool to_people);

/// The channels that a report shows are those that were diarized.
ReportAudioOptions report_audio_of(const BehaviorOptions& behavior);

}  // namespace diarist::cli
