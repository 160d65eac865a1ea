// A recording once through, and its pieces to their files on the way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "diarist/run.hpp"

#include "audio/recording.hpp"
#include "audio/sample_writer.hpp"
#include "cutting/cut_plan.hpp"
#include "cutting/staged_folder.hpp"

namespace diarist::cutting {

/// A file, and what goes into it one after the other.
struct PlannedFile {
  std::string name;
  std::vector<Piece> pieces;  ///< In time, none empty, none overlapping another.
};

struct CutSettings {
  audio::WrittenFormat format;  ///< Of every file, but for its frames.
  std::int64_t gap = 0;         ///< Samples of silence between pieces.
};

/// Reads `recording` to the end of the last piece and writes the files, which are in the order of
/// their first pieces, to `folder`. Files are open
/// from their first piece to their last. Where the recording is shorter than was thought, the last
/// pieces become shorter. `progress` is told the samples done, several times a second.
///
/// Throws Error{corrupt_audio} as the source does, where samples are to be rounded and one is not
/// finite, and where the recording ends before a piece begins; Error{io}; Error{cancelled}.
void cut(audio::Recording& recording, std::vector<PlannedFile>& files, const CutSettings& settings,
         const StagedFolder& folder, const CancellationToken& cancellation,
         const std::function<void(std::int64_t)>& progress);

}  // namespace diarist::cutting
