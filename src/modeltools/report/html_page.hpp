// The report for people: one HTML page with its plots in it.
#pragma once

#include <string>
#include <vector>

#include "diarist/quantization_report.hpp"

namespace diarist::modeltools::report {

/// The last of `attempts` is the one that was taken. Names are escaped; the page fetches nothing.
std::string html_page(const std::vector<QuantizationAttempt>& attempts,
                      const ReportSubject& subject);

}  // namespace diarist::modeltools::report
