// NULL for each pointer of the functions of single stages.
#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {

std::vector<Case> stage_cases(const Everything& a, Places& to) {
  return {
      {"diarist_features",
       [](Error e) { return diarist_features(nullptr, 400, nullptr, 0, nullptr, e); }},
      {"diarist_features",
       [&a](Error e) {
         return diarist_features(a.samples.data(), a.samples.size(), nullptr, 80, nullptr, e);
       }},
      {"diarist_embedder_new",
       [&a](Error e) { return diarist_embedder_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_embed",
       [&a, &to](Error e) {
         return diarist_embed(nullptr, a.samples.data(), a.samples.size(), &to.value, 1, nullptr,
                              e);
       }},
      {"diarist_embed",
       [&a, &to](Error e) {
         return diarist_embed(a.embedder.get(), nullptr, a.samples.size(), &to.value, 1, nullptr,
                              e);
       }},
      {"diarist_embed",
       [&a](Error e) {
         return diarist_embed(a.embedder.get(), a.samples.data(), a.samples.size(), nullptr, 1000,
                              nullptr, e);
       }},
      {"diarist_embed_masks",
       [&a, &to](Error e) {
         return diarist_embed_masks(nullptr, a.samples.data(), a.samples.size(), &to.value, 1, 1,
                                    &to.value, 1, nullptr, e);
       }},
      {"diarist_embed_masks",
       [&a, &to](Error e) {
         return diarist_embed_masks(a.embedder.get(), nullptr, a.samples.size(), &to.value, 1, 1,
                                    &to.value, 1, nullptr, e);
       }},
      {"diarist_embed_masks",
       [&a, &to](Error e) {
         return diarist_embed_masks(a.embedder.get(), a.samples.data(), a.samples.size(), nullptr,
                                    1, 1, &to.value, 1, nullptr, e);
       }},
      {"diarist_embed_features",
       [&a, &to](Error e) {
         return diarist_embed_features(nullptr, a.samples.data(), 1, &to.value, 1, nullptr, e);
       }},
      {"diarist_embed_features",
       [&a, &to](Error e) {
         return diarist_embed_features(a.embedder.get(), nullptr, 1, &to.value, 1, nullptr, e);
       }},
      {"diarist_segmenter_new",
       [&a](Error e) { return diarist_segmenter_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_segment",
       [&a](Error e) {
         return diarist_segment(nullptr, a.samples.data(), a.samples.size(), nullptr, nullptr, 0,
                                nullptr, e);
       }},
      {"diarist_segment",
       [&a](Error e) {
         return diarist_segment(a.segmenter.get(), nullptr, a.samples.size(), nullptr, nullptr, 0,
                                nullptr, e);
       }},
      {"diarist_segment",
       [&a](Error e) {
         return diarist_segment(a.segmenter.get(), a.samples.data(), a.samples.size(), nullptr,
                                nullptr, 1, nullptr, e);
       }},
  };
}

}  // namespace diarist::testing
