// What pyannote.audio 4 community-1 computed for one recording, from segmentation to turns.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "diarist/segmenter.hpp"

#include "clustering/matrix.hpp"
#include "modeltools/npz.hpp"
#include "testing/shared.hpp"

namespace diarist::testing {

inline constexpr std::array kGoldens{"02_pyannote_sample", "03_dual_speaker",
                                     "04_three_speaker",   "05_four_speaker",
                                     "06_clustering_only", "10_clustering_only"};

class Golden {
 public:
  explicit Golden(const std::string& name) : folder_(shared_dir() / "goldens" / name) {}

  modeltools::NpyArray array(const std::string& archive, const std::string& name) const {
    return modeltools::read_npz(folder_ / (archive + ".npz")).at(name);
  }
  clustering::RowMatrix matrix(const std::string& archive, const std::string& name) const {
    const modeltools::NpyArray values = array(archive, name);
    const Eigen::Index cols = values.shape.size() > 1 ? values.shape[1] : 1;
    return Eigen::Map<const clustering::RowMatrix>(values.doubles().data(), values.shape.at(0),
                                                   cols);
  }
  std::vector<int> integers(const std::string& archive, const std::string& name) const {
    const std::vector<double> values = array(archive, name).doubles();
    return {values.begin(), values.end()};
  }
  std::vector<int> ahc_labels() const {
    const std::vector<double> values =
        modeltools::read_npy(folder_ / "ahc_init_labels.npy").doubles();
    return {values.begin(), values.end()};
  }
  /// [windows, 3, 256]
  std::vector<float> embeddings() const { return array("raw_embeddings", "embeddings").floats(); }

  /// The hard segmentation; its probabilities are taken as certain.
  LocalActivity activity() const {
    const modeltools::NpyArray values = array("segmentations", "segmentations");
    LocalActivity activity;
    activity.windows = static_cast<int>(values.shape.at(0));
    for (const float value : values.floats()) {
      activity.active.push_back(value > 0.5F ? 1 : 0);
      activity.probability.push_back(value > 0.5F ? 255 : 0);
    }
    return activity;
  }

  std::filesystem::path rttm() const { return folder_ / "reference.rttm"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace diarist::testing
