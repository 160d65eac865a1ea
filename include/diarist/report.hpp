// The report: who spoke when as one HTML page, to look at, listen to, correct and send on.
//
// The page fetches nothing and needs no program but a browser. docs/guide/report.md says what it
// can do, and what its data block holds. All functions are safe from any thread; the same input
// gives the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/formats.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"
#include "diarist/scoring.hpp"
#include "diarist/transcript.hpp"

namespace diarist {

/// The waveform of one channel.
struct ReportWaveform {
  int channel = 1;  ///< From 1; 1 for a down-mix.
  /// For each bin the root of its loudest sample over the recording's loudest, in 255ths: quiet
  /// speech keeps its detail.
  std::vector<std::uint8_t> bins;
};

/// What a page shows and plays of a recording.
struct ReportAudio {
  std::string file;                       ///< Name without folder, for readers who pick the file.
  double duration_s = 0;                  ///< Seconds, exactly.
  double bins_per_s = 0;                  ///< Of every waveform.
  float peak = 0;                         ///< The recording's loudest sample, as it is in the file.
  std::vector<ReportWaveform> waveforms;  ///< In the order of channels.
  std::string ogg_opus;                   ///< The sound itself, mono; empty where it is left out.
};

/// Which part of a recording is read, and whether its sound goes into the page.
struct ReportAudioOptions {
  ChannelMode channel_mode = ChannelMode::downmix;  ///< As BehaviorOptions::channel_mode.
  int channel = 1;                                  ///< From 1, with ChannelMode::pick.
  /// Take the sound along as Ogg Opus, about 0.2 MB a minute: Chromium and Firefox play it, and
  /// Safari from version 18.4 on.
  bool embed = false;
};

/// Reads a recording once. At most 300,000 bins in all, 200 a second where the recording is short.
/// Throws as Diarizer::diarize() does for recordings that cannot be read, and Error{cancelled}.
DIARIST_EXPORT ReportAudio read_report_audio(const std::filesystem::path& recording,
                                             const ReportAudioOptions& options = {},
                                             const CancellationToken& cancellation = {});

/// What goes into a page beside the turns.
struct ReportOptions {
  std::string title;                    ///< The recording's name where empty.
  std::optional<ReportAudio> audio;     ///< Without it there is no waveform.
  std::optional<Annotation> reference;  ///< Errors are shown against it.
  ScoringOptions scoring;               ///< How; always by the convention of pyannote.
  /// What is said, beside the timeline; as assign_speakers() gives it, with SegmentSplit::always
  /// for every segment to have one speaker.
  std::optional<Transcript> transcript;
};

/// Writes the page, UTF-8. Its text, whatever it is, stands in the page as text and cannot run.
/// Throws Error{invalid_argument} as score() does; check the stream otherwise.
DIARIST_EXPORT void write_report(std::ostream& out, const Diarization& diarization,
                                 const ReportOptions& options = {});

}  // namespace diarist
