// A recording of any length that was never recorded: windows and embeddings that behave like real
// ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "diarist/segmenter.hpp"

#include "clustering/matrix.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::testing {

/// How embeddings scatter, as measured on the two long recordings of the reference material.
struct SyntheticScatter {
  double between = 0.25;  ///< Cosine of two speakers' directions.
  /// Length of an embedding's deviation from its speaker, of 1 in all: between these, anew for each
  /// stretch of speech.
  double least_within = 0.4;
  double most_within = 0.8;
  int window_steps = 10;  ///< Neighbouring windows share all but one tenth of their sound.
  int rank = 120;         ///< Dimensions that the deviation is spread over ...
  double decay = 0.97;    ///< ... each weaker than the one before by this.
  double length = 3.0;    ///< Embeddings are not normalised.
};

struct SyntheticRecording {
  LocalActivity activity;         ///< `probability` is empty.
  std::vector<float> embeddings;  ///< [windows, 3, 256]; zeros where nobody is active.
  std::vector<int> people;        ///< [windows, 3]: who it is, or -1.
};

/// `embeddings` local speakers in all, every one of whom is heard alone long enough to train on:
/// the first half of each window is one person, the second another. Speaker k of K talks about 1 /
/// (k + 1) as much as the first. Deterministic for one standard library.
inline SyntheticRecording synthetic_recording(int embeddings, int speakers, unsigned seed,
                                              const SyntheticScatter& scatter = {}) {
  constexpr int kDimensions = 256;
  using Vector = Eigen::RowVectorXf;
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  const auto noise = [&](Eigen::Index size) {
    return Vector::NullaryExpr(size, [&](Eigen::Index) { return normal(random); }).eval();
  };
  const Vector common = noise(kDimensions).normalized();
  std::vector<Vector> directions;
  std::vector<double> share;
  for (int k = 0; k < speakers; ++k) {
    const Vector own = noise(kDimensions).normalized();
    directions.push_back((static_cast<float>(std::sqrt(scatter.between)) * common +
                          static_cast<float>(std::sqrt(1 - scatter.between)) * own)
                             .normalized());
    share.push_back(1.0 / (k + 1));
  }
  Eigen::MatrixXf spread(scatter.rank, kDimensions);
  for (int r = 0; r < scatter.rank; ++r) {
    spread.row(r) =
        noise(kDimensions).normalized() * static_cast<float>(std::pow(scatter.decay, r));
  }
  spread /= spread.norm();
  std::discrete_distribution<int> who(share.begin(), share.end());
  std::uniform_int_distribution<int> stretch(3, 60);
  std::uniform_real_distribution<double> deviation(scatter.least_within, scatter.most_within);

  SyntheticRecording recording;
  constexpr int kSpeakers = testing::kSegmentation.speakers;
  constexpr int kFrames = LocalActivity::kFrames;
  const int windows = (embeddings + 1) / 2;
  recording.activity.windows = windows;
  recording.activity.active.assign(static_cast<std::size_t>(windows) * kFrames * kSpeakers, 0);
  recording.embeddings.assign(static_cast<std::size_t>(windows) * kSpeakers * kDimensions, 0.0F);
  recording.people.assign(static_cast<std::size_t>(windows) * kSpeakers, -1);
  for (int s = 0; s < 2; ++s) {
    // What the last `window_steps` seconds sounded like: a window hears their mean.
    std::vector<Vector> seconds;
    int person = -1;
    int left = 0;
    float within = 0;
    for (int w = 0; w < windows; ++w) {
      if (2 * w + s >= embeddings) continue;
      if (left-- == 0) {
        person = who(random);
        left = stretch(random);
        within = static_cast<float>(deviation(random));
        seconds.clear();
        for (int i = 0; i < scatter.window_steps; ++i) seconds.push_back(noise(scatter.rank));
      }
      seconds[static_cast<std::size_t>(w % scatter.window_steps)] = noise(scatter.rank);
      Vector heard = Vector::Zero(scatter.rank);
      for (const Vector& second : seconds) heard += second;
      heard /= std::sqrt(static_cast<float>(scatter.window_steps));
      const Vector embedding =
          (std::sqrt(1 - within * within) * directions[static_cast<std::size_t>(person)] +
           within * heard * spread)
              .normalized() *
          static_cast<float>(scatter.length);
      const std::size_t cell =
          static_cast<std::size_t>(w) * kSpeakers + static_cast<std::size_t>(s);
      std::copy(embedding.begin(), embedding.end(),
                recording.embeddings.begin() + static_cast<std::ptrdiff_t>(cell * kDimensions));
      recording.people[cell] = person;
      for (int f = s == 0 ? 0 : kFrames / 2; f < (s == 0 ? kFrames / 2 : kFrames); ++f) {
        recording.activity
            .active[(static_cast<std::size_t>(w) * kFrames + static_cast<std::size_t>(f)) *
                        kSpeakers +
                    static_cast<std::size_t>(s)] = 1;
      }
    }
  }
  return recording;
}

}  // namespace diarist::testing
