// `diarist plot FILE -o PICTURE`: who speaks when, or what voices sound like (docs/guide/plot.md).
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/plot.hpp"

#include "cli/command.hpp"
#include "cli/diarize_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/one_recording.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/png.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"
#include "cli/turn_source.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist plot meeting.rttm -o meeting.svg
  diarist plot meeting.wav -o meeting.png --theme dark      diarizes it first
  diarist plot found.rttm --reference checked.eaf -o both.svg
  diarist plot meeting.json -o part.png --from 60 --to 120 --width 1600
  diarist plot meeting.wav --embeddings -o voices.svg       what voices sound like)";

/// Points that a picture of voices has room for.
constexpr int kMostVoices = 3000;

struct Arguments {
  DiarizeArguments run;
  std::string input;
  std::string output;
  std::string reference;
  std::string from_format;
  std::optional<std::string> recording;
  std::string theme = "light";
  bool embeddings = false;
  PlotOptions options;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

/// Whether the output is to be a PNG, or else an SVG.
bool is_png(const std::string& output) {
  std::string ending = fs::path(output).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (ending == ".png") return true;
  if (ending == ".svg") return false;
  refuse(output, "its ending tells no kind of picture", "name it .svg or .png");
}

void check_seconds(const char* option, const std::optional<double>& seconds) {
  if (!seconds || (*seconds >= 0 && std::isfinite(*seconds))) return;
  refuse(option, "is no time", "give seconds from the recording's start");
}

void check(const Arguments& arguments, bool turns, const CLI::App& app) {
  if (arguments.input.empty()) refuse("FILE", "an empty name is none");
  const PlotOptions& options = arguments.options;
  check_seconds("--from", options.from_s);
  check_seconds("--to", options.to_s);
  if (options.from_s && options.to_s && *options.from_s >= *options.to_s) {
    refuse("--from", "is not before --to");
  }
  if (arguments.embeddings) {
    if (turns) {
      refuse(arguments.input,
             "holds turns, and --embeddings is about what the recording sounds like",
             "name the recording");
    }
    if (!arguments.reference.empty() || options.from_s || options.to_s) {
      refuse("--embeddings", "is no timeline, which --reference, --from and --to are about",
             "leave one of them out");
    }
  }
  if (turns) {
    if (const auto option = given_run_option(app)) {
      refuse(*option, "is about diarizing, and the turns are in " + arguments.input + " already",
             "leave it out, or name the recording");
    }
  } else if (arguments.recording) {
    refuse("--recording", "is about files of turns, and " + arguments.input + " is none");
  }
  std::error_code error;
  for (const std::string& input : {arguments.input, arguments.reference}) {
    if (!input.empty() && fs::equivalent(arguments.output, input, error)) {
      refuse(arguments.output, "the picture would overwrite " + input);
    }
  }
  check_writable(arguments.output);
}

Diarization found_in(const Arguments& arguments, bool turns,
                     const CancellationToken& cancellation) {
  if (turns) {
    std::optional<FileFormat> format;
    if (!arguments.from_format.empty()) format = file_format_from_string(arguments.from_format);
    if (arguments.recording) {
      return turns_of(*arguments.recording, arguments.input, format, Naming::exactly);
    }
    return turns_of(fs::path(arguments.input).stem().string(), arguments.input, format);
  }
  return diarize_one(arguments.input, arguments.run, cancellation,
                     arguments.embeddings ? kMostVoices : 0);
}

int draw(const Arguments& arguments, bool turns, const CancellationToken& cancellation) {
  const bool png = is_png(arguments.output);
  const Diarization found = found_in(arguments, turns, cancellation);
  std::optional<Diarization> reference;
  if (!arguments.reference.empty()) {
    reference = turns_of(found.recording, arguments.reference, std::nullopt);
  }
  const Plot plot = arguments.embeddings ? plot_voices(found, arguments.options)
                                         : plot_timeline(found, arguments.options,
                                                         reference ? &*reference : nullptr);
  StagedFile(arguments.output, png ? to_png(plot) : to_svg(plot)).commit();
  if (arguments.run.quiet || turns) return kSuccess;
  for (const std::string& notice : found.notices) report(arguments.input + ": " + notice);
  return kSuccess;
}

int run(const Arguments& given, const CLI::App& app) {
  Arguments arguments = given;
  if (arguments.output.empty() || arguments.output == "-") refuse("-o", "needs the name of a file");
  is_png(arguments.output);
  arguments.options.theme = arguments.theme == "dark" ? PlotTheme::dark : PlotTheme::light;
  const bool turns = !arguments.from_format.empty() || holds_turns(arguments.input);
  check(arguments, turns, app);
  const CancellationToken cancellation;
  cancel_on_signals(cancellation);
  try {
    return draw(arguments, turns, cancellation);
  } catch (const Error&) {
    // A read that was cut short by the signal may call itself something else.
    if (!cancellation.cancelled()) throw;
    report("interrupted; nothing was written for " + arguments.input);
    return kInterrupted;
  }
}

}  // namespace

Command add_plot_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand(
      "plot", "Draw who speaks when, or what voices sound like, as SVG or PNG");
  const auto arguments = std::make_shared<Arguments>();
  PlotOptions& options = arguments->options;
  app->add_option("FILE", arguments->input,
                  "Turns (" + format_list(true) + "), or a recording, which is diarized")
      ->required()
      ->type_name("FILE");
  const char* output = "Output";
  app->add_option("-o,--output", arguments->output, "Picture: FILE.svg or FILE.png")
      ->required()
      ->type_name("FILE")
      ->group(output);
  app->add_option("--width", options.width, "In pixels; 1200 where left out")
      ->type_name("N")
      ->group(output);
  app->add_option("--height", options.height, "In pixels; what the lanes need where left out")
      ->type_name("N")
      ->group(output);
  take_one_of(app->add_option("--theme", arguments->theme, "light (default) or dark"),
              {"light", "dark"})
      ->group(output);
  app->add_flag("-q,--quiet", arguments->run.quiet, "Show errors only")->group(output);

  const char* shown = "What is shown";
  app->add_option("--from", options.from_s, "Only from here on")
      ->type_name("SECONDS")
      ->group(shown);
  app->add_option("--to", options.to_s, "Only up to here")->type_name("SECONDS")->group(shown);
  app->add_option("--reference", arguments->reference,
                  "File of turns to show below, in the colours of those who answer to them")
      ->type_name("FILE")
      ->group(shown);
  app->add_flag(
         "--embeddings", arguments->embeddings,
         "Instead of a timeline: what voices of the recording sound like, in two dimensions, "
         "coloured by speaker")
      ->group(shown);
  app->add_option("--recording", arguments->recording,
                  "Which one, where FILE holds turns of several")
      ->type_name("NAME")
      ->group(shown);
  name_choices(app->add_option("--from-format", arguments->from_format,
                               "Format of FILE, instead of what ending and content tell"),
               format_names(true))
      ->group(shown);
  add_run_options(*app, arguments->run);
  app->footer(kExamples);
  return {app, [arguments, app] { return run(*arguments, *app); }};
}

}  // namespace diarist::cli
