// Reads Praat's TextGrid, long, short and chronological, after the rules of Praat's manual
// ("TextGrid file formats"): what counts are free-standing numbers, texts in quotes and flags in
// angle brackets; the rest is comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::formats {

/// A turn for each interval with a text that is not blank. The tier's name is the speaker's, but in
/// a tier that is called "speaker" or "speakers": there the texts are names. Tiers of points are
/// passed over. What is no UTF-8 is Latin-1. Throws Error{malformed}, for Praat's binary files too.
std::vector<Diarization> read_textgrid(std::string_view bytes, const std::string& name);

bool recognizes_textgrid(std::string_view text);

}  // namespace diarist::formats
