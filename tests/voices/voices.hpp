// People to test with, and places to keep them in.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarization.hpp"
#include "diarist/error.hpp"
#include "diarist/speaker_store.hpp"

#include "testing/random_values.hpp"

namespace diarist::testing {

/// An embedding of the built-in model's size. The same person gives a similar one on each day,
/// different people have nothing in common.
inline std::vector<float> voice_of(unsigned person, unsigned day = 0) {
  std::vector<float> embedding = random_values(256, 1000 + person);
  const std::vector<float> noise = random_values(256, 100000 + 1000 * person + day);
  for (std::size_t i = 0; i < embedding.size(); ++i) {
    embedding[i] = 0.1F * embedding[i] + 0.01F * noise[i];
  }
  return embedding;
}

inline VoiceSample sample_of(unsigned person, unsigned day = 0, double speech_s = 20) {
  return {voice_of(person, day), speech_s, "day" + std::to_string(day)};
}

/// Everybody speaks for `each_s`, one after the other.
inline Diarization meeting_of(const std::vector<unsigned>& people, unsigned day,
                              double each_s = 20) {
  Diarization meeting;
  meeting.recording = "meeting" + std::to_string(day);
  for (std::size_t i = 0; i < people.size(); ++i) {
    Speaker speaker;
    speaker.name = "SPEAKER_0" + std::to_string(i);
    speaker.total_s = each_s;
    speaker.centroid = voice_of(people[i], day);
    meeting.speakers.push_back(speaker);
    const double start_s = each_s * static_cast<double>(i);
    meeting.turns.push_back({start_s, start_s + each_s, static_cast<int>(i), 1, 1});
  }
  meeting.duration_s = each_s * static_cast<double>(people.size());
  return meeting;
}

inline std::vector<std::string> names_in(const std::vector<KnownVoice>& voices) {
  std::vector<std::string> names;
  for (const KnownVoice& voice : voices) names.push_back(voice.name);
  return names;
}

inline std::vector<std::string> names_in(const Diarization& diarization) {
  std::vector<std::string> names;
  for (const Speaker& speaker : diarization.speakers) names.push_back(speaker.name);
  return names;
}

/// A fresh folder for each test, removed afterwards.
class StoreTest : public ::testing::Test {
 public:
  static std::string bytes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 protected:
  StoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "diarist-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~StoreTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path file() const { return folder_ / "voices.db"; }
  SpeakerStore open() const { return SpeakerStore(file(), {.create = true}); }

  /// Of all files in the folder, one after the other.
  std::string all_bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      all += bytes(entry.path());
    }
    return all;
  }

 private:
  std::filesystem::path folder_;
};

/// The error of a call, which must be one of ours.
template <typename Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was refused";
  return {ErrorCode::internal, "", ""};
}

}  // namespace diarist::testing
