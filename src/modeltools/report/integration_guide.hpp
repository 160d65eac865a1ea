// How to use a quantized pack, watch it and go back, in words and code.
#pragma once

#include <string>

#include "diarist/quantization_report.hpp"

namespace diarist::modeltools::report {

/// Markdown. `taken`: the attempt that the pack came of.
std::string integration_guide(const QuantizationAttempt& taken, const ReportSubject& subject);

}  // namespace diarist::modeltools::report
