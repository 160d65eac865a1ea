// The report for programs: options, and every attempt with its comparison.
#pragma once

#include <string>
#include <vector>

#include "diarist/quantization_report.hpp"

namespace diarist::modeltools::report {

/// One JSON object of the schema "diarist.quantization"; comparisons are as to_json() gives them.
std::string json_report(const std::vector<QuantizationAttempt>& attempts,
                        const ReportSubject& subject);

}  // namespace diarist::modeltools::report
