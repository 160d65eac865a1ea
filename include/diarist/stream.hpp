// A recording that is still going on: samples in as they come, turns out while they are spoken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/diarizer.hpp"
#include "diarist/export.hpp"
#include "diarist/options.hpp"

namespace diarist {

/// A speaker of a stream as far as it is known.
struct HeardSpeaker {
  int speaker = 0;              ///< StreamEvent::speaker.
  double speech_s = 0;          ///< Seconds in which they speak alone, of what is kept.
  std::vector<float> centroid;  ///< [256], not normalised: as Speaker::centroid.
};

/// Says who a stream's speakers are: stream_namer() of diarist/identification.hpp knows people by
/// their voices. One for each stream. Called by the thread that calls the stream, and by none of
/// the Diarizer's workers: it may use the same Diarizer. What its functions throw comes out of the
/// stream's.
class DIARIST_EXPORT SpeakerNamer {
 public:
  /// Of a speaker: empty for one whose name was taken back.
  struct Name {
    int speaker = 0;   ///< HeardSpeaker::speaker.
    std::string name;  ///< "Ann".
    double score = 0;  ///< How sure that is: StreamEvent::score.
  };

  virtual ~SpeakerNamer();
  /// All who may be speaking now, each time that more is known of them: names that have changed.
  virtual std::vector<Name> name(std::span<const HeardSpeaker> heard) = 0;
  /// The end's result.
  virtual void name(Diarization& diarization) = 0;
};

/// What a stream is asked for.
struct StreamOptions {
  /// How long a decision may wait, in seconds of the stream: 0.5 to 10. More is more certain.
  double delay_s = 2;
  /// Seconds after which a turn's speaker never changes, at least delay_s; up to a minute. Every
  /// change before is a StreamEvent::revised.
  double settle_s = 10;
  /// What finish() is to give: as Diarizer::diarize takes it. Channels are the caller's. Events
  /// heed the number of speakers or its upper bound, and how turns are tidied; the lower bound and
  /// `exclusive` are for the end alone.
  BehaviorOptions behavior = {};
  /// Of the samples: 1 Hz to 768 kHz.
  int sample_rate_hz = 16000;
  /// How much of the stream finish() tells of, in seconds: ten minutes to a week. An hour takes 20
  /// MB (a step of 1 s twice that), however long the stream; what was before is forgotten. Events
  /// are none the poorer: numbers of speakers stay, and who is heard again has the same one.
  double history_s = 4 * 3600;
  /// Names for its speakers, in events and in the result at the end; none if empty.
  std::shared_ptr<SpeakerNamer> names = nullptr;
};

/// Something that became known.
struct StreamEvent {
  /// What happened to a turn, or to a speaker.
  enum class Kind {
    speaker_named,  ///< Somebody is heard for the first time; `turn` is 0.
    turn_begun,     ///< Somebody speaks.
    turn_extended,  ///< And still does: `end_s` has moved.
    turn_ended,     ///< And has stopped.
    turn_revised,   ///< It was somebody else, or another stretch; `end_s` = `start_s`: nobody. One
                    ///< that has ended stays so, unless its end has moved.
    speaker_identified,  ///< Who that is, by StreamOptions::names; `turn` is 0. From now on `name`
                         ///< is the speaker's; SPEAKER_nn again where it was taken back.
  };
  Kind kind = Kind::turn_begun;  ///< Which of them.
  double clock_s = 0;            ///< Seconds of the stream that had been heard.
  std::int64_t turn = 0;         ///< From 1: which turn. The same for all of its events.
  double start_s = 0;            ///< Of the turn, in seconds from the stream's start.
  double end_s = 0;              ///< As far as it is known.
  int speaker = 0;               ///< From 0, in order of first appearance.
  std::string name;              ///< "SPEAKER_00", "SPEAKER_01", ...; or who it is.
  int previous_speaker = 0;      ///< Of a revised turn: who it was before; may be the same.
  float confidence = 0;          ///< 0 to 1: how sure the speaker is.
  /// Of who is identified, how sure that is: Speaker::identity_score. 0 in all other events.
  double score = 0;
};

/// "speaker", "begun", "extended", "ended", "revised" or "identified".
DIARIST_EXPORT std::string_view to_string(StreamEvent::Kind kind);

/// One stream. The same samples and options give the same events and the same result, however the
/// samples are divided and whatever the number of threads. To be used by one thread at a time;
/// streams of one Diarizer share its model and workers, each from a thread of its own.
///
/// What a SpeakerNamer throws loses nothing: it comes out once the call has done its work, events
/// come with the next call, which asks the namer again; finish() is then to be called once more.
/// Anything else that is thrown in the middle of the work (std::bad_alloc, say) leaves the stream
/// broken: from then on push(), finish() and speakers() throw Error{invalid_argument}.
///
/// The networks look at the last ten seconds twice a delay or more often; clustering is asked again
/// and again about all that was heard, and what it finds is mapped to the names that there are.
/// diart (Coria et al. 2021) clusters window by window instead.
class DIARIST_EXPORT Stream {
 public:
  /// `diarizer` must outlive it. Throws Error{invalid_argument} for options that are out of range.
  explicit Stream(const Diarizer& diarizer, StreamOptions options = {});
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// Takes samples, any number, and returns once they were looked at, with what became known by
  /// them, in order. Throws Error{corrupt_audio} for samples that are not finite, and
  /// Error{invalid_argument} after finish(); neither takes any of the samples.
  std::vector<StreamEvent> push(std::span<const float> samples);

  /// What a stream's end gives.
  struct End {
    std::vector<StreamEvent> events;  ///< What became known by that, in order.
    /// Where `complete`, what Diarizer::diarize gives for the same samples. Of a longer stream than
    /// StreamOptions::history_s, what was heard from `first_s` on, as if the stream had begun there
    /// but in its own time; that is better than to put the events together. Its speakers are
    /// numbered by themselves, as ever.
    Diarization diarization;
    bool complete = true;  ///< Whether `diarization` tells of the whole stream.
    double first_s = 0;    ///< Since when it does: at least the last history_s.
  };

  /// The stream has ended: all of it, byte for byte where it is complete. To be called until it
  /// returns. Throws Error{corrupt_audio} where nothing was pushed, Error{invalid_argument} once it
  /// has returned.
  End finish();

  /// Seconds that were pushed.
  double pushed_s() const;
  /// Bytes that are kept of what was heard, for clustering on the way and for the end.
  std::size_t kept_bytes() const;
  /// Who may be speaking, as far as that is known, in the order of their numbers.
  std::vector<HeardSpeaker> speakers() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
