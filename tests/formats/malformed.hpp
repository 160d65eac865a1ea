// What a reader says of a text that it refuses.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::testing {

/// Runs `parse`, which must throw Error{malformed} for line `line` of "f".
template <typename Parse>
std::string refusal(const Parse& parse, int line) {
  try {
    parse();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed) << error.what();
    EXPECT_EQ(error.subject(), "f:" + std::to_string(line)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "was taken";
  return "";
}

}  // namespace diarist::testing
