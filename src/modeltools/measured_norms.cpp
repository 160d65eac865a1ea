#include "modeltools/measured_norms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/features.hpp"
#include "diarist/instruction_set.hpp"

#include "model/tensor_table.hpp"
#include "modeltools/pack_copy.hpp"
#include "modeltools/safetensors_writer.hpp"
#include "nets/norm_moments.hpp"

namespace diarist::modeltools {
namespace {

constexpr int kSampleRateHz = 16000;
constexpr std::string_view kPrefix = "embedding.";
// Frames that the trunk hears at a time, less their mean: as many as a window has.
constexpr std::int64_t kPieceFrames = 998;
// Moments settle within a few minutes; what is beyond is not heard. A minute takes some seconds.
constexpr double kMost_s = 300;
// Of what a convolution gives: far above any net's, and well within 32-bit floats.
constexpr double kMostVariance = 1e30;

/// One norm's four tensors.
struct Norm {
  std::vector<float> weight;
  std::vector<float> bias;
  std::vector<float> mean;
  std::vector<float> variance;
};

std::vector<float> values_of(const model::Pack& pack, const std::string& tensor) {
  return pack.floats(tensor, pack.shape(tensor));
}

Norm norm_of(const model::Pack& pack, const std::string& name) {
  const std::string prefix = std::string(kPrefix) + name;
  return {values_of(pack, prefix + ".weight"), values_of(pack, prefix + ".bias"),
          values_of(pack, prefix + ".running_mean"), values_of(pack, prefix + ".running_var")};
}

/// The names of all norms, without "embedding.".
std::vector<std::string> norm_names(const model::Pack& pack) {
  constexpr std::string_view kEnd = ".running_mean";
  std::vector<std::string> names;
  for (const TensorInfo& info : pack.tensors()) {
    if (!info.name.starts_with(kPrefix) || !info.name.ends_with(kEnd)) continue;
    names.push_back(
        info.name.substr(kPrefix.size(), info.name.size() - kPrefix.size() - kEnd.size()));
  }
  return names;
}

nets::EmbeddingShape shape_of(const model::Pack& pack) {
  return nets::EmbeddingShape::of(model::architecture_of(pack).embedding);
}

/// The norm that computes what `norm` does and says that `moments` come out of it.
void tell(const nets::ChannelMoments& moments, Norm& norm) {
  for (std::size_t c = 0; c < norm.weight.size(); ++c) {
    const double scale = static_cast<double>(norm.weight[c]) /
                         std::sqrt(static_cast<double>(norm.variance[c]) + nets::kBatchNormEpsilon);
    const double shift =
        static_cast<double>(norm.bias[c]) - static_cast<double>(norm.mean[c]) * scale;
    const double variance = moments.variance[c] / (scale * scale) - nets::kBatchNormEpsilon;
    if (!(variance <= kMostVariance)) continue;  // A channel that is switched off, or nearly.
    // Each value follows from those before it as they were rounded.
    norm.variance[c] = static_cast<float>(std::max(0.0, variance));
    norm.weight[c] = static_cast<float>(
        scale * std::sqrt(static_cast<double>(norm.variance[c]) + nets::kBatchNormEpsilon));
    norm.bias[c] = static_cast<float>(moments.mean[c]);
    norm.mean[c] = static_cast<float>((static_cast<double>(norm.bias[c]) - shift) / scale);
  }
}

/// Runs pieces of a recording; returns the seconds that were heard.
double hear(const CalibrationRecording& recording, double most_s, nets::NormMoments& moments,
            const CancellationToken& cancellation) {
  constexpr int kBins = FeatureExtractor::kBins;
  const auto most = static_cast<std::size_t>(most_s * kSampleRateHz);
  const std::span<const float> samples =
      std::span(recording.samples).first(std::min(recording.samples.size(), most));
  if (samples.size() < kSampleRateHz) return 0;
  std::vector<float> features = FeatureExtractor().extract(samples);
  const auto frames = static_cast<std::int64_t>(features.size()) / kBins;
  for (std::int64_t first = 0; first < frames; first += kPieceFrames) {
    const std::int64_t count = std::min(kPieceFrames, frames - first);
    // A rest of less than a second says little, and its mean is another.
    if (first > 0 && count < 100) break;
    float* piece = features.data() + first * kBins;
    for (int bin = 0; bin < kBins; ++bin) {
      double sum = 0;
      for (std::int64_t t = 0; t < count; ++t) sum += static_cast<double>(piece[t * kBins + bin]);
      const auto mean = static_cast<float>(sum / static_cast<double>(count));
      for (std::int64_t t = 0; t < count; ++t) piece[t * kBins + bin] -= mean;
    }
    moments.add(piece, static_cast<int>(count), cancellation);
  }
  return static_cast<double>(samples.size()) / kSampleRateHz;
}

}  // namespace

bool has_folded_norms(const model::Pack& pack) {
  if (shape_of(pack).bottleneck) return false;
  const auto names = norm_names(pack);
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const Norm norm = norm_of(pack, name);
    const auto are = [](const std::vector<float>& values, float wanted) {
      return std::all_of(values.begin(), values.end(), [=](float v) { return v == wanted; });
    };
    return are(norm.weight, 1) && are(norm.mean, 0);
  });
}

std::vector<std::byte> with_measured_norms(const model::Pack& pack,
                                           std::span<const CalibrationRecording> recordings,
                                           const CancellationToken& cancellation) {
  if (shape_of(pack).bottleneck) {
    throw Error(ErrorCode::invalid_argument, pack.name(),
                "has a trunk of bottlenecks, which is not run in 8 bits",
                "there are no ranges to measure");
  }
  nets::NormMoments heard(pack, shape_of(pack), kernels::kernel_set(best_instruction_set()));
  double seconds = 0;
  for (const CalibrationRecording& recording : recordings) {
    seconds += hear(recording, kMost_s - seconds, heard, cancellation);
  }
  const auto moments = heard.moments();
  if (moments.empty()) {
    throw Error(ErrorCode::invalid_argument, "recordings",
                "are shorter than a second; nothing can be measured on them");
  }
  std::map<std::string, std::vector<float>> told;
  for (const auto& [name, of_norm] : moments) {
    Norm norm = norm_of(pack, name);
    tell(of_norm, norm);
    const std::string prefix = std::string(kPrefix) + name;
    told[prefix + ".weight"] = std::move(norm.weight);
    told[prefix + ".bias"] = std::move(norm.bias);
    told[prefix + ".running_mean"] = std::move(norm.mean);
    told[prefix + ".running_var"] = std::move(norm.variance);
  }
  std::vector<TensorToWrite> tensors;
  for (const TensorInfo& info : pack.tensors()) {
    const auto found = told.find(info.name);
    if (found == told.end()) {
      append_stored(pack, info.name, tensors);
      continue;
    }
    std::vector<std::byte> bytes(found->second.size() * sizeof(float));
    std::memcpy(bytes.data(), found->second.data(), bytes.size());
    tensors.push_back({info.name, model::DataType::f32, info.shape, std::move(bytes)});
  }
  std::map<std::string, std::string> metadata = pack.metadata();
  char text[64];
  std::snprintf(text, sizeof(text), "measured on %.1f s", seconds);
  metadata[std::string(kMeasuredNormsKey)] = text;
  return safetensors_bytes(std::move(tensors), metadata);
}

}  // namespace diarist::modeltools
