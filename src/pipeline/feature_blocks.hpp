// The features of samples that are all there, in blocks between which the caller may stop.
#pragma once

#include <span>

#include "diarist/run.hpp"

#include "dsp/fbank.hpp"

namespace diarist::pipeline {

/// What `fbank.compute()` gives, bit for bit: [frames, mel bins] to `out`. Looks at `cancellation`,
/// which may be null, before every ten seconds of audio (some milliseconds of work), and throws
/// Error{cancelled}.
void compute_features(const dsp::Fbank& fbank, std::span<const float> samples, float* out,
                      dsp::Fbank::Workspace& workspace, const CancellationToken* cancellation);

}  // namespace diarist::pipeline
