// Who is active, window by window, into the caller's buffers.
#include "diarist/segmenter.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "diarist/diarist.h"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/window.hpp"

using namespace diarist::capi;
using diarist::LocalActivity;
using diarist::Segmenter;

namespace {

std::size_t frames_of(const Segmenter& /*segmenter*/) { return LocalActivity::kFrames; }
std::size_t speakers_of(const Segmenter& segmenter) {
  return static_cast<std::size_t>(segmenter.speakers());
}

/// As Segmenter::segment cuts them.
std::size_t windows_of(const Segmenter& /*segmenter*/, std::size_t samples) {
  namespace pipeline = diarist::pipeline;
  checked_count(samples);
  const int step = pipeline::step_frames(pipeline::parameters(diarist::Preset::exact).step_s) *
                   pipeline::kFeatureShift;
  return static_cast<std::size_t>(pipeline::window_count(static_cast<std::int64_t>(samples), step));
}

}  // namespace

diarist_status diarist_segmenter_new(const diarist_model* model,
                                     const diarist_performance* performance,
                                     diarist_segmenter** segmenter, diarist_error** error) {
  return guarded(error, [&] {
    check_result(segmenter, "segmenter");
    *segmenter = open<diarist_segmenter>(model_or_builtin(model), performance_of(performance));
  });
}

size_t diarist_segmenter_windows(const diarist_segmenter* segmenter, size_t sample_count) {
  return value_or<size_t>(0,
                          [&] { return windows_of(*use(segmenter, "segmenter"), sample_count); });
}

size_t diarist_segmenter_frames(const diarist_segmenter* segmenter) {
  return value_or<size_t>(0, [&] { return frames_of(*use(segmenter, "segmenter")); });
}

size_t diarist_segmenter_speakers(const diarist_segmenter* segmenter) {
  return value_or<size_t>(0, [&] { return speakers_of(*use(segmenter, "segmenter")); });
}

diarist_status diarist_segment(const diarist_segmenter* segmenter, const float* samples,
                               size_t sample_count, uint8_t* active, uint8_t* probability,
                               size_t capacity, size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(segmenter, "segmenter");
    const auto heard = checked_array(samples, sample_count, "samples");
    const std::size_t size =
        windows_of(*used, heard.size()) * frames_of(*used) * speakers_of(*used);
    const std::uint8_t* const any = active != nullptr ? active : probability;
    if (!fits(size, any, capacity, needed, "active and probability")) return;
    const LocalActivity found = used->segment(heard);
    if (active != nullptr) std::copy(found.active.begin(), found.active.end(), active);
    if (probability != nullptr) {
      std::copy(found.probability.begin(), found.probability.end(), probability);
    }
  });
}

void diarist_segmenter_free(diarist_segmenter* segmenter) { close(segmenter); }
