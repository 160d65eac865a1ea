// Where the reference material is. Tests that need it skip, and say so, where it is missing.
#pragma once

#include <gtest/gtest.h>

#include "testing/places.hpp"

namespace diarist::testing {

inline bool has_shared() { return !shared_dir().empty() && exists(shared_dir() / "goldens"); }

}  // namespace diarist::testing

/// At the top of a test that reads shared_dir().
#define DIARIST_NEEDS_SHARED()                                                              \
  if (!diarist::testing::has_shared()) {                                                    \
    GTEST_SKIP() << "needs the reference material: configure with -DDIARIST_SHARED=FOLDER"; \
  }
