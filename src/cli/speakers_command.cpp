// `diarist speakers ...`: the voices that are kept from one recording to the next.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "cli/voice_store.hpp"
#include "cli/voice_tables.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  DiarizeArguments run;
  std::string store = kDefaultStore;
  std::string name;
  std::string other;
  std::vector<std::string> names;
  std::string model = kBuiltinPack;
  bool json = false;
};

using Shared = std::shared_ptr<Arguments>;

/// The main voice of each recording, before any of them is kept.
std::vector<VoiceSample> samples_of(const Arguments& arguments, const Diarizer& diarizer,
                                    const CancellationToken& cancellation) {
  const BehaviorOptions behavior = behavior_of(arguments.run);
  std::vector<VoiceSample> samples;
  for (const std::string& recording : arguments.run.recordings) {
    ProgressBar bar(fs::path(recording).filename().string(), !arguments.run.quiet);
    RunHooks hooks;
    hooks.cancellation = cancellation;
    hooks.progress = [&bar](const Progress& progress) { bar.update(progress); };
    samples.push_back(main_voice(diarizer.diarize(recording, behavior, hooks)));
  }
  return samples;
}

int add(const Arguments& arguments) {
  const CancellationToken cancellation;
  cancel_on_signals(cancellation);
  const fs::path file = store_file(arguments.store);
  check_writable(file);
  const Diarizer diarizer =
      make_diarizer(arguments.run.model, arguments.run.fallback, performance_of(arguments.run));
  // The store is made last: a recording that is refused leaves none behind.
  const std::vector<VoiceSample> samples = samples_of(arguments, diarizer, cancellation);
  change([&] {
    SpeakerStore store = open_voices(arguments.store, true);
    for (const VoiceSample& sample : samples) {
      if (!store.add(arguments.name, sample, diarizer.model()) && !arguments.run.quiet) {
        report(sample.source + ": is part of '" + arguments.name + "' already");
      }
    }
    if (arguments.run.quiet) return;
    const KnownVoice voice = store.voice(arguments.name);
    write_standard_output(voice_table(std::vector<KnownVoice>{voice}));
  });
  return kSuccess;
}

int list(const Arguments& arguments) {
  const SpeakerStore store = open_voices(arguments.store);
  const std::vector<KnownVoice> voices = store.voices();
  write_standard_output(arguments.json ? voices_json(voices, store.space()) : voice_table(voices));
  return kSuccess;
}

int show(const Arguments& arguments) {
  const SpeakerStore store = open_voices(arguments.store);
  const KnownVoice voice = store.voice(arguments.name);
  write_standard_output(arguments.json ? voices_json(std::vector<KnownVoice>{voice}, store.space())
                                       : session_table(voice));
  return kSuccess;
}

int rename(const Arguments& arguments) {
  change([&] { open_voices(arguments.store).rename(arguments.name, arguments.other); });
  return kSuccess;
}

int merge(const Arguments& arguments) {
  change([&] { open_voices(arguments.store).merge(arguments.name, arguments.other); });
  return kSuccess;
}

int forget(const Arguments& arguments) {
  change([&] { open_voices(arguments.store).forget(arguments.names); });
  return kSuccess;
}

int export_to(const Arguments& arguments) {
  const std::string document = open_voices(arguments.store).export_voices();
  if (arguments.name == "-") {
    write_standard_output(document);
  } else {
    StagedFile(arguments.name, document, StagedFile::Readers::owner).commit();
  }
  return kSuccess;
}

std::string read_whole(const std::string& name) {
  const fs::path file = name == "-" ? "/dev/stdin" : name;
  std::error_code error;
  if (!fs::exists(file, error)) {
    throw Error(ErrorCode::not_found, name, "is not there", "check the name");
  }
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in || fs::is_directory(file, error)) {
    throw Error(ErrorCode::io, name, "cannot be read", "check its permissions");
  }
  return text;
}

int import_from(const Arguments& arguments) {
  const std::string document = read_whole(arguments.name);
  change([&] {
    // Opened only once it is clear that something comes in: a document that is refused leaves no
    // new store behind.
    const fs::path file = store_file(arguments.store);
    std::error_code error;
    const bool is_new = !fs::exists(file, error);
    VoiceImport done;
    try {
      done = open_voices(arguments.store, true).import_voices(document, arguments.name);
    } catch (const Error&) {
      if (is_new) fs::remove(file, error);
      throw;
    }
    if (arguments.run.quiet) return;
    write_standard_output("new voices: " + std::to_string(done.voices) +
                          ", new sessions: " + std::to_string(done.sessions) +
                          ", known already: " + std::to_string(done.known) + "\n");
  });
  return kSuccess;
}

int match(const Arguments& arguments) {
  const SpeakerStore store = open_voices(arguments.store);
  const Model model = model_of(arguments.model);
  const std::vector<Diarization> results = read_turns(arguments.name, FileFormat::json);
  for (const Diarization& result : results) {
    const std::vector<VoiceScore> scores = voice_scores(result, store, model);
    write_standard_output(arguments.json ? scores_json(result, scores)
                                         : score_table(result, scores));
  }
  return kSuccess;
}

CLI::Option* add_name(CLI::App& app, const char* word, std::string& value, const char* text) {
  return app.add_option(word, value, text)->required()->type_name("NAME");
}

/// What most actions have in common.
CLI::App* add_action(CLI::App& family, const char* name, const char* description,
                     Arguments& arguments) {
  CLI::App* app = family.add_subcommand(name, description);
  add_store_option(*app, arguments.store);
  return app;
}

Command enrolment(CLI::App& family, const Shared& arguments) {
  CLI::App* app =
      add_action(family, "add", "Enrol a voice from recordings of one person", *arguments);
  add_name(*app, "NAME", arguments->name, "The person; a known name learns more");
  app->add_option("AUDIO", arguments->run.recordings,
                  "Recordings in which nobody else speaks for long; 10 s of speech are good")
      ->required()
      ->type_name("AUDIO");
  app->add_flag("-q,--quiet", arguments->run.quiet, "Show errors only");
  add_run_options(*app, arguments->run);
  app->footer(R"(Examples:
  diarist speakers add Ann ann.wav
  diarist meeting.wav --identify default -o meeting.rttm)");
  return {app, [arguments] { return add(*arguments); }};
}

}  // namespace

std::vector<Command> add_speakers_commands(CLI::App& parent) {
  CLI::App& family =
      *parent.add_subcommand("speakers", "Keep voices, so that recordings name the people in them");
  family.require_subcommand(1);
  const auto fresh = [] { return std::make_shared<Arguments>(); };
  std::vector<Command> commands = {enrolment(family, fresh())};

  Shared own = fresh();
  CLI::App* app = add_action(family, "list", "List the voices of a store", *own);
  app->add_flag("--json", own->json, "Print JSON instead of a table");
  commands.push_back({app, [own] { return list(*own); }});

  own = fresh();
  app = add_action(family, "show", "Show what is kept of a voice", *own);
  add_name(*app, "NAME", own->name, "The voice");
  app->add_flag("--json", own->json, "Print JSON instead of a table");
  commands.push_back({app, [own] { return show(*own); }});

  own = fresh();
  app = add_action(family, "rename", "Give a voice another name", *own);
  add_name(*app, "FROM", own->name, "The voice, such as VOICE_0001");
  add_name(*app, "TO", own->other, "Its new name");
  commands.push_back({app, [own] { return rename(*own); }});

  own = fresh();
  app = add_action(family, "merge", "Make two voices of a store one", *own);
  add_name(*app, "INTO", own->name, "The voice that stays");
  add_name(*app, "FROM", own->other, "The voice whose sessions it gets");
  commands.push_back({app, [own] { return merge(*own); }});

  own = fresh();
  app = add_action(family, "forget", "Remove voices, from the disk too", *own);
  app->add_option("NAME", own->names, "The voices")->required()->type_name("NAME");
  commands.push_back({app, [own] { return forget(*own); }});

  own = fresh();
  app = add_action(family, "export", "Write all voices to a file, as JSON", *own);
  app->add_option("FILE", own->name, "For its owner alone (mode 0600); - is standard output")
      ->required()
      ->type_name("FILE");
  commands.push_back({app, [own] { return export_to(*own); }});

  own = fresh();
  app = add_action(family, "import", "Add the voices of an exported file", *own);
  app->add_option("FILE", own->name, "What `diarist speakers export` wrote; - is standard input")
      ->required()
      ->type_name("FILE");
  app->add_flag("-q,--quiet", own->run.quiet, "Show errors only");
  commands.push_back({app, [own] { return import_from(*own); }});

  own = fresh();
  app = add_action(family, "match", "Score the speakers of a result against every voice", *own);
  app->add_option("RESULT", own->name, "A result in JSON, which holds what its speakers sound like")
      ->required()
      ->type_name("FILE");
  app->add_option("--model", own->model, "The pack that made it, if not the built-in one")
      ->type_name("PACK");
  app->add_flag("--json", own->json, "Print JSON instead of a table");
  commands.push_back({app, [own] { return match(*own); }});
  return commands;
}

}  // namespace diarist::cli
