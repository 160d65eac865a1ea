#include "voices/voice_scorer.hpp"

namespace diarist::voices {

VoiceScorer::VoiceScorer(const model::Pack& pack) : plda_(pack) {}

Eigen::VectorXd VoiceScorer::features(std::span<const float> embedding) const {
  const clustering::RowMatrix row =
      Eigen::Map<const Eigen::RowVectorXf>(embedding.data(),
                                           static_cast<Eigen::Index>(embedding.size()))
          .cast<double>();
  return plda_.features(row).row(0).transpose();
}

VoiceScorer::Enrolled VoiceScorer::enrol(const KnownVoice& voice) const {
  Enrolled enrolled{Eigen::VectorXd::Zero(plda_.feature_count()), 0};
  for (const VoiceSession& session : voice.sessions) {
    enrolled.mean += features(session.sample.embedding);
    ++enrolled.sessions;
  }
  if (enrolled.sessions > 0) enrolled.mean /= enrolled.sessions;
  return enrolled;
}

double VoiceScorer::ratio(const Enrolled& voice, const Eigen::VectorXd& look) const {
  const auto between = plda_.between().array();
  const double n = voice.sessions;
  const Eigen::ArrayXd known = 1 + n * between;
  const Eigen::ArrayXd mean = n * between / known * voice.mean.array();
  const Eigen::ArrayXd variance = between / known + 1;
  const Eigen::ArrayXd anybody = between + 1;
  const Eigen::ArrayXd x = look.array();
  return 0.5 *
         ((anybody / variance).log() + x.square() / anybody - (x - mean).square() / variance).sum();
}

double VoiceScorer::score(const Enrolled& voice, const Eigen::VectorXd& look) const {
  return kCalibration.scale * ratio(voice, look) + kCalibration.offset;
}

}  // namespace diarist::voices
