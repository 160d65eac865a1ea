// A result as an annotation.
#include <string>

#include "formats/format_registry.hpp"

namespace diarist {

Annotation to_annotation(const Diarization& diarization) {
  Annotation annotation;
  annotation.recording = diarization.recording;
  annotation.segments.reserve(diarization.turns.size());
  for (const Turn& turn : diarization.turns) {
    annotation.segments.push_back({turn.start_s, turn.end_s,
                                   std::string(formats::speaker_name(diarization, turn.speaker)),
                                   std::to_string(turn.channel)});
  }
  return annotation;
}

}  // namespace diarist
