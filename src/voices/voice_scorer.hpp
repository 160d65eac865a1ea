// How well an embedding goes with a voice: the likelihood ratio of the PLDA, calibrated.
//
// In the PLDA's features a look at a voice is N(voice, 1) and a voice N(0, phi), in every dimension
// apart. A voice of n sessions with mean m is then known as N(n phi m / (1 + n phi), phi / (1 + n
// phi)), and a look x has the ratio of N(x; that mean, that variance + 1) to N(x; 0, phi + 1):
// multi-session scoring by the book (Sizov et al. 2014). A recording is one look, however long:
// what a microphone and a day do to a voice does not average out within it. Pure; safe from any
// thread.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "diarist/speaker_store.hpp"

#include "clustering/plda.hpp"
#include "model/pack.hpp"

namespace diarist::voices {

/// The PLDA's ratios are right in order and too sure of themselves: scale * ratio + offset is a
/// ratio that one can bet on.
struct Calibration {
  double scale = 1;
  double offset = 0;
};

/// Fitted by logistic regression, targets and strangers weighted alike, on the first five of the
/// ten people in docs/accuracy.md, clean and in meetings, enrolled from 3, 10 and 30 s: what
/// `bench/identification.py` prints. Of the community pack; another one's PLDA may need its own.
inline constexpr Calibration kCalibration{0.359, -5.11};

class VoiceScorer {
 public:
  /// Throws as Plda does.
  explicit VoiceScorer(const model::Pack& pack);

  /// An embedding [256] in the PLDA's features [128].
  Eigen::VectorXd features(std::span<const float> embedding) const;

  /// A voice: the mean of its sessions' features, and how many they are.
  struct Enrolled {
    Eigen::VectorXd mean;
    double sessions = 0;
  };
  Enrolled enrol(const KnownVoice& voice) const;

  /// Natural logarithm, as it is.
  double ratio(const Enrolled& voice, const Eigen::VectorXd& look) const;
  /// The same, calibrated.
  double score(const Enrolled& voice, const Eigen::VectorXd& look) const;

 private:
  clustering::Plda plda_;
};

}  // namespace diarist::voices
