#include "cli/diarize_options.hpp"

#include <cmath>
#include <initializer_list>
#include <sstream>
#include <string_view>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/instruction_set.hpp"

#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/option_values.hpp"
#include "cli/recordings.hpp"
#include "pipeline/preset.hpp"

namespace diarist::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  diarist meeting.wav                        turns on standard output (a summary on a terminal)
  diarist meeting.m4a -o meeting.rttm        the format is told by the ending
  diarist *.flac -o turns/ -f rttm,json      a folder for many recordings
  diarist talks/ -o turns/                   all recordings in a folder
  diarist talks/ -o turns/ --resume          those of them that are not done yet
  diarist call.wav --per-channel             each side of a telephone call apart
  diarist panel.mp3 --min-speakers 3 --max-speakers 6
  diarist monday.wav --identify default      names of the voices that `diarist speakers add` enrolled
  ffmpeg -i talk.mkv -f wav - | diarist -    standard input)";

template <typename Value>
std::vector<std::string> names_of(std::initializer_list<Value> values) {
  std::vector<std::string> names;
  for (const Value value : values) names.emplace_back(to_string(value));
  return names;
}

constexpr const char* kSpeakersGroup = "Speakers";
constexpr const char* kChannelsGroup = "Channels (default: their mean)";
constexpr const char* kEngineGroup = "Engine";

// More threads than any machine has is a mistyped number.
constexpr int kMostThreads = 1024;

[[noreturn]] void refuse(const std::string& option, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, option, problem, advice);
}

void check_positive(const char* option, const std::optional<int>& value) {
  if (value && *value < 1) {
    refuse(option, "must be at least 1, not " + std::to_string(*value));
  }
}

void check_duration(const char* option, const std::optional<double>& seconds) {
  if (!seconds || pipeline::is_duration(*seconds)) return;
  std::ostringstream value;
  value << *seconds;
  refuse(option, value.str() + " is no duration", std::string(pipeline::kDurationAdvice));
}

Preset preset_from(const std::string& name) {
  if (name == "exact") return Preset::exact;
  if (name == "balanced") return Preset::balanced;
  if (name == "fast") return Preset::fast;
  refuse("--preset", "'" + name + "' is none", "take exact, balanced or fast");
}

Precision precision_from(const std::string& name) {
  if (name == "auto") return Precision::automatic;
  if (name == "f32") return Precision::f32;
  if (name == "int8") return Precision::int8;
  refuse("--precision", "'" + name + "' is none", "take f32, int8 or auto");
}

}  // namespace

void add_diarize_options(CLI::App& app, DiarizeArguments& arguments) {
  app.add_option("FILE", arguments.recordings,
                 "Recordings, in any audio format; folders of them; - is standard input")
      ->required()
      ->type_name("FILE");

  const char* output = "Output";
  app.add_option("-o,--output", arguments.output,
                 "File, or folder (ending in /, existing, or with several recordings)")
      ->type_name("PATH")
      ->group(output);
  name_choices(app.add_option("-f,--format", arguments.formats,
                              "Of the turns; several with commas; rttm, if nothing tells"),
               format_names())
      ->allow_extra_args(false)
      ->delimiter(',')
      ->group(output);
  app.add_option("--stats", arguments.statistics, "Write what the run cost to FILE, as JSON")
      ->type_name("FILE")
      ->group(output);
  app.add_flag("-q,--quiet", arguments.quiet, "Show errors only")->group(output);
  const char* archive = "Archives";
  app.add_flag("--resume", arguments.resume,
               "Leave out what is done in the folder of -o already, which keeps a manifest; "
               "docs/archive.md")
      ->group(archive)
      ->needs("--output");
  app.add_flag("--retry-failed", arguments.retry_failed,
               "Try recordings again that failed before; otherwise only those that have changed")
      ->group(archive)
      ->needs("--resume");
  app.add_flag("--list-failed", arguments.list_failed,
               "Diarize nothing: print which of the recordings failed, and why")
      ->group(archive)
      ->needs("--resume")
      ->excludes("--retry-failed");
  app.add_flag("--json", arguments.json, "Print that list as JSON instead of a table")
      ->group(archive)
      ->needs("--list-failed");
  add_run_options(app, arguments);
  add_voice_options(app, arguments);
  app.footer(kExamples + ("\n\n" + exit_code_help()));
}

void add_voice_options(CLI::App& app, DiarizeArguments& arguments) {
  const char* voices = "Voices";
  app.add_option("--identify", arguments.identify,
                 "Name the people whose voices are in this store; 'default' is that of "
                 "`diarist speakers`")
      ->type_name("FILE")
      ->group(voices);
  app.add_flag("--remember", arguments.remember,
               "Keep the voices that are not known, as VOICE_0001 and so on: the next recording "
               "knows them again")
      ->group(voices)
      ->needs("--identify");
  std::ostringstream score;
  score << "Least score of a name, " << IdentificationOptions{}.min_score
        << " otherwise; docs/accuracy.md has how many strangers each lets through";
  app.add_option("--min-score", arguments.min_score, score.str())
      ->type_name("N")
      ->group(voices)
      ->needs("--identify");
}

void add_run_options(CLI::App& app, DiarizeArguments& arguments) {
  add_speaker_options(app, arguments);
  const char* channels = kChannelsGroup;
  app.add_option("--channel", arguments.channel, "Hear only this channel, counted from 1")
      ->type_name("N")
      ->group(channels);
  app.add_flag("--per-channel", arguments.per_channel, "Diarize every channel apart")
      ->group(channels);
  add_engine_options(app, arguments, Cache::may_be_kept);
}

void add_speaker_options(CLI::App& app, DiarizeArguments& arguments) {
  const char* speakers = kSpeakersGroup;
  app.add_option("--speakers", arguments.speakers, "Number of speakers, where it is known")
      ->type_name("N")
      ->group(speakers);
  app.add_option("--min-speakers", arguments.min_speakers, "At least so many speakers")
      ->type_name("N")
      ->group(speakers);
  app.add_option("--max-speakers", arguments.max_speakers, "At most so many speakers")
      ->type_name("N")
      ->group(speakers);
  app.add_option("--min-turn", arguments.min_turn_s,
                 "Leave out turns shorter than this; the preset's own otherwise")
      ->type_name("SECONDS")
      ->group(speakers);
  app.add_option("--merge-gap", arguments.merge_gap_s,
                 "Close a speaker's pauses up to this long; the preset's own otherwise")
      ->type_name("SECONDS")
      ->group(speakers);
  app.add_flag("--no-relabel", arguments.no_relabel,
               "Leave every ten-second window's speakers as clustering names them")
      ->group(speakers);
  app.add_flag("--exclusive", arguments.exclusive, "One speaker at a time, no overlap")
      ->group(speakers);
}

void add_engine_options(CLI::App& app, DiarizeArguments& arguments, Cache cache) {
  const char* engine = kEngineGroup;
  name_choices(app.add_option(
                   "--preset", arguments.preset,
                   "balanced (default); fast: for archives; exact: slow, the reference's numbers"),
               {"exact", "balanced", "fast"})
      ->group(engine);
  app.add_option(
         "--step", arguments.step_s,
         "From one ten-second window's start to the next one's, 0.5 to 10; the preset's own "
         "otherwise")
      ->type_name("SECONDS")
      ->group(engine);
  app.add_option("--threads", arguments.threads, "Worker threads; 0, the default, is one per core")
      ->type_name("N")
      ->group(engine);
  if (cache == Cache::may_be_kept) {
    app.add_option("--cache", arguments.cache,
                   "Keep what the networks find in this folder: the same recording again, with "
                   "other options about speakers and turns, takes clustering's time")
        ->type_name("DIR")
        ->group(engine);
  }
  app.add_option("--model", arguments.model, "Model pack instead of the one built in")
      ->type_name("PACK")
      ->group(engine);
  app.add_option("--fallback", arguments.fallback,
                 "Pack to take, with a notice, where --model's cannot be loaded or fails its "
                 "self-check; 'built-in' is the program's own")
      ->type_name("PACK")
      ->group(engine)
      ->needs("--model");
  name_choices(
      app.add_option("--isa", arguments.isa,
                     "Instruction set instead of the best one; `diarist version` lists this "
                     "machine's"),
      names_of({InstructionSet::scalar, InstructionSet::sse4, InstructionSet::avx2,
                InstructionSet::avx512, InstructionSet::avx512_vnni, InstructionSet::neon}))
      ->group(engine);
  name_choices(
      app.add_option("--precision", arguments.precision,
                     "Arithmetic of the networks: f32, int8, or auto (default): the fastest that "
                     "costs no accuracy; exact takes f32"),
      {"auto", "f32", "int8"})
      ->group(engine);
}

std::optional<std::string> given_run_option(const CLI::App& app, RunOptions which) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string& group = option->get_group();
    const bool of_run = group == kSpeakersGroup || group == kEngineGroup ||
                        (group == kChannelsGroup && which == RunOptions::all);
    if (of_run && option->count() > 0) return option->get_name();
  }
  return std::nullopt;
}

BehaviorOptions behavior_of(const DiarizeArguments& arguments) {
  check_positive("--speakers", arguments.speakers);
  check_positive("--min-speakers", arguments.min_speakers);
  check_positive("--max-speakers", arguments.max_speakers);
  check_positive("--channel", arguments.channel);
  if (arguments.speakers && (arguments.min_speakers || arguments.max_speakers)) {
    refuse("--speakers", "contradicts --min-speakers and --max-speakers", "give one or the others");
  }
  if (arguments.min_speakers && arguments.max_speakers &&
      *arguments.min_speakers > *arguments.max_speakers) {
    refuse("--min-speakers", std::to_string(*arguments.min_speakers) +
                                 " is more than --max-speakers " +
                                 std::to_string(*arguments.max_speakers));
  }
  if (arguments.channel && arguments.per_channel) {
    refuse("--channel", "contradicts --per-channel", "give one of them");
  }

  if (arguments.step_s && !pipeline::is_step(*arguments.step_s)) {
    std::ostringstream value;
    value << *arguments.step_s;
    refuse("--step", value.str() + " is none that windows can take",
           std::string(pipeline::kStepAdvice));
  }

  check_duration("--min-turn", arguments.min_turn_s);
  check_duration("--merge-gap", arguments.merge_gap_s);

  BehaviorOptions behavior;
  behavior.preset = preset_from(arguments.preset);
  behavior.step_s = arguments.step_s;
  behavior.speakers = arguments.speakers;
  behavior.min_speakers = arguments.min_speakers;
  behavior.max_speakers = arguments.max_speakers;
  behavior.relabel = !arguments.no_relabel;
  behavior.min_turn_s = arguments.min_turn_s;
  behavior.merge_gap_s = arguments.merge_gap_s;
  behavior.exclusive = arguments.exclusive;
  if (arguments.channel) {
    behavior.channel_mode = ChannelMode::pick;
    behavior.channel = *arguments.channel;
  } else if (arguments.per_channel) {
    behavior.channel_mode = ChannelMode::each;
  }
  return behavior;
}

PerformanceOptions performance_of(const DiarizeArguments& arguments) {
  if (arguments.threads < 0 || arguments.threads > kMostThreads) {
    refuse("--threads", "must be 0 to " + std::to_string(kMostThreads) + ", not " +
                            std::to_string(arguments.threads));
  }
  PerformanceOptions performance;
  performance.threads = arguments.threads;
  if (arguments.isa) performance.isa = instruction_set_from_string(*arguments.isa);
  performance.precision = precision_from(arguments.precision);
  if (arguments.cache) {
    if (arguments.cache->empty()) refuse("--cache", "is empty", "name a folder");
    performance.cache = *arguments.cache;
  }
  if (performance.precision == Precision::automatic &&
      preset_from(arguments.preset) == Preset::exact) {
    performance.precision = Precision::f32;  // so that no other networks are made
  }
  return performance;
}

IdentificationOptions identification_of(const DiarizeArguments& arguments) {
  IdentificationOptions options;
  if (arguments.min_score) {
    if (!std::isfinite(*arguments.min_score)) {
      refuse("--min-score", "is no number", "give a log-likelihood ratio, such as 3");
    }
    options.min_score = *arguments.min_score;
  }
  return options;
}

OutputRequest output_request_of(const DiarizeArguments& arguments, bool to_people) {
  OutputRequest request;
  request.recordings = recordings_of(arguments.recordings);
  if (arguments.output) request.output = *arguments.output;
  if (arguments.resume && (arguments.output->empty() || *arguments.output == "-")) {
    refuse("--resume", "needs a folder that keeps what is done", "name one with -o");
  }
  if (arguments.resume) *request.output /= "";  // A folder also where it is not there yet.
  if (arguments.statistics) request.statistics = *arguments.statistics;
  for (const std::string& name : arguments.formats) {
    request.formats.push_back(file_format_from_string(name));
  }
  request.to_people = to_people;
  return request;
}

ReportAudioOptions report_audio_of(const BehaviorOptions& behavior) {
  ReportAudioOptions options;
  options.channel_mode = behavior.channel_mode;
  options.channel = behavior.channel;
  return options;
}

}  // namespace diarist::cli
