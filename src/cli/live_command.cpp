// `diarist live INPUT`: sound that is still coming, its turns while they are spoken, and the result
// at the end.
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/live_audio.hpp"
#include "diarist/stream.hpp"

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/finding.hpp"
#include "cli/known_voices.hpp"
#include "cli/live_events.hpp"
#include "cli/live_feed.hpp"
#include "cli/live_options.hpp"
#include "cli/live_screen.hpp"
#include "cli/one_recording.hpp"
#include "cli/output_files.hpp"
#include "cli/output_plan.hpp"
#include "cli/report.hpp"
#include "cli/settled_turns.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

// Clustering of a long stream takes a second or two now and then, which is caught up with.
constexpr double kWorthTelling_s = 5;
// From this delay on the networks look once a second, which is as seldom as they do (docs/live.md).
constexpr double kCheapest_s = 2;

LiveAudio open_microphone(LiveAudioOptions options) {
  std::string reasons;
  // A sound server, where there is one, has the device for itself.
  for (const char* device : {"pulse", "alsa"}) {
    options.device = device;
    try {
      return LiveAudio::open("default", options);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found || !error.advice().empty()) throw;
      reasons += (reasons.empty() ? "" : "; ") + std::string(device) + " " + error.problem();
    }
  }
  throw Error(ErrorCode::not_found, "--microphone", "finds none: " + reasons,
              "name its device: `diarist live hw:1 --device alsa`");
}

class LiveRun {
 public:
  LiveRun(const LiveArguments& arguments, const CancellationToken& stop)
      : arguments_(arguments),
        stop_(stop),
        sound_(audio_options_of(arguments, stop)),
        options_(stream_options_of(arguments)),
        outputs_(live_outputs_of(arguments)),
        subject_(arguments.microphone     ? "microphone"
                 : arguments.input == "-" ? "standard input"
                                          : arguments.input),
        recording_(recording_name(recording_of_input(arguments))),
        to_people_(!arguments.event_format && is_terminal(STDOUT_FILENO)) {}

  int all() {
    for (const PlannedOutput& output : outputs_) check_writable(output.file);
    const Diarizer diarizer = make_diarizer(arguments_.run.model, arguments_.run.fallback,
                                            performance_of(arguments_.run));
    std::optional<KnownVoices> voices;
    if (arguments_.run.identify) voices.emplace(arguments_.run, diarizer.model());
    try {
      LiveFeed feed(arguments_.microphone ? open_microphone(sound_)
                                          : LiveAudio::open(arguments_.input, sound_),
                    subject_, stop_);
      options_.sample_rate_hz = feed.sample_rate_hz();
      if (voices) options_.names = voices->namer_of_events();
      Stream stream(diarizer, options_);
      output_ = make_output();
      listen(feed, stream);
      stopped_ = stop_.cancelled();  // The feed's end will say so too.
      if (stream.pushed_s() > 0) return finish(stream, voices);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::cancelled) throw;
      stopped_ = true;
    }
    return without_sound();
  }

 private:
  std::unique_ptr<LiveOutput> make_output() const {
    SettledTurns turns(options_.settle_s, options_.behavior.merge_gap_s.value_or(0));
    if (to_people_ && arguments_.run.quiet) return std::make_unique<Silence>();
    if (to_people_) return std::make_unique<LiveScreen>(std::move(turns), subject_);
    if (arguments_.event_format == "rttm") {
      return std::make_unique<RttmLines>(std::move(turns), recording_);
    }
    return std::make_unique<JsonLines>();
  }

  // To the end, however it comes.
  void listen(LiveFeed& feed, Stream& stream) {
    std::vector<float> samples;
    for (;;) {
      try {
        if (!feed.next(samples)) return;
      } catch (const Error& error) {
        broken_ = error;  // what was heard before is worth as much as ever
        return;
      }
      const std::vector<StreamEvent> events = stream.push(samples);
      show([&] { output_->take(events, stream.pushed_s()); });
      if (unwritten_) return;
      tell_of_lag(feed, stream.pushed_s());
    }
  }

  // Standard output may fail while the result still has somewhere to go.
  template <typename Step>
  void show(const Step& step) {
    if (unwritten_) return;
    try {
      step();
    } catch (const OutputError& error) {
      unwritten_ = error;
    }
  }

  void tell(const std::string& text) {
    show([this] { output_->clear(); });
    report(text);
  }

  void tell_of_lag(const LiveFeed& feed, double analysed_s) {
    if (arguments_.run.quiet || !is_paced() || told_of_wait_) return;
    const double behind_s = feed.behind_s(analysed_s);
    if (behind_s < kWorthTelling_s) return;
    if (!std::exchange(told_of_lag_, true)) {
      std::array<char, 200> text{};
      std::snprintf(text.data(), text.size(),
                    "analysis is %.0f s behind the sound; nothing is left out, and events come "
                    "later (%s)",
                    behind_s,
                    options_.delay_s < kCheapest_s ? "a --delay of 2 s or more takes less work"
                                                   : "the machine has other work, or is too slow");
      tell(text.data());
    }
    if (!feed.full()) return;
    told_of_wait_ = true;
    tell(
        "so much sound waits for analysis that reading has to wait as well; a device that cannot "
        "may lose some");
  }

  /// Does sound come at a pace of its own? Only then can one be behind.
  bool is_paced() const {
    std::error_code error;
    return arguments_.realtime || !sound_.device.empty() || arguments_.microphone ||
           !fs::is_regular_file(arguments_.input == "-" ? "/dev/stdin" : arguments_.input, error);
  }

  int finish(Stream& stream, std::optional<KnownVoices>& voices) {
    // Nobody sees the rest, and nothing is to be written.
    if (unwritten_ && outputs_.empty() && !arguments_.run.remember) return ended();
    if (stopped_) show([this] { output_->say("finishing; Ctrl-C again ends at once"); });
    Stream::End end = stream.finish();
    show([&] { output_->end(end.events, stream.pushed_s()); });
    Finding finding{std::move(end.diarization), std::nullopt};
    finding.diarization.recording = recording_;
    const std::string prefix = subject_ + ": ";
    const bool quiet = arguments_.run.quiet;
    if (voices) voices->name(finding.diarization, quiet ? nullptr : &prefix);
    write_outputs(finding, outputs_);
    if (!quiet) {
      for (const std::string& notice : finding.diarization.notices) report(prefix + notice);
    }
    if (to_people_ && !quiet) {
      show([&] { write_standard_output(summary_of(finding.diarization)); });
    }
    return ended();
  }

  std::string summary_of(Diarization diarization) const {
    const bool utf8 = locale_is_utf8();
    diarization.statistics.real_time_factor = 0;  // says nothing where one waits for sound
    return summary(diarization, printable(subject_, utf8), terminal_width(STDOUT_FILENO), utf8);
  }

  // What is left to say, once all is written.
  int ended() {
    if (broken_) {
      report(broken_->what());
      return exit_code_of(broken_->code());
    }
    if (!unwritten_) return kSuccess;
    // As `| head` does it.
    if (!unwritten_->reader_gone()) report(unwritten_->what());
    return kOutput;
  }

  int without_sound() const {
    if (broken_) throw Error(*broken_);
    if (stopped_) {
      report("interrupted before there was any sound; nothing was written");
      return kInterrupted;
    }
    throw Error(ErrorCode::corrupt_audio, subject_, "has no samples", "does anything send sound?");
  }

  const LiveArguments& arguments_;
  const CancellationToken stop_;
  const LiveAudioOptions sound_;
  StreamOptions options_;
  const std::vector<PlannedOutput> outputs_;
  const std::string subject_;
  const std::string recording_;
  const bool to_people_;
  std::unique_ptr<LiveOutput> output_;
  std::optional<Error> broken_;           ///< What ended the sound.
  std::optional<OutputError> unwritten_;  ///< What standard output would not take.
  bool stopped_ = false;
  bool told_of_lag_ = false;
  bool told_of_wait_ = false;
};

}  // namespace

Command add_live_command(CLI::App& parent) {
  CLI::App* app =
      parent.add_subcommand("live", "Tell who speaks while it is spoken: microphone, pipe, URL");
  const auto arguments = std::make_shared<LiveArguments>();
  add_live_options(*app, *arguments);
  return {app, [arguments] {
            const CancellationToken stop;
            finish_on_signals(stop);
            return LiveRun(*arguments, stop).all();
          }};
}

}  // namespace diarist::cli
