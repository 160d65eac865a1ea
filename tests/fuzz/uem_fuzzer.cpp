// Any bytes as UEM: read, or refused by Error{malformed}.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "fuzz/annotation_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    diarist::testing::check_annotations(diarist::parse_uem(text, "fuzz.uem"));
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
  }
  return 0;
}
