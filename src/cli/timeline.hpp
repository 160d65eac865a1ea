// A result for people at a terminal: a table of speakers and a line per speaker drawn in
// characters.
#pragma once

#include <string>

#include "diarist/diarization.hpp"

namespace diarist::cli {

/// One character per equal slice of the recording, higher the longer `speaker` (index into
/// Diarization::speakers) talks in it; `cells` characters in all. Blocks of eighths in UTF-8, of
/// which any speech at all shows at least the lowest; " .:+#" otherwise.
std::string timeline(const Diarization& diarization, int speaker, int cells, bool utf8);

/// Head line, table and timelines, in at most `width` columns (though not fewer than the table
/// needs), ending in a newline. `title` is printable.
std::string summary(const Diarization& diarization, const std::string& title, int width, bool utf8);

}  // namespace diarist::cli
