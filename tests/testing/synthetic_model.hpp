// Models of any sizes with random weights: for what must hold whatever the sizes are.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diarist/model.hpp"

#include "model/tensor_table.hpp"
#include "modeltools/safetensors_writer.hpp"
#include "testing/random_values.hpp"

namespace diarist::testing {

/// Weights that keep the size of what passes through them about the same, so that nothing dies out
/// or overflows, however deep.
inline std::vector<float> synthetic_values(const model::TensorSpec& spec, unsigned seed) {
  std::size_t count = 1;
  for (const auto extent : spec.shape) count *= static_cast<std::size_t>(extent);
  std::vector<float> values = random_values(count, seed);
  const auto fan_in = static_cast<float>(count) / static_cast<float>(spec.shape[0]);
  for (std::size_t i = 0; i < count; ++i) {
    float& value = values[i];
    switch (spec.role) {
      case model::Role::convolution:
      case model::Role::linear:
        value *= std::sqrt(2 / fan_in);
        break;
      case model::Role::lstm:
        value *= std::sqrt(1 / fan_in);
        break;
      case model::Role::bias:
        value *= 0.1F;
        break;
      case model::Role::norm:
        value = spec.name.ends_with(".weight") ? 1 + 0.1F * value : 0.1F * value;
        break;
      case model::Role::statistics:
        value = spec.name.ends_with("_var") ? 1.5F + 0.1F * value : 0.1F * value;
        break;
      case model::Role::filterbank:
        // Bands of 50 Hz and more, one after the other; a window; sample positions as asteroid has
        // them.
        if (spec.name.ends_with("low_hz_")) {
          value = 7000 * static_cast<float>(i) / static_cast<float>(count);
        } else if (spec.name.ends_with("band_hz_")) {
          value = 100;
        } else if (spec.name.ends_with("window_")) {
          value = static_cast<float>(i + 1) / static_cast<float>(count);
        } else {
          value = 2 * static_cast<float>(M_PI) *
                  (static_cast<float>(i) - static_cast<float>(count)) / 16000;
        }
        break;
      case model::Role::plda:
        if (spec.source_name == "psi") {
          value = 1 + value * value;
        } else if (spec.source_name == "tr") {
          value *= 0.1F;
          if (i % static_cast<std::size_t>(spec.shape[1] + 1) == 0) value += 1;
        } else if (spec.source_name == "lda") {
          value *= std::sqrt(1 / static_cast<float>(spec.shape[0]));
        } else {
          value *= 0.1F;
        }
        break;
    }
  }
  // Decisions that change from frame to frame.
  if (spec.source_name == "classifier.weight") {
    for (float& value : values) value *= 20;
  }
  return values;
}

inline Model synthetic_model(const model::Architecture& architecture, unsigned seed = 1) {
  std::vector<modeltools::TensorToWrite> tensors;
  for (const model::Part& part : model::parts(architecture)) {
    for (const model::TensorSpec& spec : part.tensors) {
      const std::vector<float> values = synthetic_values(spec, seed++);
      modeltools::TensorToWrite tensor{spec.name, model::DataType::f32, spec.shape, {}};
      tensor.bytes.resize(values.size() * sizeof(float));
      std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
      tensors.push_back(std::move(tensor));
    }
  }
  std::map<std::string, std::string> metadata = {
      {std::string(model::kFormatKey), std::string(model::kFormatName)},
      {std::string(model::kFormatVersionKey), std::string(model::kFormatVersion)},
      {model::kSpeakersKey, std::to_string(architecture.segmentation.speakers)},
      {model::kAtOnceKey, std::to_string(architecture.segmentation.speakers_at_once)}};
  return Model::parse("synthetic", modeltools::safetensors_bytes(std::move(tensors), metadata));
}

/// Small, and nothing in it of a size that the built-in model has: embeddings of 96, 6 speakers and
/// 3 at once.
inline model::Architecture other_sizes(bool bottleneck) {
  model::Architecture a;
  a.segmentation.sinc_filters = 50;
  a.segmentation.convolution_channels = {36, 72};
  a.segmentation.lstm_layers = 2;
  a.segmentation.lstm_hidden = 48;
  a.segmentation.linear = {40, 72, 24};
  a.segmentation.classes = 42;
  a.segmentation.speakers = 6;
  a.segmentation.speakers_at_once = 3;
  a.embedding.bottleneck = bottleneck;
  a.embedding.blocks = {2, 1, 2, 1};
  a.embedding.channels = {32, 32, 96, 64};
  a.embedding.dimensions = 96;
  a.plda = {96, 40};
  return a;
}

}  // namespace diarist::testing
