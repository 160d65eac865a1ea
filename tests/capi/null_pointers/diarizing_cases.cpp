// NULL for each pointer of the functions of recordings and models.
#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {

std::vector<Case> diarizing_cases(const Everything& a, Places& to) {
  return {
      {"diarist_options_init",
       [](Error e) { return diarist_options_init(nullptr, sizeof(diarist_options), e); }},
      {"diarist_performance_init",
       [](Error e) { return diarist_performance_init(nullptr, sizeof(diarist_performance), e); }},
      {"diarist_hooks_init",
       [](Error e) { return diarist_hooks_init(nullptr, sizeof(diarist_hooks), e); }},
      {"diarist_cancellation_new", [](Error e) { return diarist_cancellation_new(nullptr, e); }},
      {"diarist_cancellation_cancel",
       [](Error e) { return diarist_cancellation_cancel(nullptr, e); }},
      {"diarist_model_builtin", [](Error e) { return diarist_model_builtin(nullptr, e); }},
      {"diarist_model_load", [&to](Error e) { return diarist_model_load(nullptr, &to.model, e); }},
      {"diarist_model_load", [&to](Error e) { return diarist_model_load(to.file, nullptr, e); }},
      {"diarist_model_parse",
       [&to](Error e) { return diarist_model_parse(nullptr, "", 1, &to.model, e); }},
      {"diarist_model_parse",
       [&to](Error e) { return diarist_model_parse("x", nullptr, 1, &to.model, e); }},
      {"diarist_model_parse", [](Error e) { return diarist_model_parse("x", "", 1, nullptr, e); }},
      {"diarist_model_choose",
       [&to](Error e) { return diarist_model_choose(nullptr, "built-in", nullptr, &to.model, e); }},
      {"diarist_model_choose",
       [&to](Error e) { return diarist_model_choose("built-in", nullptr, nullptr, &to.model, e); }},
      {"diarist_model_choose",
       [](Error e) { return diarist_model_choose("a", "built-in", nullptr, nullptr, e); }},
      {"diarist_model_check", [](Error e) { return diarist_model_check(nullptr, nullptr, e); }},
      {"diarist_model_tensor",
       [&to](Error e) { return diarist_model_tensor(nullptr, 0, &to.tensor, e); }},
      {"diarist_model_tensor",
       [&a](Error e) { return diarist_model_tensor(a.model.get(), 0, nullptr, e); }},
      {"diarist_diarizer_new",
       [&a](Error e) { return diarist_diarizer_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_diarize_file",
       [&to](Error e) {
         return diarist_diarize_file(nullptr, to.file, nullptr, nullptr, &to.result, e);
       }},
      {"diarist_diarize_file",
       [&a, &to](Error e) {
         return diarist_diarize_file(a.diarizer.get(), nullptr, nullptr, nullptr, &to.result, e);
       }},
      {"diarist_diarize_file",
       [&a, &to](Error e) {
         return diarist_diarize_file(a.diarizer.get(), to.file, nullptr, nullptr, nullptr, e);
       }},
      {"diarist_diarize_samples",
       [&a, &to](Error e) {
         return diarist_diarize_samples(nullptr, a.samples.data(), a.samples.size(), kRate, nullptr,
                                        nullptr, &to.result, e);
       }},
      {"diarist_diarize_samples",
       [&a, &to](Error e) {
         return diarist_diarize_samples(a.diarizer.get(), nullptr, a.samples.size(), kRate, nullptr,
                                        nullptr, &to.result, e);
       }},
      {"diarist_diarize_samples",
       [&a](Error e) {
         return diarist_diarize_samples(a.diarizer.get(), a.samples.data(), a.samples.size(), kRate,
                                        nullptr, nullptr, nullptr, e);
       }},
      {"diarist_turn_at", [](Error e) { return diarist_turn_at(nullptr, 0, nullptr, e); }},
      {"diarist_speaker_at", [](Error e) { return diarist_speaker_at(nullptr, 0, nullptr, e); }},
      {"diarist_statistics_of", [](Error e) { return diarist_statistics_of(nullptr, nullptr, e); }},
      {"diarist_statistics_of",
       [&a](Error e) { return diarist_statistics_of(a.result.get(), nullptr, e); }},
      {"diarist_diarization_text",
       [](Error e) { return diarist_diarization_text(nullptr, 0, nullptr, 0, nullptr, e); }},
      {"diarist_diarization_text",
       [&a](Error e) {
         return diarist_diarization_text(a.result.get(), 0, nullptr, 9, nullptr, e);
       }},
      {"diarist_diarization_write",
       [](Error e) { return diarist_diarization_write(nullptr, 0, "x", e); }},
      {"diarist_diarization_write",
       [&a](Error e) { return diarist_diarization_write(a.result.get(), 0, nullptr, e); }},
  };
}

}  // namespace diarist::testing
