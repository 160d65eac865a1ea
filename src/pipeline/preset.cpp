#include "pipeline/preset.hpp"

#include <array>

#include "diarist/error.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::array<PresetParameters, 2> kPresets{{
    {Preset::exact, "exact", 1.0, false, MissingSpeakers::pad},
    {Preset::balanced, "balanced", 1.0, true, MissingSpeakers::pad},
}};

}  // namespace

const PresetParameters& parameters(Preset preset) {
  for (const PresetParameters& each : kPresets) {
    if (each.preset == preset) return each;
  }
  throw Error(ErrorCode::invalid_argument, "preset", "is none of those in diarist::Preset");
}

}  // namespace diarist::pipeline
