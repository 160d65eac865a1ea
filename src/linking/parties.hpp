// What is there before anybody is found to be somebody: the persons of an earlier linking, the
// store's voices, and new speakers. Each is a group at first, numbered in that order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "diarist/link.hpp"

#include "base/thread_pool.hpp"
#include "linking/apartness.hpp"
#include "linking/newcomers.hpp"
#include "linking/voice_groups.hpp"

namespace diarist::linking {

/// Seconds of speech of which a voice is known nearly as well as ever: enrolment from 10 s is near
/// the best that docs/accuracy.md has.
inline constexpr double kFounder_s = 10;

class Parties {
 public:
  /// `known` may be null. What is given must outlive it. Throws Error{invalid_argument} for a voice
  /// of a name that a person has who was never known to be a voice.
  Parties(std::span<const LinkedSpeaker> speakers, Newcomers newcomers,
          std::vector<KnownVoice> voices, const Linking* known);

  std::size_t groups() const { return first_look_ + newcomers_.heard.size(); }
  const Newcomers& newcomers() const { return newcomers_; }

  /// The person that a group was; null where it was none.
  const LinkedPerson* person(std::size_t group) const;
  /// The voice that a group was, or that a person had the name of; null where there is none.
  const KnownVoice* voice(std::size_t group) const;
  /// The new speaker that a group was; null where it was none.
  const LinkedSpeaker* look(std::size_t group) const;

  /// Which groups are founders (agglomeration.hpp): voices, new speakers who speak for kFounder_s,
  /// and persons who did so in a recording or are a voice. [groups()]
  std::vector<bool> founders() const;
  /// Fills groups with sums; each block of groups is one task's.
  void add_to(VoiceGroups& groups, ThreadPool& pool) const;
  void add_to(Apartness& apartness) const;

 private:
  std::span<const LinkedSpeaker> speakers_;
  Newcomers newcomers_;
  std::vector<KnownVoice> voices_;
  const Linking* known_;
  std::size_t persons_ = 0;             ///< Groups of persons: the first ones.
  std::size_t first_look_ = 0;          ///< Voices without a person lie before it.
  std::vector<std::int64_t> voice_of_;  ///< Of the groups before first_look_; -1 for none.
};

}  // namespace diarist::linking
