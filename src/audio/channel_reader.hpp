// From a decoder to the streams of a Reader: channels, checks, resampling, blocks.
#pragma once

#include <memory>
#include <string>

#include "audio/reader.hpp"
#include "audio/source.hpp"

namespace diarist::audio {

/// Reads `source` as `mode` and `channel` (from 1, with ChannelMode::pick) say. `subject` names the
/// recording in messages. Throws Error{invalid_argument} for a channel that the recording has not,
/// Error{corrupt_audio} where there is not one sample.
std::unique_ptr<Reader> make_channel_reader(std::unique_ptr<Source> source, std::string subject,
                                            ChannelMode mode, int channel);

}  // namespace diarist::audio
