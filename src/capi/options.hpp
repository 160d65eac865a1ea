// Options of the C interface as the library has them.
#pragma once

#include "diarist/diarist.h"
#include "diarist/formats.hpp"
#include "diarist/options.hpp"

namespace diarist::capi {

/// All throw Failure for a size that is not known and Error{invalid_argument} for an enumeration's
/// value that is none; NULL stands for the defaults.
BehaviorOptions behavior_of(const diarist_options* options);
PerformanceOptions performance_of(const diarist_performance* performance);
FileFormat format_of(diarist_format format);

/// For enumerations: what is wrong with a value.
[[noreturn]] void refuse_value(const char* name, int value);

}  // namespace diarist::capi
