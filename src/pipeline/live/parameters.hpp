// Every constant of live streams, in one table.
#pragma once

#include <cstddef>

namespace diarist::pipeline {

/// First guesses that held on four of the tuning meetings of docs/accuracy.md; where nothing else
/// is said, none was searched for.
struct LiveParameters {
  // How often the networks look: a hop is a share of the delay, within bounds. Twice as many cost
  // half as much again at 2 s, for nothing, and at 1 s for half a point of DER (docs/live.md).
  double hops_per_delay = 2;
  double least_hop_s = 0.25;
  double most_hop_s = 1;

  /// Windows of several streams that go through segmentation together: more of them cost little
  /// less each, and the first waits for longer.
  std::size_t most_looks_at_once = 3;

  /// What a window's last frames say is not believed before so much more has been heard, unless
  /// nothing else is known.
  double guard_s = 0.25;
  /// Feature frames that a frame of the trunk wants to its right; those with fewer are run again.
  int edge_frames = 16;

  /// Windows so far apart are kept for clustering.
  double kept_step_s = 2;

  // What is kept for it: all of the last minutes, and of the time before as many as these, evenly
  // spread. With 300 windows of each, asking takes 0.07 s.
  double recent_s = 600;
  std::size_t most_old_windows = 300;
  std::size_t most_old_voices = 2400;
  /// Windows further apart are no more evidence each than those of 5 s (EvidenceParameters).
  double most_step_s = 5;
  /// Who was heard and is in none of that any more is the same again from this cosine on: as
  /// VoiceSearchOptions::merge_cosine has it.
  double again_cosine = 0.5;
  /// So many such speakers are known, the last ones: 2 MB.
  std::size_t most_known = 1000;

  // Who there is is asked again after so long, or after that share of what has been heard, up to
  // some seconds: what asking costs is bounded by then.
  double least_period_s = 1;
  double period_share = 1.0 / 200;
  double most_period_s = 10;

  /// While less has been heard, two of a window who speak alone for long enough and sound so
  /// different are two people, should clustering find only one: half-minute excerpts of meetings
  /// are 1.3 points of DER better for it, at 0.15 as at 0.3; at 0.45 worse.
  double early_s = 60;
  double early_alone_s = 1;
  double early_cosine = 0.25;
  /// Seconds of speech, of one person alone, before there is a speaker.
  double least_speech_s = 1.0;
  /// Clustering must find somebody new for this share of the delay beyond 2 s before there is one
  /// more speaker, where it finds two others: many are gone with its next answer, and what they
  /// were called stays. One of three shares, by the tuning meetings.
  double confirming_share = 0.75;
  double confirmed_delay_s = 2;
  int believed_speakers = 2;
  /// Who sounds like that is the one whom the answer before had found: centroids of the same
  /// seconds, and a few more.
  double confirming_cosine = 0.7;
  /// What a window thinks of a local speaker against what its seconds were called before: per
  /// share of the local speaker's frames, in cosine.
  double history_weight = 0.5;
  /// What a second that is settled holds against every other speaker: more than all cosines do.
  double settled_weight = 10;
};

inline constexpr LiveParameters kLive{};

}  // namespace diarist::pipeline
