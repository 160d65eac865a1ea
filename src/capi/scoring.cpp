// Turns against a reference.
#include "diarist/scoring.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/formats.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;
using diarist::Annotation;

namespace {

diarist_scoring default_scoring() {
  const diarist::ScoringOptions defaults;
  diarist_scoring scoring{};
  scoring.size = sizeof(scoring);
  scoring.convention = DIARIST_CONVENTION_PYANNOTE;
  scoring.skip_overlap = defaults.skip_overlap ? 1 : 0;
  scoring.collar_s = defaults.collar_s;
  return scoring;
}

diarist::ScoringOptions scoring_of(const diarist_scoring* scoring) {
  const diarist_scoring given = taken(scoring, default_scoring(), "diarist_scoring");
  if (given.convention != DIARIST_CONVENTION_PYANNOTE &&
      given.convention != DIARIST_CONVENTION_NIST) {
    refuse_value("convention", given.convention);
  }
  diarist::ScoringOptions options;
  options.convention = given.convention == DIARIST_CONVENTION_NIST
                           ? diarist::ScoringConvention::nist
                           : diarist::ScoringConvention::pyannote;
  options.collar_s = given.collar_s;
  options.skip_overlap = given.skip_overlap != 0;
  return options;
}

const Annotation* find(const std::vector<Annotation>& all, const std::string& recording) {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Annotation& each) { return each.recording == recording; });
  return found == all.end() ? nullptr : &*found;
}

/// The two files that all of scoring reads.
struct Reference {
  Reference(const char* reference_file, const char* uem_file)
      : annotations(diarist::read_annotations(checked_path(reference_file, "reference_file"))) {
    if (uem_file != nullptr) uem = diarist::read_uem(checked_path(uem_file, "uem_file"));
    if (annotations.empty()) {
      throw diarist::Error(diarist::ErrorCode::invalid_argument, reference_file,
                           "holds no turns, so there is nothing to score against");
    }
  }

  diarist::Score score(const Annotation& reference, const Annotation& hypothesis,
                       const diarist::ScoringOptions& options) const {
    const Annotation* const scored = ::find(uem, reference.recording);
    return diarist::score(reference, hypothesis,
                          scored == nullptr ? std::nullopt : std::optional(*scored), options);
  }

  std::vector<Annotation> annotations;
  std::vector<Annotation> uem;
};

void tell(const diarist::Score& sum, int recordings, diarist_score* score) {
  diarist_score told{};
  told.der = sum.der();
  told.jer = sum.jer();
  told.total_s = sum.total_s;
  told.miss_s = sum.miss_s;
  told.false_alarm_s = sum.false_alarm_s;
  told.confusion_s = sum.confusion_s;
  told.reference_speakers = sum.reference_speakers;
  told.hypothesis_speakers = sum.hypothesis_speakers;
  told.recordings = recordings;
  give(score, told, "diarist_score");
}

}  // namespace

diarist_status diarist_scoring_init(diarist_scoring* scoring, size_t size, diarist_error** error) {
  return guarded(error, [&] { give(scoring, size, default_scoring(), "diarist_scoring"); });
}

diarist_status diarist_score_files(const char* reference_file, const char* hypothesis_file,
                                   const char* uem_file, const diarist_scoring* scoring,
                                   diarist_score* score, diarist_error** error) {
  return guarded(error, [&] {
    const diarist::ScoringOptions options = scoring_of(scoring);
    const Reference reference(reference_file, uem_file);
    const std::vector<Annotation> hypotheses =
        diarist::read_annotations(checked_path(hypothesis_file, "hypothesis_file"));
    if (!hypotheses.empty() &&
        std::none_of(hypotheses.begin(), hypotheses.end(), [&](const Annotation& each) {
          return ::find(reference.annotations, each.recording) != nullptr;
        })) {
      throw diarist::Error(diarist::ErrorCode::invalid_argument, hypothesis_file,
                           std::string("has no recording of ") + reference_file,
                           "recordings are matched by their names: in RTTM the second column");
    }
    diarist::Score sum;
    int recordings = 0;
    for (const Annotation& each : reference.annotations) {
      const Annotation* const hypothesis = ::find(hypotheses, each.recording);
      const Annotation silence{each.recording, {}};
      sum += reference.score(each, hypothesis == nullptr ? silence : *hypothesis, options);
      ++recordings;
    }
    tell(sum, recordings, score);
  });
}

diarist_status diarist_score_diarization(const char* reference_file,
                                         const diarist_diarization* diarization,
                                         const char* uem_file, const diarist_scoring* scoring,
                                         diarist_score* score, diarist_error** error) {
  return guarded(error, [&] {
    const diarist::ScoringOptions options = scoring_of(scoring);
    const auto result = use(diarization, "diarization");
    const Reference reference(reference_file, uem_file);
    const Annotation* const turns = ::find(reference.annotations, result->recording);
    if (turns == nullptr) {
      throw diarist::Error(diarist::ErrorCode::invalid_argument, reference_file,
                           "has no turns of '" + result->recording + "'",
                           "recordings are matched by their names: in RTTM the second column");
    }
    tell(reference.score(*turns, diarist::to_annotation(*result), options), 1, score);
  });
}
