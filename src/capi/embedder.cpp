// What speech sounds like: features and embeddings into the caller's buffers.
#include "diarist/embedder.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/features.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;
using diarist::Embedder;
using diarist::FeatureExtractor;

namespace {

std::size_t dimensions_of(const Embedder& embedder) {
  return static_cast<std::size_t>(embedder.dimensions());
}

void copy(const std::vector<float>& from, float* to) { std::copy(from.begin(), from.end(), to); }

}  // namespace

size_t diarist_feature_bins() { return FeatureExtractor::kBins; }

size_t diarist_feature_frames(size_t sample_count) {
  return value_or<size_t>(0, [&]() -> size_t {
    checked_count(sample_count);
    return static_cast<size_t>(FeatureExtractor().frames(static_cast<std::int64_t>(sample_count)));
  });
}

diarist_status diarist_features(const float* samples, size_t sample_count, float* features,
                                size_t capacity, size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    const auto heard = checked_array(samples, sample_count, "samples");
    const FeatureExtractor extractor;
    const std::size_t size =
        static_cast<std::size_t>(extractor.frames(static_cast<std::int64_t>(heard.size()))) *
        diarist_feature_bins();
    if (fits(size, features, capacity, needed, "features")) {
      extractor.extract(heard, std::span(features, size));
    }
  });
}

diarist_status diarist_embedder_new(const diarist_model* model,
                                    const diarist_performance* performance,
                                    diarist_embedder** embedder, diarist_error** error) {
  return guarded(error, [&] {
    check_result(embedder, "embedder");
    *embedder = open<diarist_embedder>(model_or_builtin(model), performance_of(performance));
  });
}

size_t diarist_embedder_dimensions(const diarist_embedder* embedder) {
  return value_or<size_t>(0, [&] { return dimensions_of(*use(embedder, "embedder")); });
}

diarist_status diarist_embed(const diarist_embedder* embedder, const float* samples,
                             size_t sample_count, float* embedding, size_t capacity, size_t* needed,
                             diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(embedder, "embedder");
    const auto heard = checked_array(samples, sample_count, "samples");
    if (!fits(dimensions_of(*used), embedding, capacity, needed, "embedding")) return;
    copy(used->embed(heard), embedding);
  });
}

diarist_status diarist_embed_masks(const diarist_embedder* embedder, const float* samples,
                                   size_t sample_count, const float* masks, size_t mask_count,
                                   size_t frames, float* embeddings, size_t capacity,
                                   size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(embedder, "embedder");
    const auto heard = checked_array(samples, sample_count, "samples");
    if (frames == 0 || frames > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      throw Failure(DIARIST_INVALID_ARGUMENT, "frames = " + std::to_string(frames),
                    "is no number of a mask's frames");
    }
    const auto weights =
        checked_array(masks, checked_product(mask_count, frames, "masks"), "masks");
    const std::size_t size = checked_product(mask_count, dimensions_of(*used), "embeddings");
    if (!fits(size, embeddings, capacity, needed, "embeddings")) return;
    copy(used->embed(heard, weights, static_cast<int>(frames)), embeddings);
  });
}

diarist_status diarist_embed_features(const diarist_embedder* embedder, const float* features,
                                      size_t feature_frames, float* embedding, size_t capacity,
                                      size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(embedder, "embedder");
    const auto heard = checked_array(
        features, checked_product(feature_frames, diarist_feature_bins(), "features"), "features");
    if (!fits(dimensions_of(*used), embedding, capacity, needed, "embedding")) return;
    copy(used->embed_features(heard), embedding);
  });
}

void diarist_embedder_free(diarist_embedder* embedder) { close(embedder); }
