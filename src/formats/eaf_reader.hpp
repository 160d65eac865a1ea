// Reads ELAN's annotation format, EAF 2.x and 3.0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::formats {

/// Properties of the header in which the writer keeps what the format has no place for.
inline constexpr const char* kEafRecording = "diarist:recording";
inline constexpr const char* kEafDuration = "diarist:duration_s";

/// ELAN counts milliseconds.
inline constexpr int kEafDecimals = 3;

/// A turn for each annotation of a tier that hangs on no other. The speaker is the tier's
/// participant or, where that is empty, its name; the recording is named by the writer's property
/// or, failing that, the first media file. Times that the file leaves open lie evenly between their
/// neighbours, with a notice. Document types and entities of its own are not looked at. Throws
/// Error{malformed}.
std::vector<Diarization> read_eaf(std::string_view text, const std::string& name);

bool recognizes_eaf(std::string_view text);

}  // namespace diarist::formats
