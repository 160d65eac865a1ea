// `diarist live` end to end: what comes while it listens, and what is left at the end.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <poll.h>
#include <regex>
#include <signal.h>
#include <sstream>
#include <string>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "testing/places.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using diarist::testing::Outcome;
using diarist::testing::RunOptions;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kWavHeader = 44;

#define DIARIST_NEEDS_FFMPEG() \
  if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) GTEST_SKIP() << "needs ffmpeg"

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Live : public diarist::testing::ProgramTest {
 protected:
  Live() {
    ::signal(SIGPIPE, SIG_IGN);
    cut_sample("talk.wav", 6, 24);
    wav_ = read_text("talk.wav");
  }

  /// With standard input from a file.
  Outcome live(const std::vector<std::string>& arguments, const std::string& input = "talk.wav",
               RunOptions options = {}) const {
    options.standard_input = path(input);
    std::vector<std::string> words{"live", "-"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run(words, options);
  }

  /// The end of a pipe that the program listens to.
  class Sender {
   public:
    explicit Sender(int end) : end_(end) {}
    void write(std::string_view bytes) const {
      while (!bytes.empty()) {
        const ssize_t written = ::write(end_, bytes.data(), bytes.size());
        if (written < 0) return;  // Nobody listens any more.
        bytes.remove_prefix(static_cast<std::size_t>(written));
      }
    }
    /// Waits until somebody has read all of it, for a minute at most.
    void wait_until_taken() const {
      int left = 1;
      for (int i = 0; i < 6000 && ::ioctl(end_, FIONREAD, &left) == 0 && left > 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
    /// Says nothing more until nobody listens any more, for half a minute at most.
    void hold() const {
      pollfd gone{end_, 0, 0};
      ::poll(&gone, 1, 30000);
    }

   private:
    int end_;
  };

  /// The same with what `send` sends, whose end is the end of the sound.
  Outcome fed(const std::vector<std::string>& arguments,
              const std::function<void(const Sender&)>& send, RunOptions options = {}) const {
    const fs::path pipe = path(".sound");
    EXPECT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::thread feeder([&] {
      const int end = ::open(pipe.c_str(), O_WRONLY);
      send(Sender(end));
      ::close(end);
    });
    const Outcome outcome = live(arguments, ".sound", std::move(options));
    feeder.join();
    fs::remove(pipe);
    return outcome;
  }

  /// As the program says of the same recording when it has all of it.
  std::string whole(const std::string& format, const std::vector<std::string>& more = {}) const {
    RunOptions options;
    options.standard_input = path("talk.wav");
    std::vector<std::string> words{"-", "-f", format};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, options).out;
  }

  std::string wav_;
};

TEST_F(Live, TellsEventsAsLinesOfJson) {
  const Outcome outcome = live({});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  std::map<std::int64_t, std::string> last;
  std::vector<std::string> names;
  double clock_s = 0;
  for (const std::string& line : lines_of(outcome.out)) {
    const auto event = nlohmann::json::parse(line);
    ASSERT_EQ(event.size(), 9U) << line;
    EXPECT_GE(event.at("clock_s").get<double>(), clock_s);
    clock_s = event.at("clock_s");
    EXPECT_LE(event.at("end_s").get<double>(), clock_s);
    const std::string kind = event.at("kind");
    if (kind == "speaker") {
      names.push_back(event.at("name"));
    } else {
      EXPECT_EQ(last.contains(event.at("turn")), kind != "begun") << line;
      last[event.at("turn")] = kind;
    }
  }
  EXPECT_THAT(names, ElementsAre("SPEAKER_00", "SPEAKER_01"));
  EXPECT_GE(last.size(), 3U);
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
}

TEST_F(Live, EventsAreTheSameHoweverTheSoundComes) {
  const std::string expected = live({}).out;
  // A WAV of open length, as a recorder sends it, in pieces of odd sizes, some with pauses.
  std::string open_wav = wav_;
  std::memset(open_wav.data() + 4, 0xFF, 4);
  std::memset(open_wav.data() + 40, 0xFF, 4);
  const Outcome trickled = fed({"--threads", "1"}, [&](const Sender& sender) {
    std::size_t size = 1;
    for (std::size_t at = 0; at < open_wav.size(); at += size) {
      size = at < 100 ? 7 : 1000 + at % 4999;
      sender.write(std::string_view(open_wav).substr(at, size));
      if (at % 11 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  EXPECT_EQ(trickled.exit_code, kSuccess) << trickled.err;
  EXPECT_EQ(trickled.out, expected);
  // The same as raw samples, the last of which is cut in two.
  const Outcome raw = fed({"--raw", "s16le"}, [&](const Sender& sender) {
    for (std::size_t at = kWavHeader; at < wav_.size(); at += 3333) {
      sender.write(std::string_view(wav_).substr(at, 3333));
    }
    sender.write("x");
  });
  EXPECT_EQ(raw.out, expected) << raw.err;
}

TEST_F(Live, RawSamplesOfSeveralChannelsAndAnotherRate) {
  // Both channels are the same; every second sample, as if it were 8 kHz.
  std::string floats;
  for (std::size_t at = kWavHeader; at + 4 <= wav_.size(); at += 4) {
    std::int16_t sample = 0;
    std::memcpy(&sample, wav_.data() + at, 2);
    const float value = static_cast<float>(sample) / 32768;
    const std::string bytes(reinterpret_cast<const char*>(&value), 4);
    floats += bytes + bytes;
  }
  write_text("floats", floats);
  const Outcome outcome = live(
      {"--raw", "f32le", "--channels", "2", "--sample-rate", "8000", "-o", "turns.json"}, "floats");
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  const auto json = nlohmann::json::parse(read_text("turns.json"));
  EXPECT_EQ(json.at("duration"), 18.0);
  EXPECT_EQ(json.at("recording"), "stdin");
  EXPECT_EQ(json.at("speakers").size(), 2U);
}

TEST_F(Live, LeavesWhatDiarizeWouldHaveWritten) {
  EXPECT_EQ(live({"-o", "turns/", "--output-format", "rttm,json,csv"}).exit_code, kSuccess);
  EXPECT_THAT(listing("turns"), ElementsAre("stdin.csv", "stdin.json", "stdin.rttm"));
  for (const char* format : {"rttm", "json", "csv"}) {
    EXPECT_EQ(read_text(std::string("turns/stdin.") + format), whole(format)) << format;
  }
  EXPECT_EQ(
      live({"-o", "one.json", "--max-speakers", "1", "--min-turn", "1", "--exclusive"}).exit_code,
      kSuccess);
  EXPECT_EQ(read_text("one.json"),
            whole("json", {"--max-speakers", "1", "--min-turn", "1", "--exclusive"}));
}

// Every line of RTTM is a turn as the events had it in the end; none was written before that was
// sure, and none is missing.
TEST_F(Live, RttmHasATurnOnceItCannotChange) {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--delay", "0.5", "--settle", "2"},
        std::vector<std::string>{"--merge-gap", "1.5", "--settle", "3"}}) {
    std::map<std::int64_t, nlohmann::json> last;
    for (const std::string& line : lines_of(live(options).out)) {
      const auto event = nlohmann::json::parse(line);
      if (event.at("kind") != "speaker") last[event.at("turn")] = event;
    }
    std::vector<std::string> expected;
    for (const auto& [turn, event] : last) {
      if (event.at("end_s") == event.at("start_s")) continue;
      char start[32];
      std::snprintf(start, sizeof start, "%.3f", event.at("start_s").get<double>());
      expected.push_back("SPEAKER stdin 1 " + std::string(start) + " .* " +
                         event.at("name").get<std::string>() + " <NA> <NA>");
    }
    std::vector<std::string> with_format = options;
    with_format.insert(with_format.end(), {"-f", "rttm"});
    std::vector<std::string> lines = lines_of(live(with_format).out);
    ASSERT_EQ(lines.size(), expected.size());
    for (const std::string& pattern : expected) {
      EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return std::regex_match(line, std::regex(pattern));
      })) << pattern;
    }
  }
}

TEST_F(Live, WhatFfmpegOpens) {
  DIARIST_NEEDS_FFMPEG();
  const Outcome outcome = run({"live", "talk.wav", "-o", "turns.json"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_EQ(outcome.out, live({}).out);
  ASSERT_EQ(run({"talk.wav", "-o", "whole.json"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("turns.json"), read_text("whole.json"));
  // A name that ffmpeg might take for a protocol's.
  fs::rename(path("talk.wav"), path("a:b.wav"));
  EXPECT_EQ(run({"live", "a:b.wav"}).out, outcome.out);
}

TEST_F(Live, OnATerminalItIsDrawn) {
  DIARIST_NEEDS_FFMPEG();
  const Outcome outcome = run_on_terminal({"live", "talk.wav", "-o", "turns.rttm"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("\033[J"), HasSubstr("now SPEAKER_0"),
                                 HasSubstr("1 min ago"), HasSubstr("\033[36mSPEAKER_00\033[0m")));
  // Nothing is drawn over what stands at the end.
  const std::string end = outcome.out.substr(outcome.out.rfind("\033[J") + 3);
  EXPECT_THAT(end, AllOf(HasSubstr("talk.wav: 0:18, 2 speakers"), HasSubstr("  speaker")));
  EXPECT_FALSE(read_text("turns.rttm").empty());

  ::setenv("NO_COLOR", "1", 1);
  const Outcome plain = run_on_terminal({"live", "talk.wav"});
  ::unsetenv("NO_COLOR");
  EXPECT_THAT(plain.out, AllOf(HasSubstr("1 min ago"), Not(HasSubstr("\033[36m"))));
  EXPECT_THAT(run_on_terminal({"live", "talk.wav", "--quiet"}).out, IsEmpty());
  const Outcome lines = run_on_terminal({"live", "talk.wav", "--format", "jsonl"});
  EXPECT_THAT(lines.out, AllOf(StartsWith("{\"kind\":"), Not(HasSubstr("\033"))));
}

TEST_F(Live, CtrlCEndsTheListening) {
  for (const int signal : {SIGINT, SIGTERM}) {
    RunOptions options;
    std::atomic<bool> taken = false;
    options.signal = signal;
    options.signal_once = [&] { return taken && !told_so_far().empty(); };
    const std::string samples = wav_.substr(kWavHeader);
    const Outcome outcome = fed(
        {"--raw", "s16le", "-o", "turns.json"},
        [&](const Sender& sender) {
          sender.write(samples);
          sender.wait_until_taken();
          taken = true;
          sender.hold();
        },
        options);
    EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
    EXPECT_LT(outcome.seconds_after_signal, 20);  // while the sound was still open
    EXPECT_EQ(read_text("turns.json"), whole("json"));
    const auto lines = lines_of(outcome.out);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(nlohmann::json::parse(lines.back()).at("kind"), "ended");
    EXPECT_THAT(listing(), ElementsAre("talk.wav", "turns.json"));
  }
}

TEST_F(Live, CtrlCAgainEndsTheProgram) {
  RunOptions options;
  options.signal = SIGINT;
  options.signal_once = [&] { return !told_so_far().empty(); };
  options.signals = 2;
  // What there is to analyse takes longer than that.
  const Outcome outcome =
      live({"-o", "turns.json", "--preset", "exact", "--isa", "scalar", "--threads", "1"},
           "talk.wav", options);
  EXPECT_EQ(outcome.exit_code, kInterrupted);
  EXPECT_LT(outcome.seconds_after_signal, 5.0);
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
}

TEST_F(Live, CtrlCBeforeThereIsAnySound) {
  RunOptions options;
  options.signal = SIGINT;
  std::atomic<bool> taken = false;  // The program reads: it heeds signals by then.
  options.signal_once = [&] { return taken.load(); };
  const Outcome outcome = fed(
      {"-o", "turns.json"},
      [&](const Sender& sender) {
        sender.write(wav_.substr(0, 20));
        sender.wait_until_taken();
        taken = true;
        sender.hold();
      },
      options);
  EXPECT_EQ(outcome.exit_code, kInterrupted);
  EXPECT_THAT(outcome.err, HasSubstr("before there was any sound"));
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
}

TEST_F(Live, AReaderWhoGoesAwayIsNoReasonToLoseTheResult) {
  ASSERT_EQ(::mkfifo(path(".events").c_str(), 0600), 0);
  std::thread reader([&] {
    const int end = ::open(path(".events").c_str(), O_RDONLY);
    char byte = 0;
    EXPECT_EQ(::read(end, &byte, 1), 1);
    ::close(end);
  });
  RunOptions options;
  options.standard_output = path(".events");
  const Outcome outcome = live({"-o", "turns.json"}, "talk.wav", options);
  reader.join();
  EXPECT_EQ(outcome.exit_code, kOutput);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_GT(nlohmann::json::parse(read_text("turns.json")).at("duration").get<double>(), 1.0);
}

TEST_F(Live, SoundThatBreaksOffLeavesWhatWasHeard) {
  std::vector<float> samples(3 * 16000, 0.01F);
  samples[32000] = std::numeric_limits<float>::infinity();
  write_text("bad", std::string(reinterpret_cast<const char*>(samples.data()), 4 * samples.size()));
  const Outcome outcome = live({"--raw", "f32le", "-o", "turns.json"}, "bad");
  EXPECT_EQ(outcome.exit_code, kAudio);
  EXPECT_THAT(outcome.err, HasSubstr("standard input: has a sample at 2.000 s that is not finite"));
  EXPECT_EQ(nlohmann::json::parse(read_text("turns.json")).at("duration"), 2.0);
}

TEST_F(Live, NamesKnownVoicesInTheResult) {
  cut_sample("one.wav", 22, 27);
  ASSERT_EQ(run({"speakers", "add", "Ann", "one.wav", "--store", "voices.db"}).exit_code, kSuccess);
  const Outcome outcome =
      live({"-o", "turns.rttm", "--identify", "voices.db", "--min-score=-1000"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_EQ(read_text("turns.rttm"),
            whole("rttm", {"--identify", "voices.db", "--min-score=-1000"}));
  EXPECT_THAT(read_text("turns.rttm"), HasSubstr(" Ann "));
  EXPECT_THAT(live({"--identify", "new.db", "--remember", "-o", "turns.rttm"}).err,
              HasSubstr("standard input: remembered VOICE_0001"));
}

// Events by the store as it was at first; the result by what is left of it, and by that alone.
TEST_F(Live, ForgetsInTheResultWhoIsForgottenMeanwhile) {
  cut_sample("one.wav", 22, 27);
  ASSERT_EQ(run({"speakers", "add", "Ann", "one.wav", "--store", "voices.db"}).exit_code, kSuccess);
  RunOptions options;
  options.standard_output = path(".events");  // Another run writes to the usual place.
  const Outcome outcome = fed(
      {"--identify", "voices.db", "-o", "turns.json"},
      [&](const Sender& sender) {
        sender.write(wav_.substr(0, wav_.size() - 2000));
        for (int i = 0; i < 6000; ++i) {
          if (read_text(".events").find("identified") != std::string::npos) break;
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        run({"speakers", "forget", "Ann", "--store", "voices.db"});
        sender.write(wav_.substr(wav_.size() - 2000));
      },
      options);
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(read_text(".events"), HasSubstr("\"Ann\""));
  EXPECT_THAT(read_text("turns.json"), Not(HasSubstr("Ann")));
}

TEST_F(Live, TellsOnceThatTheHistoryWasTooShort) {
  write_text("long", std::string(std::size_t{720} * 16000 * 2, '\0'));
  const Outcome outcome =
      live({"--raw", "s16le", "--delay", "10", "--history", "600", "-o", "turns.json"}, "long");
  EXPECT_EQ(outcome.exit_code, kSuccess);
  const auto lines = lines_of(outcome.err);
  EXPECT_EQ(std::count_if(
                lines.begin(), lines.end(),
                [](const std::string& line) { return line.find("history") != std::string::npos; }),
            1)
      << outcome.err;
}

TEST_F(Live, NamesKnownVoicesWhileTheySpeak) {
  cut_sample("one.wav", 22, 27);
  ASSERT_EQ(run({"speakers", "add", "Ann", "one.wav", "--store", "voices.db"}).exit_code, kSuccess);
  const Outcome outcome = live({"--identify", "voices.db"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  bool known = false;
  bool speaks = false;
  for (const std::string& line : lines_of(outcome.out)) {
    const auto event = nlohmann::json::parse(line);
    EXPECT_EQ(event.contains("score"), event.at("kind") == "identified") << line;
    if (event.at("kind") == "identified") {
      EXPECT_EQ(event.at("name"), "Ann");
      EXPECT_GE(event.at("score").get<double>(), 4);
      known = true;
    } else if (event.at("name") == "Ann") {
      EXPECT_TRUE(known) << line;
      speaks = true;
    }
  }
  EXPECT_TRUE(speaks);
}

TEST_F(Live, BadInput) {
  const auto refused = [&](const Outcome& outcome, int exit_code, const std::string& message) {
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(MatchesRegex("diarist: [^\n]+\n"), HasSubstr(message)));
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_FALSE(fs::exists(path("turns.rttm")));
  };
  write_text("cut.wav", wav_.substr(0, 30));
  refused(live({"-o", "turns.rttm"}, "cut.wav"), kAudio, "ends within its header");
  write_text("silent.wav", wav_.substr(0, kWavHeader));
  refused(live({"-o", "turns.rttm"}, "silent.wav"), kAudio, "has no samples");
  write_text("text", "no sound, however long one listens to it");
  refused(live({"-o", "turns.rttm"}, "text"), kAudio, "is no WAV");
  refused(live({"-o", "turns.rttm", "--model", "missing.safetensors"}), kModel, "missing");
  refused(live({"-o", "talk.wav/turns.rttm"}), kOutput, "talk.wav");
  refused(live({"-o", "turns.rttm", "--identify", "missing.db"}), kInput, "missing.db");
}

TEST_F(Live, BadOptions) {
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& message) {
    std::vector<std::string> words{"live"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_code, kUsage) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  };
  refused({}, "INPUT: is missing");
  refused({"-", "--microphone"}, "give one of them");
  refused({"--microphone", "--raw", "s16le"}, "--raw");
  refused({"-", "--delay", "0.4"}, "--delay: must be 0.5 to 10 seconds, not 0.4");
  refused({"-", "--settle", "1"}, "--settle: must be 2 to 60 seconds, not 1");
  refused({"-", "--history", "60"}, "--history: must be 600 to 604800 seconds, not 60");
  refused({"-", "--raw", "mp3"}, "take s16le or f32le");
  refused({"-", "--sample-rate", "8000"}, "--raw");
  refused({"-", "--raw", "s16le", "--sample-rate", "0"}, "give 1 to 768000");
  refused({"-", "--raw", "s16le", "--channels", "0"}, "give 1 to 1024");
  refused({"talk.wav", "--raw", "s16le"}, "cannot be raw samples");
  refused({"-", "--device", "alsa"}, "is no device");
  refused({"-", "--realtime"}, "has a pace of its own");
  refused({"-", "-o", "-"}, "cannot be standard output");
  refused({"-", "-o", "turns"}, "its ending tells no format");
  refused({"-", "--output-format", "rttm"}, "--output");
  refused({"-", "-f", "xml"}, "--format");
  refused({"-", "--speakers", "0"}, "at least 1");
  refused({"talk.wav", "-o", "talk.wav", "--output-format", "rttm"}, "would overwrite");
  EXPECT_EQ(read_text("talk.wav"), wav_);
}

TEST_F(Live, BadInputOfFfmpeg) {
  DIARIST_NEEDS_FFMPEG();
  const auto refused = [&](const std::vector<std::string>& arguments, int exit_code,
                           const std::string& message) {
    std::vector<std::string> words{"live"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(MatchesRegex("diarist: [^\n]+\n"), HasSubstr(message)));
  };
  write_text("text", "no sound");
  refused({"missing.wav"}, kInput, "missing.wav: cannot be opened (ffmpeg: No such file");
  refused({"text"}, kAudio, "text: cannot be opened");
  refused({"default", "--device", "gramophone"}, kInput, "gramophone");
  refused({"http://127.0.0.1:1/talk.mp3"}, kInput, "refused");
}

TEST_F(Live, WithoutFfmpeg) {
  const std::string before = std::getenv("PATH");
  fs::create_directory(path("bin"));
  ::setenv("PATH", path("bin").c_str(), 1);
  const Outcome file = run({"live", "talk.wav"});
  const Outcome microphone = run({"live", "--microphone"});
  ::setenv("PATH", before.c_str(), 1);
  for (const Outcome& outcome : {file, microphone}) {
    EXPECT_EQ(outcome.exit_code, kInput);
    EXPECT_THAT(outcome.err, HasSubstr("needs ffmpeg, which is not installed; install ffmpeg"));
  }
}

TEST_F(Live, AMicrophoneIsThereOrMissed) {
  // What an ffmpeg without any would say of each device.
  write_text("bin/ffmpeg", "#!/bin/sh\necho \"no $5 here\" >&2\nexit 1\n");
  fs::permissions(path("bin/ffmpeg"), fs::perms::owner_all);
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", (path("bin").string() + ":" + before).c_str(), 1);
  const Outcome outcome = run({"live", "--microphone"});
  ::setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("--microphone: finds none"), HasSubstr("pulse"),
                                 HasSubstr("alsa"), HasSubstr("--device")));
}

}  // namespace
}  // namespace diarist::cli
