// What a SpeakerStore holds, for this room's files alone.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "diarist/speaker_store.hpp"

#include "sqlite/database.hpp"

namespace diarist {

struct DIARIST_HIDDEN SpeakerStore::Implementation {
  std::mutex mutex;  ///< Held for a whole transaction.
  std::unique_ptr<sqlite::Database> database;
};

namespace voices {

/// Throws Error{invalid_argument} where it is no embedding of that space, Error{invalid_argument}
/// for a length that is none.
void check_sample(const VoiceSample& sample, const VoiceSpace& space);

/// Seconds since 1970.
std::int64_t now();

}  // namespace voices
}  // namespace diarist
