// What we know of the terminal, and what is safe to show on it.
#pragma once

#include <string>
#include <string_view>

namespace diarist::cli {

/// Is this file descriptor a terminal that understands cursor movement (not TERM=dumb)?
bool is_terminal(int descriptor);

/// Columns of the terminal behind `descriptor`; $COLUMNS or 80 where it does not tell. At least 20.
int terminal_width(int descriptor);

/// Rows of it; 24 where it does not tell.
int terminal_height(int descriptor);

/// Is it a terminal whose user does not refuse colours (NO_COLOR, as no-color.org has it)?
bool wants_colour(int descriptor);

/// Does the locale's character set hold block characters?
bool locale_is_utf8();

/// `text` as it may be shown to people: control characters and bytes that are not UTF-8 become '?',
/// so that a file name cannot move the cursor. Everything beyond ASCII becomes '?' where `utf8` is
/// false.
std::string printable(std::string_view text, bool utf8);

/// Columns that a printable UTF-8 text takes, one a code point (wide scripts take more, and then a
/// table is merely ragged).
int columns(std::string_view text);

/// Cuts from the front, with an ellipsis, to at most `width` columns: ends tell file names apart.
std::string shortened(std::string_view text, int width, bool utf8);

/// "1:02:03", "2:03" or "0:03" for whole seconds.
std::string clock_time(double seconds);

}  // namespace diarist::cli
