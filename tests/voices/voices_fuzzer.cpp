// Any bytes as exported voices: read, and then written and read the same again; or refused by
// Error{malformed}.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "diarist/error.hpp"

#include "voices/voice_document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using diarist::voices::parse_voice_document;
  using diarist::voices::voice_document;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string written = voice_document(parse_voice_document(text, "fuzz.json"));
    if (voice_document(parse_voice_document(written, "again.json")) != written) std::abort();
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
  }
  return 0;
}
