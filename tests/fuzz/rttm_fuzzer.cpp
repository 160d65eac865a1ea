// Any bytes as RTTM: read, or refused by Error{malformed}. What was read is scored too, since a
// scorer must take whatever a reader lets through.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "fuzz/annotation_checks.hpp"

namespace {

/// A score of more segments than this costs time that is better spent on other input.
constexpr std::size_t kMostScoredSegments = 64;

void score_first_against_last(const std::vector<diarist::Annotation>& annotations) {
  if (annotations.empty()) return;
  const diarist::Annotation& reference = annotations.front();
  const diarist::Annotation& hypothesis = annotations.back();
  if (reference.segments.size() + hypothesis.segments.size() > kMostScoredSegments) return;
  for (const auto convention :
       {diarist::ScoringConvention::pyannote, diarist::ScoringConvention::nist}) {
    const diarist::Score score =
        diarist::score(reference, hypothesis, std::nullopt, {convention, 0.25, true});
    if (!(score.total_s >= 0) || !(score.jer() >= 0) || !(score.jer() <= 1)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto annotations = diarist::parse_rttm(text, "fuzz.rttm");
    diarist::testing::check_annotations(annotations);
    score_first_against_last(annotations);
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
  }
  return 0;
}
