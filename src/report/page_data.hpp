// The data block of a page: what the viewer reads (web/viewer/report_data.js; docs/guide/report.md
// has the fields).
#pragma once

#include <string>

#include "diarist/diarization.hpp"
#include "diarist/report.hpp"

namespace diarist::report {

inline constexpr const char* kReportSchema = "diarist.report";
inline constexpr int kReportVersion = 1;

/// JSON on one line without a '<', so that nothing in it ends the block it stands in. Throws as
/// score() does.
std::string page_data(const Diarization& diarization, const ReportOptions& options);

}  // namespace diarist::report
