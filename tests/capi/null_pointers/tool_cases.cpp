// NULL for each pointer of the functions of scores, transcripts and packs.
#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {

std::vector<Case> tool_cases(const Everything& a, Places& to) {
  return {
      {"diarist_scoring_init",
       [](Error e) { return diarist_scoring_init(nullptr, sizeof(diarist_scoring), e); }},
      {"diarist_assignment_init",
       [](Error e) { return diarist_assignment_init(nullptr, sizeof(diarist_assignment), e); }},
      {"diarist_assign",
       [&a](Error e) {
         return diarist_assign(nullptr, 1, "x", a.result.get(), nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_assign",
       [&a](Error e) {
         return diarist_assign("[]", 2, nullptr, a.result.get(), nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_assign",
       [](Error e) {
         return diarist_assign("[]", 2, "x", nullptr, nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_limits_init",
       [](Error e) { return diarist_limits_init(nullptr, sizeof(diarist_limits), e); }},
      {"diarist_importing_init",
       [](Error e) { return diarist_importing_init(nullptr, sizeof(diarist_importing), e); }},
      {"diarist_quantization_init",
       [](Error e) { return diarist_quantization_init(nullptr, sizeof(diarist_quantization), e); }},
      {"diarist_score_files",
       [&to](Error e) {
         return diarist_score_files(nullptr, to.file, nullptr, nullptr, &to.score, e);
       }},
      {"diarist_score_files",
       [&to](Error e) {
         return diarist_score_files(to.file, nullptr, nullptr, nullptr, &to.score, e);
       }},
      {"diarist_score_files",
       [&to](Error e) {
         return diarist_score_files(to.file, to.file, nullptr, nullptr, nullptr, e);
       }},
      {"diarist_score_diarization",
       [&a, &to](Error e) {
         return diarist_score_diarization(nullptr, a.result.get(), nullptr, nullptr, &to.score, e);
       }},
      {"diarist_score_diarization",
       [&to](Error e) {
         return diarist_score_diarization(to.file, nullptr, nullptr, nullptr, &to.score, e);
       }},
      {"diarist_import", [](Error e) { return diarist_import(nullptr, 1, nullptr, "x", e); }},
      {"diarist_import",
       [&to](Error e) { return diarist_import(to.no_names, 1, nullptr, "x", e); }},
      {"diarist_import",
       [&to](Error e) { return diarist_import(&to.file, 1, nullptr, nullptr, e); }},
      {"diarist_quantize",
       [](Error e) { return diarist_quantize(nullptr, nullptr, 0, nullptr, "x", e); }},
      {"diarist_quantize",
       [&a](Error e) { return diarist_quantize(a.model.get(), nullptr, 1, nullptr, "x", e); }},
      {"diarist_quantize",
       [&a](Error e) { return diarist_quantize(a.model.get(), nullptr, 0, nullptr, nullptr, e); }},
      {"diarist_compare",
       [&a, &to](Error e) {
         return diarist_compare(nullptr, a.model.get(), nullptr, 0, nullptr, nullptr,
                                &to.comparison, e);
       }},
      {"diarist_compare",
       [&a, &to](Error e) {
         return diarist_compare(a.model.get(), nullptr, nullptr, 0, nullptr, nullptr,
                                &to.comparison, e);
       }},
      {"diarist_compare",
       [&a, &to](Error e) {
         return diarist_compare(a.model.get(), a.model.get(), to.no_names, 1, nullptr, nullptr,
                                &to.comparison, e);
       }},
      {"diarist_compare",
       [&a](Error e) {
         return diarist_compare(a.model.get(), a.model.get(), nullptr, 0, nullptr, nullptr, nullptr,
                                e);
       }},
      {"diarist_comparison_figures_of",
       [](Error e) { return diarist_comparison_figures_of(nullptr, nullptr, e); }},
      {"diarist_comparison_figures_of",
       [&a](Error e) { return diarist_comparison_figures_of(a.comparison.get(), nullptr, e); }},
      {"diarist_comparison_text",
       [](Error e) {
         return diarist_comparison_text(nullptr, DIARIST_FORMAT_TXT, nullptr, 0, nullptr, e);
       }},
      {"diarist_comparison_missed",
       [](Error e) { return diarist_comparison_missed(nullptr, nullptr, nullptr, 0, nullptr, e); }},
  };
}

}  // namespace diarist::testing
