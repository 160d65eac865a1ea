// The options of `diarist live`: as given, and as the library wants them.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "diarist/live_audio.hpp"
#include "diarist/run.hpp"
#include "diarist/stream.hpp"

#include "cli/diarize_options.hpp"

namespace diarist::cli {

/// What the command line holds, unchecked but for types.
struct LiveArguments {
  std::string input;  ///< "-" is standard input; empty with `microphone`.
  bool microphone = false;
  std::string device;
  bool realtime = false;
  double timeout_s = LiveAudioOptions{}.timeout_s;
  std::optional<std::string> raw;
  int sample_rate_hz = RawSamples{}.sample_rate_hz;
  int channels = RawSamples{}.channels;
  double delay_s = StreamOptions{}.delay_s;
  double settle_s = StreamOptions{}.settle_s;
  double history_s = StreamOptions{}.history_s;
  std::optional<std::string> event_format;  ///< "jsonl" or "rttm".
  DiarizeArguments run;  ///< What is as for a recording; `formats` are those of the result.
};

/// Adds the options and the help text; what is parsed goes to `arguments`, which must outlive
/// `app`.
void add_live_options(CLI::App& app, LiveArguments& arguments);

/// Each throws Error{invalid_argument}.
LiveAudioOptions audio_options_of(const LiveArguments& arguments, const CancellationToken& stop);
/// But for the sample rate, which the sound has.
StreamOptions stream_options_of(const LiveArguments& arguments);

/// What stands for the input where a recording is named, so that its result is called as that of a
/// file would be: of a URL what is before its query, "microphone".
std::string recording_of_input(const LiveArguments& arguments);

/// Where the result goes, if anywhere: as plan_outputs(), which throws.
std::vector<PlannedOutput> live_outputs_of(const LiveArguments& arguments);

}  // namespace diarist::cli
