#include "cli/program.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <sndfile.h>

#include "testing/places.hpp"

extern char** environ;

namespace diarist::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<char*> argument_list(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> with_program(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

int exit_code_of_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProgramTest::ProgramTest() {
  std::string pattern = (fs::temp_directory_path() / "diarist-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
}

ProgramTest::~ProgramTest() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove(folder_.string() + ".out", ignored);
  fs::remove(folder_.string() + ".err", ignored);
}

Outcome ProgramTest::run(const std::vector<std::string>& arguments,
                         const RunOptions& options) const {
  // Beside the folder, so that a listing shows only what the program made.
  const std::string out = folder_.string() + ".out";
  const std::string err = folder_.string() + ".err";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, options.standard_input.c_str(), O_RDONLY,
                                   0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
                                   options.standard_output.value_or(out).c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<std::string> words = with_program(arguments);
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, program(), &actions, nullptr, argument_list(words).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(std::string("cannot start ") + program());

  const Clock::time_point start = Clock::now();
  Clock::time_point signalled = start + options.signal_after;
  if (options.signal) {
    if (options.signal_once) {
      while (!options.signal_once() && Clock::now() - start < std::chrono::minutes(2)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      signalled = Clock::now();
    }
    std::this_thread::sleep_until(signalled);
    ::kill(child, *options.signal);
    for (int more = 1; more < options.signals; ++more) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      ::kill(child, *options.signal);
    }
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const std::chrono::duration<double> after = Clock::now() - signalled;
  Outcome outcome;
  outcome.exit_code = exit_code_of_status(status);
  outcome.out = contents(out);
  outcome.err = contents(err);
  outcome.seconds_after_signal = after.count();
  return outcome;
}

Outcome ProgramTest::run_on_terminal(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = with_program(arguments);
  const std::vector<char*> list = argument_list(words);
  const winsize size{24, 80, 0, 0};
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("no terminal to be had");
  if (child == 0) {
    ::setenv("TERM", "xterm", 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    if (::chdir(folder_.c_str()) == 0) ::execv(program(), list.data());
    ::_exit(127);
  }
  Outcome outcome;
  char block[4096];
  // A terminal whose other side is closed gives an error, not an end.
  for (ssize_t got = 0; (got = ::read(terminal, block, sizeof block)) > 0;) {
    outcome.out.append(block, static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  outcome.exit_code = exit_code_of_status(status);
  return outcome;
}

std::string ProgramTest::told_so_far() const { return contents(folder_.string() + ".out"); }

void ProgramTest::write_text(const std::string& name, const std::string& text) const {
  fs::create_directories(path(name).parent_path());
  std::ofstream(path(name), std::ios::binary) << text;
}

std::string ProgramTest::read_text(const std::string& name) const { return contents(path(name)); }

std::vector<std::string> ProgramTest::listing(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path(name))) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void ProgramTest::cut_sample(const std::string& name, double from_s, double to_s) const {
  SF_INFO info{};
  SNDFILE* in = ::sf_open((source_dir() / "samples/sample.wav").c_str(), SFM_READ, &info);
  if (in == nullptr) throw std::runtime_error("samples/sample.wav cannot be read");
  const auto frames = static_cast<sf_count_t>((to_s - from_s) * info.samplerate);
  std::vector<std::int16_t> samples(static_cast<std::size_t>(frames));
  ::sf_seek(in, static_cast<sf_count_t>(from_s * info.samplerate), SEEK_SET);
  ::sf_readf_short(in, samples.data(), frames);
  ::sf_close(in);

  const bool flac = path(name).extension() == ".flac";
  SF_INFO format{};
  format.samplerate = info.samplerate;
  format.channels = 1;
  format.format = (flac ? SF_FORMAT_FLAC : SF_FORMAT_WAV) | SF_FORMAT_PCM_16;
  SNDFILE* out = ::sf_open(path(name).c_str(), SFM_WRITE, &format);
  ::sf_writef_short(out, samples.data(), frames);
  ::sf_close(out);
}

void ProgramTest::write_noise(const std::string& name, double seconds) const {
  std::vector<float> samples(static_cast<std::size_t>(seconds * 16000));
  std::uint32_t state = 1;
  for (float& sample : samples) {
    state = state * 1664525U + 1013904223U;
    sample = static_cast<float>(static_cast<std::int32_t>(state)) * (0.01F / 2147483648.0F);
  }
  write_wav(name, samples);
}

void ProgramTest::write_wav(const std::string& name, const std::vector<float>& samples,
                            int channels) const {
  SF_INFO format{};
  format.samplerate = 16000;
  format.channels = channels;
  format.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SNDFILE* out = ::sf_open(path(name).c_str(), SFM_WRITE, &format);
  ::sf_writef_float(out, samples.data(), static_cast<sf_count_t>(samples.size()) / channels);
  ::sf_close(out);
}

}  // namespace diarist::testing
