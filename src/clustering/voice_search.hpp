// Who there is, from how single seconds sound.
//
// In: embeddings of about a second each in which one person speaks, as unit vectors [n, 256], and
// how long each lasts. Out: the speakers' centroids, unit vectors [speakers, 256]. Deterministic;
// safe from any thread.
//
// VBx needs a few minutes of evidence before it believes in a second speaker; seconds are many even
// in a short recording. And a number of speakers that is given is reached by splitting and merging
// what was found, rather than by starting anew: what is known of the others stays.
#pragma once

#include <span>

#include "diarist/run.hpp"

#include "clustering/matrix.hpp"

namespace diarist::clustering {

/// Chosen on simulated meetings, slices of them of 30 to 120 s, and joined real excerpts; see
/// docs/accuracy.md.
struct VoiceSearchOptions {
  double linkage_distance = 0.7;  ///< Average cosine distance up to which clusters are merged.
  double merge_cosine = 0.5;      ///< Centroids that are nearer than this are one person.
  int least_members = 5;          ///< Fewer are nobody: a second of speech on a grid of 0.24 s.
  /// Parts of a speaker that is split are at least so far apart: at 0.65 a true number that is
  /// given makes real excerpts worse than none, as not all who speak there can be told apart.
  double split_distance = 0.9;
  int least_split_members = 3;  ///< And they hold at least so many.
  int most_linked = 512;        ///< Of one speaker's members, evenly spaced, for splitting.
};

/// Average linkage, then centroids that are alike are merged and every embedding goes to the
/// nearest. At least one speaker. `units`: [n >= 1, 256] with n bounded by the caller (n x n
/// doubles are held); `weights`: [n], > 0. Throws Error{cancelled}.
RowMatrix find_voices(const RowMatrix& units, std::span<const double> weights,
                      const VoiceSearchOptions& options, const CancellationToken& cancellation);

/// Splits the least uniform speakers, or merges the most alike, until there are `wanted`. There may
/// be fewer in the end: where no speaker falls into two parts that are far enough apart.
/// `centroids`: [speakers >= 1, 256], of any length. Throws Error{cancelled}.
RowMatrix reach_count(const RowMatrix& units, std::span<const double> weights, RowMatrix centroids,
                      int wanted, const VoiceSearchOptions& options,
                      const CancellationToken& cancellation);

}  // namespace diarist::clustering
