// A recording's name as one column of a line, whatever its file is called.
#pragma once

#include <string>
#include <string_view>

namespace diarist::formats {

/// `name` with each control character and each white space, Unicode's too, replaced by '_', so that
/// it stays one column for every reader: "Board meeting (2)" becomes "Board_meeting_(2)". An empty
/// name becomes "_". Other bytes stay, whether or not they are UTF-8.
std::string column_name(std::string_view name);

/// The same for a line's first column: a ';' or '#' in front, which would make the line a comment,
/// becomes '_' too.
std::string first_column_name(std::string_view name);

/// `name` with control characters (also DEL) replaced by '?', so that a terminal shows it as text.
std::string printable(std::string_view name);

}  // namespace diarist::formats
