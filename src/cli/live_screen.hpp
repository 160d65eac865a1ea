// A live stream for people at a terminal: turns that have settled, one below the other, and under
// them, drawn over itself, who spoke when in the last minute and who speaks now.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/stream.hpp"

#include "base/clock.hpp"
#include "cli/live_events.hpp"
#include "cli/settled_turns.hpp"

namespace diarist::cli {

/// What may be drawn.
struct ScreenLook {
  int width = 80;   ///< Columns; none of the lines takes the last one, where terminals wrap.
  int height = 24;  ///< Rows; the picture leaves some for what is above it.
  bool utf8 = true;
  bool colour = false;
};

/// How much of the past is shown.
inline constexpr double kShown_s = 60;

/// The last minute. Names are printable.
struct LivePicture {
  std::string title;
  std::string notice;  ///< Instead of who speaks, where there is one.
  double heard_s = 0;
  std::vector<std::string> speakers;  ///< [speakers] their names.
  std::vector<double> last_s;         ///< [speakers] when each was last heard.
  std::vector<LiveTurn> turns;        ///< What there is of the last minute.
  std::vector<int> speaking;          ///< Who speaks now, in ascending order.
};

/// A line of what goes on and a lane for each speaker, newest right; each line ends in a newline.
/// Where there are more speakers than fit, those who were heard last.
std::string live_picture(const LivePicture& picture, const ScreenLook& look);

/// "  0:06.7    0:07.1  SPEAKER_00\n"; what these columns are, for a speaker below 0.
std::string settled_line(const LiveTurn& turn, const ScreenLook& look);

/// Draws both on standard output. Not safe to share.
class LiveScreen : public LiveOutput {
 public:
  LiveScreen(SettledTurns turns, std::string title);
  ~LiveScreen() override;
  void take(std::span<const StreamEvent> events, double heard_s) override;
  void end(std::span<const StreamEvent> events, double heard_s) override;
  void clear() override;
  void say(std::string_view text) override;

 private:
  void heed(const StreamEvent& event);
  void add_settled(std::span<const LiveTurn> turns);
  void draw();
  std::string erased();
  ScreenLook look() const;

  SettledTurns settled_;
  LivePicture picture_;
  std::map<std::int64_t, LiveTurn> recent_;
  std::map<std::int64_t, int> open_;  ///< Turns that have not ended: whose they are.
  std::string pending_;               ///< Lines of turns that have settled, not written yet.
  bool headed_ = false;
  int drawn_rows_ = 0;
  double drawn_at_s_ = -1;
  Stopwatch wall_;
};

}  // namespace diarist::cli
