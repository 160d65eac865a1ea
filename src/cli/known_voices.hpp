// --identify and --remember: a recording's speakers under the names of voices that are known.
#pragma once

#include <memory>
#include <string>

#include "diarist/diarization.hpp"
#include "diarist/identification.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"
#include "diarist/stream.hpp"

#include "cli/diarize_options.hpp"

namespace diarist::cli {

/// The store that was named, for recordings one after the other: whom the first one brings, the
/// second one knows. Not safe to share.
class KnownVoices {
 public:
  /// Refuses before hours of work what could not be compared after them: throws as identify() and
  /// identification_of() do. `arguments.identify` is there.
  KnownVoices(const DiarizeArguments& arguments, const Model& model);

  /// Names speakers, and keeps who is not known where that was asked for, telling so behind
  /// `prefix` unless that is null. Throws OutputError where the store cannot be changed.
  void name(Diarization& diarization, const std::string* prefix);

  /// The same for a stream's events: voices as they are kept now. Names nobody in the result, which
  /// is for name().
  std::shared_ptr<SpeakerNamer> namer_of_events() const;

 private:
  SpeakerStore store_;
  Model model_;
  IdentificationOptions options_;
  bool remember_;
};

}  // namespace diarist::cli
