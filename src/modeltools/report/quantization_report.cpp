// The files of a report, each made by a source of its own.
#include "diarist/quantization_report.hpp"

#include "diarist/error.hpp"

#include "modeltools/report/html_page.hpp"
#include "modeltools/report/integration_guide.hpp"
#include "modeltools/report/json_report.hpp"
#include "modeltools/report/test_script.hpp"

namespace diarist {

std::vector<ReportFile> quantization_report(const QuantizedPack& pack,
                                            const ReportSubject& subject) {
  namespace report = modeltools::report;
  if (pack.attempts.empty() || !pack.attempts.back().taken || !pack.attempts.back().comparison) {
    throw Error(ErrorCode::invalid_argument, "report", "is of a pack that was not made");
  }
  return {{"report.html", report::html_page(pack.attempts, subject), false},
          {"report.json", report::json_report(pack.attempts, subject), false},
          {"test.sh", report::test_script(subject), true},
          {"guide.md", report::integration_guide(pack.attempts.back(), subject), false}};
}

}  // namespace diarist
