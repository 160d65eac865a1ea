// Waiting for sound that comes when it comes.
#pragma once

namespace diarist::audio {

/// How long a wait lasts until a token is looked at again: short for people, and next to no work.
inline constexpr int kLookMilliseconds = 100;

}  // namespace diarist::audio
