// A JSON document of segments, and the same with speakers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "transcripts/json_document.hpp"
#include "transcripts/original.hpp"

namespace diarist::transcripts {

class SegmentsOriginal : public Original {
 public:
  /// `loose`: the places, in the document's own array of words, of each segment's words; empty
  /// where the segments have their words themselves.
  SegmentsOriginal(JsonDocument document, std::vector<std::vector<std::size_t>> loose);

  std::string written(const Transcript& transcript) const override;

 private:
  JsonDocument document_;
  std::vector<std::vector<std::size_t>> loose_;
};

}  // namespace diarist::transcripts
