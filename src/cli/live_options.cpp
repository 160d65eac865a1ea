#include "cli/live_options.hpp"

#include <sstream>

#include "diarist/error.hpp"

#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/option_values.hpp"

namespace diarist::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  diarist live --microphone -o meeting.rttm            Ctrl-C ends it
  diarist live rtsp://camera/stream --delay 1          whatever ffmpeg opens
  diarist live talk.m4a --realtime                     a file, as if it were being recorded
  arecord -f S16_LE -r 16000 -t wav | diarist live -   a WAV on standard input
  diarist live - --raw f32le --sample-rate 48000 --channels 2 < samples | jq .name)";

[[noreturn]] void refuse(const std::string& option, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, option, problem, advice);
}

void check_seconds(const char* option, double value, double least, double most) {
  if (value >= least && value <= most) return;
  std::ostringstream problem;
  problem << "must be " << least << " to " << most << " seconds, not " << value;
  refuse(option, std::move(problem).str());
}

}  // namespace

void add_live_options(CLI::App& app, LiveArguments& arguments) {
  app.add_option(
         "INPUT", arguments.input,
         "- for standard input (a WAV, or --raw); else what ffmpeg opens: file, URL, device")
      ->type_name("FILE");

  const char* sound = "Sound";
  CLI::Option* microphone =
      app.add_flag("--microphone", arguments.microphone,
                   "The default microphone, instead of INPUT: of PulseAudio or ALSA")
          ->group(sound);
  name_choices(app.add_option("--device", arguments.device,
                              "INPUT is a device of this kind, in ffmpeg's words; others work too"),
               {"alsa", "pulse", "jack", "v4l2"})
      ->group(sound)
      ->excludes(microphone);
  app.add_flag("--realtime", arguments.realtime,
               "Read a file no faster than it plays, as if it were being recorded")
      ->group(sound)
      ->excludes(microphone);
  app.add_option("--timeout", arguments.timeout_s,
                 "How long ffmpeg may wait for the first sound; 20 otherwise")
      ->type_name("SECONDS")
      ->group(sound);
  CLI::Option* raw =
      name_choices(app.add_option("--raw", arguments.raw,
                                  "Standard input has samples without a header, interleaved"),
                   {std::string(to_string(RawSamples::Coding::s16le)),
                    std::string(to_string(RawSamples::Coding::f32le))})
          ->group(sound)
          ->excludes(microphone);
  app.add_option("--sample-rate", arguments.sample_rate_hz, "Of --raw; 16000 otherwise")
      ->type_name("HZ")
      ->group(sound)
      ->needs(raw);
  app.add_option("--channels", arguments.channels, "Of --raw; 1 otherwise")
      ->type_name("N")
      ->group(sound)
      ->needs(raw);

  const char* events = "Events";
  app.add_option("--delay", arguments.delay_s,
                 "How long a decision may wait for what comes after it, 0.5 to 10; 2 otherwise")
      ->type_name("SECONDS")
      ->group(events);
  app.add_option("--settle", arguments.settle_s,
                 "When names no longer change, at least --delay and up to 60; 10 otherwise")
      ->type_name("SECONDS")
      ->group(events);
  take_one_of(app.add_option("-f,--format", arguments.event_format,
                             "On standard output: jsonl, a line for each event (default, but on a "
                             "terminal); rttm, one for each turn that can no longer change"),
              {"jsonl", "rttm"})
      ->group(events);

  const char* result = "Result";
  CLI::Option* output =
      app.add_option("-o,--output", arguments.run.output,
                     "File for the result at the end, as `diarist diarize` has it, or folder")
          ->type_name("PATH")
          ->group(result);
  app.add_option("--history", arguments.history_s,
                 "How much of a long stream the result has, 600 to 604800: an hour takes 20 MB; "
                 "14400 otherwise")
      ->type_name("SECONDS")
      ->group(result);
  name_choices(app.add_option("--output-format", arguments.run.formats,
                              "Of the result; told by the ending of -o otherwise"),
               format_names())
      ->allow_extra_args(false)
      ->delimiter(',')
      ->group(result)
      ->needs(output);
  app.add_flag("-q,--quiet", arguments.run.quiet, "Show errors only")->group(result);

  add_speaker_options(app, arguments.run);
  add_engine_options(app, arguments.run, Cache::none);
  add_voice_options(app, arguments.run);
  app.footer(kExamples + ("\n\n" + exit_code_help()));
}

LiveAudioOptions audio_options_of(const LiveArguments& arguments, const CancellationToken& stop) {
  if (arguments.input.empty() && !arguments.microphone) {
    refuse("INPUT", "is missing",
           "name what to listen to, '-' for standard input, or --microphone");
  }
  if (arguments.microphone && !arguments.input.empty()) {
    refuse("--microphone", "leaves no room for '" + arguments.input + "'", "give one of them");
  }
  LiveAudioOptions options;
  options.device = arguments.device;
  options.realtime = arguments.realtime;
  options.timeout_s = arguments.timeout_s;
  options.stop = stop;
  if (arguments.raw) {
    options.raw = {raw_coding_from_string(*arguments.raw), arguments.sample_rate_hz,
                   arguments.channels};
  }
  return options;
}

StreamOptions stream_options_of(const LiveArguments& arguments) {
  // As the library has it, which would call these by other names.
  check_seconds("--delay", arguments.delay_s, 0.5, 10);
  check_seconds("--settle", arguments.settle_s, arguments.delay_s, 60);
  check_seconds("--history", arguments.history_s, 600, 604800);
  StreamOptions options;
  options.delay_s = arguments.delay_s;
  options.settle_s = arguments.settle_s;
  options.history_s = arguments.history_s;
  options.behavior = behavior_of(arguments.run);
  return options;
}

std::string recording_of_input(const LiveArguments& arguments) {
  if (arguments.microphone) return "microphone";
  std::string name = arguments.input;
  if (name.find("://") == std::string::npos) return name;
  name = name.substr(0, name.find_first_of("?#"));
  while (name.ends_with('/')) name.pop_back();
  return name;
}

std::vector<PlannedOutput> live_outputs_of(const LiveArguments& arguments) {
  if (!arguments.run.output) return {};
  if (*arguments.run.output == "-") {
    refuse("-o", "cannot be standard output, which has the events", "name a file");
  }
  OutputRequest request;
  request.recordings = {recording_of_input(arguments)};
  request.output = *arguments.run.output;
  for (const std::string& name : arguments.run.formats) {
    request.formats.push_back(file_format_from_string(name));
  }
  return plan_outputs(request).front();
}

}  // namespace diarist::cli
