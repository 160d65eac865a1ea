// Whom clustering finds but who is no speaker yet: many are gone with its next answer.
#pragma once

#include <cstddef>
#include <vector>

namespace diarist::pipeline {

/// Not safe to share.
class LiveCandidates {
 public:
  /// A candidate has to be found for `confirming_s` seconds, in each answer of that time.
  LiveCandidates(std::size_t dimensions, double confirming_s)
      : dimensions_(dimensions), confirming_s_(confirming_s) {}

  /// An answer begins, of when `heard_s` was heard.
  void begin_answer(double heard_s);

  /// Whether somebody of this answer, [dimensions], has been found for long enough; a candidate
  /// where not.
  bool confirmed(const float* centroid);

 private:
  struct Candidate {
    double since_s = 0;
    std::vector<float> centroid;
  };

  std::size_t dimensions_;
  double confirming_s_;
  double heard_s_ = 0;
  std::vector<Candidate> before_;  ///< Of the last answer.
  std::vector<Candidate> now_;
};

}  // namespace diarist::pipeline
