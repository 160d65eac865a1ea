// Recordings to try packs on: those that a caller names, and the one that is built in.
#include <array>
#include <memory>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/quantization.hpp"

#include "audio/bytes_source.hpp"
#include "audio/reader.hpp"
#include "modeltools/quantize/builtin_sample.hpp"

namespace diarist {
namespace {

std::vector<float> read_all(audio::Reader& reader) {
  constexpr std::size_t kAtOnce = 1 << 20;
  std::vector<float> samples;
  for (;;) {
    const std::size_t before = samples.size();
    samples.resize(before + kAtOnce);
    const std::array<float*, 1> streams = {samples.data() + before};
    const std::size_t count = reader.read(streams, kAtOnce);
    samples.resize(before + count);
    if (count == 0) return samples;
  }
}

}  // namespace

CalibrationRecording read_calibration_recording(const std::filesystem::path& file) {
  CalibrationRecording recording;
  recording.name = file.filename().string();
  recording.samples = read_all(*audio::Reader::open(file, ChannelMode::downmix, 1));
  std::filesystem::path beside = file;
  beside.replace_extension(".rttm");
  if (!std::filesystem::exists(beside)) return recording;
  std::vector<Annotation> annotations = read_rttm(beside);
  // Of a file for many recordings, the one of this name.
  for (Annotation& annotation : annotations) {
    if (annotations.size() == 1 || annotation.recording == file.stem().string()) {
      recording.reference = std::move(annotation);
      break;
    }
  }
  if (!recording.reference) {
    throw Error(ErrorCode::malformed, beside.string(),
                "has no turns of a recording '" + file.stem().string() + "'",
                "name the recording in it as its file is named, or move it away");
  }
  return recording;
}

CalibrationRecording builtin_calibration_recording() {
  CalibrationRecording recording;
  recording.name = "built-in sample";
  recording.samples = audio::decode_bytes(modeltools::quantize::builtin_sample_flac());
  const std::span<const std::byte> rttm = modeltools::quantize::builtin_sample_rttm();
  recording.reference =
      parse_rttm({reinterpret_cast<const char*>(rttm.data()), rttm.size()}, recording.name).front();
  return recording;
}

}  // namespace diarist
