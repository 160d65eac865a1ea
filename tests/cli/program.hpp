// Runs the built program as a user would, and makes recordings to run it on.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diarist::testing {

struct Outcome {
  int exit_code = -1;  ///< 128 + the signal where one ended the program.
  std::string out;
  std::string err;
  double seconds_after_signal = 0;
};

struct RunOptions {
  std::filesystem::path standard_input = "/dev/null";
  /// Where standard output goes instead of Outcome::out.
  std::optional<std::filesystem::path> standard_output;
  /// Sent so long after the start, or once something is so that is asked a hundred times a second,
  /// for two minutes at most.
  std::optional<int> signal;
  std::chrono::milliseconds signal_after{500};
  std::function<bool()> signal_once;
  /// How often, a fifth of a second apart.
  int signals = 1;
};

/// A fresh folder for each test, which the program runs in, removed afterwards.
class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  Outcome run(const std::vector<std::string>& arguments, const RunOptions& options = {}) const;
  /// The same with standard input, output and error on one terminal of 80 columns; all of what it
  /// shows is in Outcome::out.
  Outcome run_on_terminal(const std::vector<std::string>& arguments) const;

  /// What a program that is running has written to its standard output so far.
  std::string told_so_far() const;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  void write_text(const std::string& name, const std::string& text) const;
  std::string read_text(const std::string& name) const;
  /// Names of everything in a folder of the test's folder, hidden files too, sorted.
  std::vector<std::string> listing(const std::string& name = ".") const;

  /// The part of samples/sample.wav between two times, 16 kHz mono, in the format that the ending
  /// tells (wav, flac). From 6 s to 16 s both people speak.
  void cut_sample(const std::string& name, double from_s, double to_s) const;
  /// Quiet noise, the same every time, as 16 kHz mono WAV.
  void write_noise(const std::string& name, double seconds) const;
  void write_wav(const std::string& name, const std::vector<float>& samples,
                 int channels = 1) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace diarist::testing
