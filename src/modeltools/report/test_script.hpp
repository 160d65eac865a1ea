// A shell script that holds a quantized pack against the one it was made from.
#pragma once

#include <string>

#include "diarist/quantization_report.hpp"

namespace diarist::modeltools::report {

/// For a POSIX shell. Paths in it are quoted, whatever they hold. It ends with 0 where the new pack
/// is within its limits, else with what `diarist compare --check` ends with.
std::string test_script(const ReportSubject& subject);

/// Of `diarist compare`, to hold the new pack to the limits that it was made with.
std::string check_options(const ReportSubject& subject);

/// `text` as one word of a POSIX shell.
std::string shell_word(const std::string& text);

}  // namespace diarist::modeltools::report
