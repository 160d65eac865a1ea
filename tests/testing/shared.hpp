// Where the reference material is. Tests that need it skip, and say so, where it is missing.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace diarist::testing {

inline std::filesystem::path shared_dir() { return DIARIST_SHARED_DIR; }
inline bool has_shared() { return !shared_dir().empty() && exists(shared_dir() / "goldens"); }
inline std::filesystem::path source_dir() { return DIARIST_SOURCE_DIR; }

}  // namespace diarist::testing

/// At the top of a test that reads shared_dir().
#define DIARIST_NEEDS_SHARED()                                                              \
  if (!diarist::testing::has_shared()) {                                                    \
    GTEST_SKIP() << "needs the reference material: configure with -DDIARIST_SHARED=FOLDER"; \
  }
