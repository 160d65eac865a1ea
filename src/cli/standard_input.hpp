// Standard input that is to be read more than once.
#pragma once

namespace diarist::cli {

/// From now on descriptor 0 is a regular file with all that standard input holds: the one it was,
/// or a copy without a name of what comes through a pipe. Throws as reading "-" does.
void keep_standard_input();

}  // namespace diarist::cli
