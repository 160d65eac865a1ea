// Every function of the header, with every pointer that must not be NULL as NULL: a named error,
// never a crash.
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {
namespace {

/// As the header declares them. Functions without a status are tested by what they return.
std::set<std::string> functions_with_status() {
  std::ifstream header(source_dir() / "include" / "diarist" / "diarist.h");
  std::set<std::string> names;
  std::string before;
  std::string type;
  for (std::string word; header >> word; before = std::exchange(type, word)) {
    if (before == "DIARIST_API" && type == "diarist_status") {
      names.insert(word.substr(0, word.find('(')));
    }
  }
  names.erase("diarist_error_status");
  return names;
}

TEST(NullPointers, AreRefusedByEveryFunction) {
  const Everything everything;
  Places to;
  std::set<std::string> tried;
  for (const std::vector<Case>& cases :
       {diarizing_cases(everything, to), stage_cases(everything, to), tool_cases(everything, to),
        stream_cases(everything, to), voice_cases(everything, to)}) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      tried.insert(cases[i].function);
      EXPECT_TRUE(says(DIARIST_NULL_ARGUMENT, "is NULL", cases[i].call))
          << cases[i].function << ", case " << i;
      EXPECT_EQ(cases[i].call(nullptr), DIARIST_NULL_ARGUMENT) << "without a place for the error";
    }
  }
  EXPECT_EQ(tried, functions_with_status());
  EXPECT_EQ(to.model, nullptr);
  EXPECT_EQ(to.diarizer, nullptr);
  EXPECT_EQ(to.result, nullptr);
  EXPECT_EQ(to.embedder, nullptr);
  EXPECT_EQ(to.segmenter, nullptr);
  EXPECT_EQ(to.comparison, nullptr);
  EXPECT_EQ(to.stream, nullptr);
  EXPECT_EQ(to.events, nullptr);
  EXPECT_EQ(to.store, nullptr);
  EXPECT_EQ(to.voices, nullptr);
  EXPECT_EQ(to.remembered, nullptr);
}

}  // namespace
}  // namespace diarist::testing
