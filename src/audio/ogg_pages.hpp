// The pages of an Ogg file (RFC 3533).
#pragma once

#include <cstdint>
#include <string>

namespace diarist::audio {

/// Gives all pages of a file with one stream this serial number, and each its checksum anew.
/// Encoders draw the number by lot, and the same sound is to be the same bytes. Throws
/// Error{internal} where the bytes are no pages.
void set_ogg_serial(std::string& file, std::uint32_t serial);

}  // namespace diarist::audio
