#include "capi/calibration.hpp"

#include <string>

#include "capi/arguments.hpp"

namespace diarist::capi {
namespace {

diarist_limits default_limits() {
  const AccuracyLimits defaults;
  diarist_limits limits{};
  limits.size = sizeof(limits);
  limits.max_der_increase = defaults.max_der_increase;
  limits.min_embedding_cosine = defaults.min_embedding_cosine;
  limits.min_segmentation_agreement = defaults.min_segmentation_agreement;
  return limits;
}

}  // namespace

std::vector<CalibrationRecording> calibration_set(const char* const* recordings, std::size_t count,
                                                  bool at_least_one) {
  std::vector<CalibrationRecording> set;
  for (const std::string& file : checked_texts(recordings, count, "recordings")) {
    set.push_back(read_calibration_recording(file));
  }
  if (set.empty() && at_least_one) set.push_back(builtin_calibration_recording());
  return set;
}

AccuracyLimits limits_of(const diarist_limits* limits) {
  const diarist_limits given = taken(limits, default_limits(), "diarist_limits");
  return {.max_der_increase = given.max_der_increase,
          .min_embedding_cosine = given.min_embedding_cosine,
          .min_segmentation_agreement = given.min_segmentation_agreement};
}

}  // namespace diarist::capi

using namespace diarist::capi;

diarist_status diarist_limits_init(diarist_limits* limits, size_t size, diarist_error** error) {
  return guarded(error, [&] { give(limits, size, default_limits(), "diarist_limits"); });
}
