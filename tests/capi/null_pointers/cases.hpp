// Calls with each pointer that must not be NULL as NULL in turn, a room of the interface a file.
// What they capture must outlive them.
#pragma once

#include <string>
#include <vector>

#include "capi/everything.hpp"

namespace diarist::testing {

/// Where results would go.
struct Places {
  diarist_model* model = nullptr;
  diarist_diarizer* diarizer = nullptr;
  diarist_diarization* result = nullptr;
  diarist_embedder* embedder = nullptr;
  diarist_segmenter* segmenter = nullptr;
  diarist_comparison* comparison = nullptr;
  diarist_stream* stream = nullptr;
  diarist_events* events = nullptr;
  diarist_store* store = nullptr;
  diarist_voices* voices = nullptr;
  diarist_remembered* remembered = nullptr;
  diarist_voice voice = blank<diarist_voice>();
  diarist_voice_session session = blank<diarist_voice_session>();
  diarist_event event = blank<diarist_event>();
  diarist_imported_voices imported = blank<diarist_imported_voices>();
  diarist_tensor tensor = blank<diarist_tensor>();
  diarist_score score = blank<diarist_score>();
  double number = 0;
  float value = 0;
  /// Names that may be given besides.
  const std::string rttm = (source_dir() / "samples" / "sample.rttm").string();
  const char* const file = rttm.c_str();
  const char* const no_names[1] = {nullptr};
};

/// Of recordings and models.
std::vector<Case> diarizing_cases(const Everything& a, Places& to);
/// Of single stages.
std::vector<Case> stage_cases(const Everything& a, Places& to);
/// Of scores, transcripts and packs.
std::vector<Case> tool_cases(const Everything& a, Places& to);
/// Of live streams.
std::vector<Case> stream_cases(const Everything& a, Places& to);
/// Of known voices.
std::vector<Case> voice_cases(const Everything& a, Places& to);

}  // namespace diarist::testing
