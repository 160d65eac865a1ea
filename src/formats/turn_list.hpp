// What a reader finds, turn by turn, made into results.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::formats {

/// A turn's confidence where the file holds none.
inline constexpr float kUnknownConfidence = std::numeric_limits<float>::quiet_NaN();

/// Decimals that sums of start and duration are rounded to, so that 0.1 + 0.2 reads as 0.3.
inline constexpr int kSumDecimals = 9;

/// A turn as a file has it.
struct FoundTurn {
  double start_s = 0;
  double end_s = 0;
  std::string_view speaker;
  float confidence = kUnknownConfidence;
  int channel = 1;
};

/// The number of a channel that is spelled somehow: "1" is 1; a single letter is its place in the
/// alphabet; "NA", "<NA>", "-" and nothing are 1; none for what else there is.
std::optional<int> channel_number(std::string_view text);

/// Gathers turns by recording.
class TurnList {
 public:
  /// `file` stands for the file in messages; a recording without a name has the file's, without
  /// folder and ending.
  explicit TurnList(std::string file);

  /// A turn of line `line`. A turn without length is counted, and left out. Throws Error{malformed}
  /// where it ends before it starts, lasts beyond 10^9 s, or is one too many.
  void add(std::size_t line, std::string_view recording, const FoundTurn& turn);
  /// The same, of the one recording that the file is of.
  void add(std::size_t line, const FoundTurn& turn) { add(line, recording_, turn); }

  /// The name of the one recording that the file is of, instead of the file's.
  void set_recording(std::string_view name) { recording_ = name; }
  /// The least length of the recording that the file is of. Throws as add() does.
  void set_duration(std::size_t line, double duration_s);
  /// One sentence for the recording's notices; said once however often it is given.
  void notice(std::string_view recording, const std::string& sentence);
  void notice(const std::string& sentence) { notice(recording_, sentence); }
  const std::string& recording() const { return recording_; }

  /// The results, at least one. Turns sorted by (start, end), then as they were added; speakers in
  /// order of first appearance.
  std::vector<Diarization> take();

 private:
  struct Found {
    Diarization diarization;
    std::map<std::string, int, std::less<>> speakers;
    std::size_t without_length = 0;
  };

  Found& found(std::string_view recording);
  void check_seconds(std::size_t line, double seconds) const;

  std::string file_;
  std::string recording_;
  std::vector<Found> found_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::size_t turns_ = 0;
};

/// Puts speakers in the order of their first turns (those without a turn last), sorts turns, and
/// sums what each speaks.
void put_in_order(Diarization& diarization);

/// "talk" of "folder/talk.labels.txt": the file's name without folder and ending.
std::string name_of_file(const std::string& file);

}  // namespace diarist::formats
