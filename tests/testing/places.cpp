#include "testing/places.hpp"

namespace diarist::testing {

std::filesystem::path source_dir() { return DIARIST_SOURCE_DIR; }

std::filesystem::path shared_dir() { return DIARIST_SHARED_DIR; }

const char* program() { return DIARIST_PROGRAM; }

}  // namespace diarist::testing
