// Where things are on this machine, in one compiled file: the tests themselves are the same text in
// every clone.
#pragma once

#include <filesystem>

namespace diarist::testing {

std::filesystem::path source_dir();
/// Empty where there is no reference material.
std::filesystem::path shared_dir();
/// The program under test.
const char* program();

}  // namespace diarist::testing
