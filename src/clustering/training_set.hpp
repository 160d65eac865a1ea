// Which embeddings speakers are learnt from: those of local speakers who were heard alone for long
// enough.
//
// In: local activity, the raw embeddings [windows, speakers, dimensions]. Out: which (window, local
// speaker) pairs, in order, and their embeddings in double precision. Follows pyannote.audio 4's
// clustering.
#pragma once

#include <span>
#include <vector>

#include "diarist/segmenter.hpp"

#include "clustering/matrix.hpp"

namespace diarist::clustering {

/// [windows * speakers]: whether each local speaker is active in any frame.
std::vector<bool> active_speakers(const LocalActivity& activity);

/// Indices window * speakers + speaker, ascending, of local speakers who are the only active one in
/// at least `min_clean_share` of the window's frames.
std::vector<int> training_speakers(const LocalActivity& activity, double min_clean_share);

/// Rows `speakers` of the embeddings, [speakers.size(), dimensions].
RowMatrix gather(std::span<const float> embeddings, std::span<const int> speakers,
                 Eigen::Index dimensions);

}  // namespace diarist::clustering
