// What the networks made of recordings, kept in a folder between runs.
//
// The analysis is nearly all of the work and depends on neither the number of speakers nor how
// turns are tidied: a second run with other such options takes clustering's time. An entry is one
// file, NAME.analysis, NAME being the digest of all that the analysis follows from. Entries are
// written under a temporary name and renamed; one that is damaged, cut short or of another format
// counts as missing. Any of them may be deleted at any time.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diarist/options.hpp"
#include "diarist/run.hpp"

#include "pipeline/analysis_stream.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {

/// All streams of a recording, analysed.
struct AnalysedRecording {
  struct Stream {
    int channel = 1;
    Analysis analysis;  ///< `stages` are not kept.
  };
  double duration_s = 0;
  std::vector<Stream> streams;
};

/// What an analysis follows from, besides the recording.
struct AnalysisSettings {
  std::string pack;  ///< model::Pack::digest()
  PresetParameters preset;
  Precision precision = Precision::automatic;  ///< As resolved.
  InstructionSet isa{};
  ChannelMode channel_mode = ChannelMode::downmix;
  int channel = 1;
};

std::string settings_digest(const AnalysisSettings& settings);
/// Of a file's bytes, whatever it is called. Nothing where it is no regular file, or cannot be
/// read: opening it will say why.
/// Looks at `cancellation` for each megabyte.
std::optional<std::string> content_digest(const std::filesystem::path& recording,
                                          const CancellationToken* cancellation = nullptr);

/// The name of a recording's analysis: by content_digest(), and nothing where that is nothing.
std::optional<std::string> analysis_name(const std::filesystem::path& recording,
                                         const AnalysisSettings& settings);
/// The same of samples in memory.
std::string analysis_name(std::span<const float> samples, int sample_rate_hz,
                          const AnalysisSettings& settings);

/// Safe from any thread, and with other processes at the same folder.
class AnalysisCache {
 public:
  explicit AnalysisCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Nothing where there is no sound entry.
  std::optional<AnalysedRecording> find(const std::string& name) const;
  /// Makes the folder where it is missing. Throws Error{io}.
  void keep(const std::string& name, const AnalysedRecording& recording) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace diarist::pipeline
