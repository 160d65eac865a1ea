// From scores of sets of speakers to the activity of each speaker (Plaquet and Bredin 2023).
//
// A segmentation network has one class for each set of speakers that may speak at once. What comes
// of its scores is decided in one pass over them, before any softmax: logarithms of probabilities
// are scores like others, since what is added to all of them changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace diarist::nets {

/// The classes of a network for so many speakers. Immutable; safe from any thread.
class Powerset {
 public:
  static constexpr int kMostSpeakers = 16;
  static constexpr int kMostClasses = 4096;

  /// Sets of up to `most_at_once` of `speakers`, in pyannote's order: nobody, each speaker alone,
  /// the pairs by their first and then their second member, and so on. Throws
  /// Error{invalid_argument} where 1 <= most_at_once <= speakers <= 16 does not hold, or there are
  /// more than 4096 sets.
  Powerset(int speakers, int most_at_once);

  int speakers() const { return speakers_; }
  int classes() const { return static_cast<int>(first_.size()) - 1; }

  /// One frame: `scores` [classes] are the network's last outputs or their log-softmax. `active`
  /// [speakers] becomes the set of the best class (the first of equals), `probability` [speakers]
  /// the summed softmax of the classes that hold the speaker, 0 to 255.
  void decode(const float* scores, std::uint8_t* active, std::uint8_t* probability) const;

 private:
  int speakers_;
  std::vector<std::uint8_t> members_;  ///< Of each class, one after the other;
  std::vector<std::size_t> first_;     ///< [classes + 1]: from here on.
};

}  // namespace diarist::nets
