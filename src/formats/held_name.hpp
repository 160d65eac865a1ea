// Names as each format can hold them: what it cannot is replaced, so that a reader gets one name
// back. Each function leaves what it gave as it is. Pure, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace diarist::formats {

/// Any bytes.
std::string any_name(std::string_view name);
/// UTF-8 of any characters.
std::string unicode_name(std::string_view name);
/// On one line: control characters become spaces.
std::string line_name(std::string_view name);
/// The same of UTF-8.
std::string unicode_line_name(std::string_view name);
/// Characters that XML 1.0 has. An empty name becomes "_".
std::string xml_name(std::string_view name);
/// Of a WebVTT voice tag: white space collapses to single spaces, with none at the ends. An empty
/// name becomes "_".
std::string voice_name(std::string_view name);
/// Before a colon in a subtitle: '<', '>' and '\\', which begin tags in one player or another,
/// colons at a word's end and a dash in front become '_', and so do brackets around all of it; one
/// line without blanks at its ends. An empty name becomes "_".
std::string subtitle_name(std::string_view name);

}  // namespace diarist::formats
