// The version of diarist, of which CMake, the packages and the Python package take theirs.
#pragma once

/// The version of these headers, as in "0.1.0". The library says its own in diarist_version().
#define DIARIST_VERSION "0.1.0"
