// What stands beside a quantized pack for those who are to use it: figures, plots, a test, a guide.
#pragma once

#include <string>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/quantization.hpp"

namespace diarist {

/// How the report names things: as its readers reach them.
struct ReportSubject {
  std::string original;                 ///< Path of the pack that was quantized, or "built-in".
  std::string result;                   ///< Path of the pack that was made.
  std::vector<std::string> recordings;  ///< Paths; empty for the built-in one.
  QuantizationOptions options;          ///< That it was made with.
};

/// One file of the report, for the caller to write.
struct ReportFile {
  std::string name;      ///< "report.html"; no folder.
  std::string text;      ///< All of it, UTF-8.
  bool program = false;  ///< To be run: a script.
};

/// Four files: `report.html` (one page with plots, nothing to fetch), `report.json` (the same
/// figures, schema "diarist.quantization"), `test.sh` (checks the new pack against the old one, and
/// times both) and `guide.md` (how to use it, to watch it and to go back). Pure; no file is
/// written. The last attempt must have been taken, as quantize() leaves it.
DIARIST_EXPORT std::vector<ReportFile> quantization_report(const QuantizedPack& pack,
                                                           const ReportSubject& subject);

}  // namespace diarist
