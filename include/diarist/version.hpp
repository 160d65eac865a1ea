// The version of diarist, of which CMake, the packages and the Python package take theirs.
#pragma once

#define DIARIST_VERSION "0.1.0"
