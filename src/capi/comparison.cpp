// Two packs held against one another.
#include <cstddef>
#include <string>
#include <utility>

#include "diarist/diarist.h"
#include "diarist/quantization.hpp"

#include "capi/arguments.hpp"
#include "capi/calibration.hpp"
#include "capi/handles.hpp"
#include "capi/hooks.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;

diarist_status diarist_compare(const diarist_model* a, const diarist_model* b,
                               const char* const* recordings, size_t recording_count,
                               const diarist_performance* performance,
                               diarist_cancellation* cancellation, diarist_comparison** comparison,
                               diarist_error** error) {
  return guarded(error, [&] {
    check_result(comparison, "comparison");
    const auto first = use(a, "a");
    const auto second = use(b, "b");
    const diarist::PerformanceOptions options = performance_of(performance);
    *comparison = open<diarist_comparison>(diarist::compare_packs(
        first->model, second->model, calibration_set(recordings, recording_count, false), options,
        token_of(cancellation, "cancellation")));
  });
}

diarist_status diarist_comparison_figures_of(const diarist_comparison* comparison,
                                             diarist_comparison_figures* figures,
                                             diarist_error** error) {
  return guarded(error, [&] {
    const auto found = use(comparison, "comparison");
    diarist_comparison_figures told{};
    told.bytes_a = found->bytes_a;
    told.bytes_b = found->bytes_b;
    told.der_increase = found->der_increase();
    told.embedding_cosine = found->all.embedding_cosine;
    told.segmentation_agreement = found->all.segmentation_agreement;
    told.run_s_a = found->run_s_a;
    told.run_s_b = found->run_s_b;
    give(figures, told, "diarist_comparison_figures");
  });
}

diarist_status diarist_comparison_text(const diarist_comparison* comparison, diarist_format format,
                                       char* text, size_t capacity, size_t* needed,
                                       diarist_error** error) {
  return guarded(error, [&] {
    const auto found = use(comparison, "comparison");
    if (format != DIARIST_FORMAT_TXT && format != DIARIST_FORMAT_JSON) {
      refuse_value("format of a comparison", format);
    }
    fill_text(format == DIARIST_FORMAT_JSON ? to_json(*found) : to_text(*found), text, capacity,
              needed, "text");
  });
}

diarist_status diarist_comparison_missed(const diarist_comparison* comparison,
                                         const diarist_limits* limits, char* text, size_t capacity,
                                         size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    std::string lines;
    for (const std::string& clause :
         missed_limits(*use(comparison, "comparison"), limits_of(limits))) {
      lines += clause + "\n";
    }
    fill_text(lines, text, capacity, needed, "text");
  });
}

void diarist_comparison_free(diarist_comparison* comparison) { close(comparison); }
