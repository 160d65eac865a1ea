// The sizes of the networks, as the tensors themselves tell them.
//
// A network's kind is fixed: SincNet, a stack of BiLSTMs and linear layers over a powerset
// (pyannote PyanNet; Plaquet and Bredin 2023); a ResNet of WeSpeaker's family with statistics
// pooling (Wang et al. 2023); a two-covariance PLDA behind a linear transform (Landini et al.
// 2022). How wide and how deep each is, is read off its tensors; what these do not tell is as in
// the defaults, so that the table of tensors that follows from the sizes says what is missing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace diarist::model {

class Pack;

/// PyanNet. When a frame is follows from taps, strides and pooling alone, which are not to be had
/// otherwise: see kSincTaps and those after it.
struct SegmentationArchitecture {
  std::int64_t sinc_filters = 80;  ///< Half of them cosine, half sine.
  std::array<std::int64_t, 2> convolution_channels = {60, 60};
  std::int64_t lstm_layers = 4;
  std::int64_t lstm_hidden = 128;  ///< Per direction.
  std::vector<std::int64_t> linear = {128, 128};
  std::int64_t classes = 7;
  int speakers = 3;          ///< Local speakers of a window,
  int speakers_at_once = 2;  ///< and how many of them a class holds at most.

  bool operator==(const SegmentationArchitecture&) const = default;
};

inline constexpr std::int64_t kSincTaps = 251;  ///< Odd: half of the window is stored.
inline constexpr std::int64_t kSincStride = 10;
inline constexpr std::int64_t kConvolutionTaps = 5;

/// A WeSpeaker ResNet: 18 and 34 of basic blocks, 50 to 293 of bottlenecks.
struct EmbeddingArchitecture {
  bool bottleneck = false;
  std::array<std::int64_t, 4> blocks = {3, 4, 6, 3};          ///< Of each stage: a ResNet34.
  std::array<std::int64_t, 4> channels = {32, 64, 128, 256};  ///< Of a stage's 3 x 3 convolutions.
  std::int64_t dimensions = 256;

  bool operator==(const EmbeddingArchitecture&) const = default;

  /// Channels that a stage's blocks put out.
  std::int64_t output_channels(std::size_t stage) const {
    return channels[stage] * (bottleneck ? kExpansion : 1);
  }
  /// Layers with weights: the 34 of ResNet34.
  std::int64_t depth() const;

  static constexpr std::int64_t kMelBins = 80;
  /// Height of the trunk's output: three stages halve it.
  static constexpr std::int64_t kPooledBins = kMelBins / 8;
  /// What a bottleneck's last convolution multiplies its channels by (He et al. 2016).
  static constexpr std::int64_t kExpansion = 4;
};

struct PldaArchitecture {
  std::int64_t embedding = 256;
  std::int64_t features = 128;

  bool operator==(const PldaArchitecture&) const = default;
};

struct Architecture {
  SegmentationArchitecture segmentation;
  EmbeddingArchitecture embedding;
  PldaArchitecture plda;
};

/// Shapes of tensors by the names that they have in their checkpoint, without any prefix.
using Shapes = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

/// The powerset is the one that the classes suggest: see powerset_of().
SegmentationArchitecture segmentation_architecture(const Shapes& shapes);
EmbeddingArchitecture embedding_architecture(const Shapes& shapes);
/// Of both of its parts.
PldaArchitecture plda_architecture(const Shapes& shapes);

/// In a pack's metadata: the powerset of its segmentation net, where it is not that of 3 speakers
/// and 2 at once.
inline constexpr const char* kSpeakersKey = "segmentation.speakers";
inline constexpr const char* kAtOnceKey = "segmentation.speakers_at_once";
/// The powerset as the metadata have it, where they do; 0 for what is no number.
void read_powerset(const std::map<std::string, std::string>& metadata,
                   SegmentationArchitecture& architecture);

/// Of a pack's tensors, with the powerset that its metadata name.
Architecture architecture_of(const Pack& pack);

struct PowersetSize {
  int speakers = 0;
  int at_once = 0;
};

/// Classes of the sets of up to `at_once` of `speakers`.
std::int64_t powerset_classes(PowersetSize size);
/// The powerset that a network of so many classes has, if nobody says otherwise: pairs at most,
/// else the largest sets. {0, 0} where single speakers alone would make so many: those may as well
/// be no powerset at all, but labels of their own.
PowersetSize powerset_of(std::int64_t classes);

/// Why diarist does not run a network of these sizes, for "FILE: ...", naming the tensor; empty
/// where it does.
std::string why_not_run(const SegmentationArchitecture& architecture);
std::string why_not_run(const EmbeddingArchitecture& architecture);
std::string why_not_run(const PldaArchitecture& architecture);
/// The same of nets that are fine by themselves, but not with one another.
std::string why_not_together(const Architecture& architecture);

}  // namespace diarist::model
