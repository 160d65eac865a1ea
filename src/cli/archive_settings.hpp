// What the results of an archive follow from besides its recordings.
#pragma once

#include <string>

#include "diarist/model.hpp"

#include "cli/diarize_options.hpp"

namespace diarist::cli {

/// A line for each: version, model by its bytes, options of diarizing, formats in any order, known
/// voices. Alike for the same answer, whatever threads, cache, place and machine; the instruction
/// set and precision are those that were asked for. Known voices count as they are now; with
/// --remember, which changes them with each recording, only which store it is. Throws as
/// SpeakerStore does.
std::string archive_settings(const DiarizeArguments& arguments, const Model& model);

}  // namespace diarist::cli
