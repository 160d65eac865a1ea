// The store of known voices, as the server uses it: opened for each use, so that `diarist speakers`
// may change, move or replace it meanwhile.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"
#include "diarist/stream.hpp"

#include "server/job_options.hpp"

namespace diarist::server {

/// All functions are safe from any thread, and throw as SpeakerStore does. A store that is missing
/// is an empty one, and is made by what adds to it.
class KnownVoices {
 public:
  explicit KnownVoices(std::filesystem::path file) : file_(std::move(file)) {}

  std::vector<KnownVoice> all();
  /// Throws Problem{404}.
  KnownVoice one(const std::string& name);
  /// Throws Problem{422} for a name that is none.
  void add(const std::string& name, const VoiceSample& sample, const Model& model);
  /// Throws Problem{404, 409, 422}.
  void rename(const std::string& from, const std::string& to);
  void forget(const std::string& name);
  /// identify() or remember(), as the options say.
  void name_people(Diarization& diarization, const JobOptions& options, const Model& model);
  /// The same for a live stream, of voices as they are now; null where there is no store.
  std::shared_ptr<SpeakerNamer> namer(const JobOptions& options, const Model& model);

 private:
  bool there() const;
  std::filesystem::path file_;
};

/// Whether a person may be called so: what SpeakerStore takes. Throws Problem{422}.
void check_voice_name(const std::string& name);

}  // namespace diarist::server
