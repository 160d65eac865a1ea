// What a recording gave, and the files that it goes to.
#pragma once

#include <optional>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/report.hpp"

#include "cli/output_plan.hpp"

namespace diarist::cli {

/// Turns, and what a page shows of the sound where one is to be written and the sound is at hand.
struct Finding {
  Diarization diarization;
  std::optional<ReportAudio> audio;
};

/// Is there a page among them?
bool wants_sound(const std::vector<PlannedOutput>& outputs);

/// All formats of one recording, or none of them. Throws OutputError.
void write_outputs(const Finding& finding, const std::vector<PlannedOutput>& outputs);

}  // namespace diarist::cli
