#include "linking/voice_groups.hpp"

#include <algorithm>
#include <cmath>

#include "linking/vector_sums.hpp"
#include "voices/voice_scorer.hpp"

namespace diarist::linking {
namespace {

/// Even a moment is a look.
constexpr double kLeastSpeech_s = 0.1;

float weight_of(double speech_s) {
  const double heard_s = std::max(speech_s, kLeastSpeech_s);
  return static_cast<float>(heard_s / (heard_s + kHalfWeight_s));
}

}  // namespace

VoiceGroups::VoiceGroups(const model::Pack& pack, std::size_t groups)
    : plda_(pack),
      dimensions_(plda_.feature_count()),
      sums_(Sums::Zero(static_cast<Eigen::Index>(groups), dimensions_)),
      weights_(groups, 0.0F),
      spreads_(groups, 0.0F) {
  const Eigen::ArrayXd between = plda_.between().array();
  root_ = (between / (1 + 2 * between)).sqrt().cast<float>();
  outside_ = (between.square() / ((1 + between) * (1 + 2 * between))).cast<float>();
  double constant = 0;
  for (const double phi : plda_.between()) {
    constant += std::log1p(phi) - 0.5 * std::log1p(2 * phi);
  }
  constant_ = static_cast<float>(constant);
}

void VoiceGroups::add_look(std::size_t group, std::span<const float> embedding, double speech_s) {
  const clustering::RowMatrix row =
      Eigen::Map<const Eigen::RowVectorXf>(embedding.data(),
                                           static_cast<Eigen::Index>(embedding.size()))
          .cast<double>();
  const Eigen::ArrayXf look = plda_.features(row).row(0).transpose().array().cast<float>();
  const float weight = weight_of(speech_s);
  sums_.row(static_cast<Eigen::Index>(group)).array() += (weight * root_ * look).transpose();
  spreads_[group] += weight * (outside_ * look.square()).sum();
  weights_[group] += weight;
}

void VoiceGroups::add(std::size_t group, const LinkedVoice& sums) {
  sums_.row(static_cast<Eigen::Index>(group)) +=
      Eigen::Map<const Eigen::RowVectorXf>(sums.sum.data(), dimensions_);
  spreads_[group] += static_cast<float>(sums.spread);
  weights_[group] += static_cast<float>(sums.weight);
}

LinkedVoice VoiceGroups::sums(std::size_t group) const {
  const float* row = sums_.data() + group * dimensions();
  return {static_cast<double>(weights_[group]),
          static_cast<double>(spreads_[group]),
          {row, row + dimensions()}};
}

void VoiceGroups::clear(std::size_t group) {
  sums_.row(static_cast<Eigen::Index>(group)).setZero();
  spreads_[group] = 0;
  weights_[group] = 0;
}

void VoiceGroups::merge(std::size_t into, std::size_t from) {
  sums_.row(static_cast<Eigen::Index>(into)) += sums_.row(static_cast<Eigen::Index>(from));
  spreads_[into] += spreads_[from];
  weights_[into] += weights_[from];
}

float VoiceGroups::calibrated(float product, float outside) const {
  const float ratio = product - 0.5F * outside + constant_;
  return static_cast<float>(voices::kCalibration.scale) * ratio +
         static_cast<float>(voices::kCalibration.offset);
}

float VoiceGroups::score(std::size_t a, std::size_t b) const {
  const float product =
      inner_product(sums_.data() + a * dimensions(), sums_.data() + b * dimensions(), dimensions());
  return calibrated(product / (weights_[a] * weights_[b]),
                    spreads_[a] / weights_[a] + spreads_[b] / weights_[b]);
}

float VoiceGroups::score_with_rest(std::size_t group, const VoiceGroups& looks,
                                   std::size_t look) const {
  const auto one = looks.sums_.row(static_cast<Eigen::Index>(look));
  const float weight = looks.weights_[look];
  const float rest = weights_[group] - weight;
  const float product = (sums_.row(static_cast<Eigen::Index>(group)) - one).dot(one);
  return calibrated(product / (rest * weight), (spreads_[group] - looks.spreads_[look]) / rest +
                                                   looks.spreads_[look] / weight);
}

void VoiceGroups::point(std::size_t group, float* point) const {
  Eigen::Map<Eigen::RowVectorXf>(point, dimensions_) =
      sums_.row(static_cast<Eigen::Index>(group)) / weights_[group];
}

}  // namespace diarist::linking
