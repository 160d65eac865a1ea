// Who there is in a recording that is still going on, under names that stay.
//
// Clustering is asked again and again about all that was heard so far. What it finds is mapped to
// the speakers that there were by the seconds that they share (one to one, the Hungarian method): a
// speaker who was two becomes one of them, and who is new gets the next number. Between two askings
// each speaker sounds as the seconds did that were nearest to the cluster. Of whom nothing is kept
// any more, the centroid is: who sounds like that again gets the number that they had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "diarist/clustering.hpp"
#include "diarist/model.hpp"

#include "pipeline/live/live_analysis.hpp"
#include "pipeline/live/live_candidates.hpp"

namespace diarist::pipeline {

/// Not safe to share.
class LiveSpeakers {
 public:
  /// Where two are found already, somebody new has to be found for `confirming_s` seconds.
  LiveSpeakers(std::size_t dimensions, double confirming_s)
      : dimensions_(dimensions), candidates_(dimensions, confirming_s) {}

  /// Those who may be speaking: the others turned out to be one of them.
  const std::vector<int>& present() const { return present_; }

  /// One of them, under the number that stays.
  struct Known {
    int number = 0;
    std::vector<float> centroid;  ///< [dimensions]: of ten-second embeddings, not normalised.
    double speech_s = 0;          ///< Of what is kept.
  };
  /// In the order of present().
  std::vector<Known> heard() const;
  /// Changes with each answer.
  std::int64_t answers() const { return answers_; }

  /// `speaker_of`: who the first kept voices were called, below 0 for nobody. Throws as cluster()
  /// does.
  void ask(const Model& model, LiveAnalysis& analysis, std::span<const int> speaker_of,
           const ClusteringOptions& options, const CancellationToken& cancellation,
           std::optional<InstructionSet> isa);

  /// The cosines of a direction [dimensions] with those present, [present].
  void compare(const float* direction, double* cosines) const;

 private:
  void take(const Clustering& found, const Voices& voices, std::span<const int> speaker_of,
            std::optional<int> most, double heard_s);
  void know_again(std::span<const float> centroids, std::span<const std::size_t> clusters,
                  std::span<const int> speaker_of, std::vector<int>& name) const;
  /// Whom of those who were ever heard, and are not `taken`, a cluster sounds most like; -1 for
  /// none.
  int likest(std::span<const float> centroids, std::size_t cluster,
             std::span<const int> taken) const;
  void remember();

  const std::size_t dimensions_;
  LiveCandidates candidates_;
  /// Of each speaker when they were last found: as long as nobody is called by that number in what
  /// is kept, they are known again by it.
  struct Remembered {
    std::int64_t answer = 0;      ///< When that was.
    std::vector<float> centroid;  ///< [dimensions]: a unit vector.
  };

  int count_ = 0;  ///< Numbers that were ever given: 0 to count_ - 1.
  std::int64_t answers_ = 0;
  std::vector<int> present_;
  std::vector<float> centroids_;          ///< [present, dimensions]: unit vectors.
  std::vector<float> windows_;            ///< Likewise, of ten-second embeddings, of any length.
  std::vector<double> speech_s_;          ///< [present]
  std::map<int, Remembered> remembered_;  ///< By number.
};

}  // namespace diarist::pipeline
