// The layout of a store's file: made, checked, brought up to date, and written anew once something
// was forgotten.
//
// Tables (sizes in bytes of an embedding of 256 numbers):
//   voice    a person: id, name, whether somebody gave that name
//   session  what one recording told of a voice: 1 KB of embedding, and whence it is
//   space    one row: which pack's embeddings these are; none while there are no sessions
//   setting  next_unnamed: the number of the next VOICE_nnnn, none of which is given twice;
//            purge: 1 while bytes of what was forgotten may be in the file
#pragma once

#include <filesystem>
#include <memory>

#include "diarist/speaker_store.hpp"

#include "sqlite/database.hpp"

namespace diarist::voices {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

/// "dvox": how the first bytes of the file tell whose it is; and the tables as this program makes
/// them.
inline constexpr sqlite::Layout kLayout{0x64766f78, 1};

/// Throws as SpeakerStore's constructor does. Of a file of an older layout makes one of this.
std::unique_ptr<Database> open_store(const std::filesystem::path& file,
                                     const SpeakerStoreOptions& options);

/// Says, inside of the transaction that deletes, that bytes are to go from the file.
void request_purge(Database& database);
/// Writes the file anew without them, and empties the log. False where others read the store, and
/// old bytes are left; they stay requested then. Outside of transactions.
bool purge(Database& database);

}  // namespace diarist::voices
