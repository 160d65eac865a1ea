// Who speaks when: lanes over an axis of time.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/plot.hpp"

#include "clustering/assignment.hpp"
#include "plotting/drawing.hpp"
#include "plotting/palette.hpp"
#include "plotting/time_axis.hpp"

namespace diarist {
namespace {

using namespace plotting;
using Kind = PlotShape::Kind;
using Anchor = PlotShape::Anchor;

// In pixels.
constexpr double kMargin = 16;
constexpr double kGap = 10;
constexpr double kTitleHeight = 58;
constexpr double kAxisHeight = 34;
constexpr double kHeadingHeight = 26;
constexpr double kLaneHeight = 30;
/// Lanes lower than this are no lanes.
constexpr double kLeastLaneHeight = 3;
/// Of a lane's height.
constexpr double kBarShare = 0.72;
constexpr double kOverlapShare = 0.6;
constexpr double kTextSize = 12;
constexpr double kTitleSize = 16;
constexpr double kShareWidth = 96;
/// A turn is at least so wide, so that it is seen.
constexpr double kLeastBar = 0.75;
constexpr double kTickRoom = 88;
constexpr std::size_t kMostLabel = 32;
constexpr std::size_t kMostTitle = 80;

struct Stretch {
  double start_s;
  double end_s;
};

/// Where at least two different speakers have turns.
std::vector<Stretch> overlaps(const std::vector<Turn>& turns) {
  struct Boundary {
    double at_s;
    int change;
    int speaker;
  };
  std::vector<Boundary> boundaries;
  for (const Turn& turn : turns) {
    boundaries.push_back({turn.start_s, 1, turn.speaker});
    boundaries.push_back({turn.end_s, -1, turn.speaker});
  }
  // Ends come first, so that turns that touch do not overlap.
  std::stable_sort(boundaries.begin(), boundaries.end(), [](const Boundary& a, const Boundary& b) {
    return a.at_s != b.at_s ? a.at_s < b.at_s : a.change < b.change;
  });
  std::vector<Stretch> found;
  std::map<int, int> open;
  int speaking = 0;
  for (const Boundary& boundary : boundaries) {
    const int before = speaking;
    int& own = open[boundary.speaker];
    const bool spoke = own > 0;
    own += boundary.change;
    speaking += static_cast<int>(own > 0) - static_cast<int>(spoke);
    if (before < 2 && speaking >= 2) found.push_back({boundary.at_s, boundary.at_s});
    if (before >= 2 && speaking < 2) found.back().end_s = boundary.at_s;
  }
  std::erase_if(found, [](const Stretch& stretch) { return stretch.end_s <= stretch.start_s; });
  return found;
}

/// Of each speaker of `reference`, the one of `found` with whom he has the most time in common, one
/// to one; -1 for nobody.
std::vector<int> counterparts(const Diarization& reference, const Diarization& found) {
  const auto rows = reference.speakers.size();
  const auto columns = found.speakers.size();
  std::vector<double> common(rows * columns, 0.0);
  std::size_t first = 0;
  for (const Turn& one : reference.turns) {
    // Turns are by their starts, of both sides.
    while (first < found.turns.size() && found.turns[first].end_s <= one.start_s) ++first;
    for (std::size_t i = first; i < found.turns.size() && found.turns[i].start_s < one.end_s; ++i) {
      const Turn& other = found.turns[i];
      const double both = std::min(one.end_s, other.end_s) - std::max(one.start_s, other.start_s);
      common[static_cast<std::size_t>(one.speaker) * columns +
             static_cast<std::size_t>(other.speaker)] += std::max(0.0, both);
    }
  }
  if (common.empty()) return std::vector<int>(rows, -1);
  std::vector<int> mapped = assign_max(common, static_cast<int>(rows), static_cast<int>(columns));
  for (std::size_t r = 0; r < rows; ++r) {
    const auto c = static_cast<std::size_t>(mapped[r]);
    if (mapped[r] >= 0 && common[r * columns + c] <= 0) mapped[r] = -1;
  }
  return mapped;
}

void check_turns(const Diarization& diarization) {
  for (const Turn& turn : diarization.turns) {
    const bool known =
        turn.speaker >= 0 && static_cast<std::size_t>(turn.speaker) < diarization.speakers.size();
    if (known && std::isfinite(turn.start_s) && std::isfinite(turn.end_s)) continue;
    throw Error(ErrorCode::invalid_argument, diarization.recording,
                "has a turn of nobody, or at no time");
  }
}

class Timeline : private Drawing {
 public:
  Timeline(const Diarization& found, const Diarization* reference, const PlotOptions& options)
      : found_(found),
        reference_(reference),
        theme_(options.theme),
        ground_(ground_of(options.theme)) {
    check_size(options);
    check_turns(found);
    if (reference) check_turns(*reference);
    overlaps_ = overlaps(found.turns);
    set_times(options);
    set_places(options);
    plot_.background = ground_.background;
    plot_.title = heading();
  }

  Plot draw() {
    text(kMargin, kMargin + kTitleSize * 0.8, kTitleSize, ground_.text, Anchor::start,
         label(found_.recording, kMostTitle), "title")
        .bold = true;
    text(kMargin, kMargin + kTitleSize * 0.8 + 18, kTextSize, ground_.muted, Anchor::start,
         summary(), "subtitle");
    if (lanes_ == 0) {
      text(kMargin, kTitleHeight + kHeadingHeight, kTextSize, ground_.muted, Anchor::start,
           "nobody speaks", "nobody");
      return std::move(plot_);
    }
    grid();
    double y = kTitleHeight;
    shade(y);
    for (std::size_t s = 0; s < found_.speakers.size(); ++s) {
      lane(found_, s, color_of(s), y, "turn");
      y += lane_height_;
    }
    if (!overlaps_.empty()) overlap_lane(y);
    y += overlap_height_;
    if (reference_) {
      text(kMargin, y + kHeadingHeight * 0.75, kTextSize, ground_.muted, Anchor::start, "reference",
           "heading");
      y += kHeadingHeight;
      const std::vector<int> same = counterparts(*reference_, found_);
      for (std::size_t s = 0; s < reference_->speakers.size(); ++s) {
        const std::uint32_t color =
            same[s] < 0 ? ground_.muted : color_of(static_cast<std::size_t>(same[s]));
        lane(*reference_, s, color, y, "reference-turn");
        y += lane_height_;
      }
    }
    axis();
    return std::move(plot_);
  }

 private:
  void set_times(const PlotOptions& options) {
    const double duration_s =
        std::max(found_.duration_s, reference_ ? reference_->duration_s : 0.0);
    from_s_ = options.from_s.value_or(0);
    to_s_ = options.to_s.value_or(duration_s);
    const bool empty = duration_s <= 0 && !options.from_s && !options.to_s;
    if (!(from_s_ >= 0) || !(to_s_ <= 1e9) || !(from_s_ < to_s_ || empty)) {
      throw Error(ErrorCode::invalid_argument, options.from_s ? "from" : "to",
                  "leaves no part of the recording, which has " + clock_text(duration_s, 3),
                  "give seconds, 0 <= from < to");
    }
    to_s_ = std::min(to_s_, duration_s);
    if (from_s_ >= duration_s && !empty) {
      throw Error(ErrorCode::invalid_argument, "from",
                  clock_text(from_s_, 3) + " is beyond the end of the recording at " +
                      clock_text(duration_s, 3));
    }
  }

  void set_places(const PlotOptions& options) {
    lanes_ = found_.speakers.size() + (reference_ ? reference_->speakers.size() : 0);
    const double overlap = overlaps_.empty() ? 0 : kOverlapShare;
    const double fixed = kTitleHeight + kAxisHeight + (reference_ ? kHeadingHeight : 0);
    const double units = static_cast<double>(lanes_) + overlap;
    lane_height_ = kLaneHeight;
    if (options.height && lanes_ > 0) lane_height_ = (*options.height - fixed) / units;
    if (lane_height_ < kLeastLaneHeight) {
      throw Error(ErrorCode::invalid_argument, "height",
                  std::to_string(*options.height) + " pixels have no room for " +
                      std::to_string(lanes_) + " speakers",
                  "give " + std::to_string(std::lround(fixed + kLeastLaneHeight * units) + 1) +
                      " or more, or leave it out");
    }
    overlap_height_ = overlap * lane_height_;
    lanes_end_ = fixed - kAxisHeight + units * lane_height_;
    plot_.width = options.width;
    plot_.height = options.height.value_or(
        lanes_ == 0 ? 100 : static_cast<int>(std::lround(lanes_end_ + kAxisHeight)));
    text_size_ = std::min(kTextSize, lane_height_ * kBarShare);

    std::size_t longest = 0;
    const auto measure = [&](const Diarization& each) {
      for (const Speaker& speaker : each.speakers) {
        longest = std::max(longest, characters(label(speaker.name, kMostLabel)));
      }
    };
    measure(found_);
    if (reference_) measure(*reference_);
    const double most = options.width * 0.25;
    const double wanted = text_width(std::max<std::size_t>(longest, 7), text_size_);
    label_characters_ =
        wanted <= most
            ? kMostLabel
            : static_cast<std::size_t>(std::max(2.0, most / wanted * static_cast<double>(longest)));
    left_ = kMargin + std::min(wanted, most) + kGap;
    // Where there is little room, the shares at the right give way.
    shares_ = options.width >= 480;
    right_ = options.width - kMargin - (shares_ ? kShareWidth : 0);
  }

  std::uint32_t color_of(std::size_t speaker) const { return speaker_color(speaker, theme_); }

  double x_of(double seconds) const {
    if (to_s_ <= from_s_) return left_;
    return left_ + (seconds - from_s_) / (to_s_ - from_s_) * (right_ - left_);
  }

  std::string heading() const { return label(found_.recording, kMostTitle) + ": " + summary(); }

  std::string summary() const {
    const auto counted = [](std::size_t count, const char* what) {
      return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    std::string text = clock_text(found_.duration_s, 0) + ", " +
                       counted(found_.speakers.size(), "speaker") + ", " +
                       counted(found_.turns.size(), "turn");
    const double duration_s =
        std::max(found_.duration_s, reference_ ? reference_->duration_s : 0.0);
    if (from_s_ > 0 || to_s_ < duration_s) {
      text += ", from " + clock_text(from_s_, 1) + " to " + clock_text(to_s_, 1);
    }
    return text;
  }

  std::vector<TimeTick> ticks() const {
    return time_ticks(from_s_, to_s_, std::max(2, static_cast<int>((right_ - left_) / kTickRoom)));
  }

  void grid() {
    for (const TimeTick& tick : ticks()) {
      add(Kind::line, x_of(tick.at_s), kTitleHeight, 0, lanes_end_ - kTitleHeight, ground_.grid,
          "grid");
    }
  }

  void axis() {
    add(Kind::line, left_, lanes_end_, right_ - left_, 0, ground_.muted, "axis");
    for (const TimeTick& tick : ticks()) {
      add(Kind::line, x_of(tick.at_s), lanes_end_, 0, 5, ground_.muted, "tick");
      text(x_of(tick.at_s), lanes_end_ + 18, 11, ground_.muted, Anchor::middle, tick.text, "time");
    }
  }

  /// A bar of [start_s, end_s), if any of it is shown.
  PlotShape* bar(double start_s, double end_s, double y, double height, std::uint32_t color,
                 const char* role) {
    if (end_s <= from_s_ || start_s >= to_s_) return nullptr;
    const double first = x_of(std::max(start_s, from_s_));
    const double width = std::max(kLeastBar, x_of(std::min(end_s, to_s_)) - first);
    return &add(Kind::rectangle, std::min(first, right_ - width), y, width, height, color, role);
  }

  void lane(const Diarization& whose, std::size_t speaker, std::uint32_t color, double y,
            const char* role) {
    const std::string name = label(whose.speakers[speaker].name, kMostTitle);
    const double height = lane_height_ * kBarShare;
    const double top = y + (lane_height_ - height) / 2;
    const double foot = y + lane_height_ / 2 + text_size_ * 0.36;
    PlotShape& named = text(left_ - kGap, foot, text_size_, ground_.text, Anchor::end,
                            label(whose.speakers[speaker].name, label_characters_), "speaker");
    named.hint = name;
    add(Kind::rectangle, left_, top, right_ - left_, height, ground_.lane, "lane");
    double spoken_s = 0;
    for (const Turn& turn : whose.turns) {
      if (static_cast<std::size_t>(turn.speaker) != speaker) continue;
      PlotShape* const drawn = bar(turn.start_s, turn.end_s, top, height, color, role);
      if (!drawn) continue;
      drawn->hint = name + ", " + clock_text(turn.start_s, 2) + " to " + clock_text(turn.end_s, 2);
      if (!std::isnan(turn.confidence) && &whose == &found_) {
        drawn->hint += confidence_text(turn.confidence);
      }
      spoken_s += std::min(turn.end_s, to_s_) - std::max(turn.start_s, from_s_);
    }
    if (!shares_) return;
    const double share = spoken_s / (to_s_ - from_s_) * 100;
    text(right_ + kGap, foot, text_size_ * 0.92, ground_.muted, Anchor::start,
         clock_text(spoken_s, 0) + "  " + std::to_string(std::lround(share)) + " %", "share");
  }

  static std::string confidence_text(float confidence) {
    const long percent = std::lround(static_cast<double>(confidence) * 100);
    return ", confidence " + std::to_string(percent) + " %";
  }

  /// Overlaps behind all lanes of the result, so that each turn is seen to be one of several.
  void shade(double y) {
    const double height = lane_height_ * static_cast<double>(found_.speakers.size());
    for (const Stretch& stretch : overlaps_) {
      PlotShape* const drawn =
          bar(stretch.start_s, stretch.end_s, y, height, ground_.overlap, "shade");
      if (drawn) drawn->opacity = 0.16;
    }
  }

  void overlap_lane(double y) {
    const double height = overlap_height_ * 0.6;
    const double top = y + (overlap_height_ - height) / 2;
    const double size = std::min(11.0, overlap_height_ * 0.8);
    text(left_ - kGap, y + overlap_height_ / 2 + size * 0.36, size, ground_.muted, Anchor::end,
         "overlap", "overlap-label");
    for (const Stretch& stretch : overlaps_) {
      PlotShape* const drawn =
          bar(stretch.start_s, stretch.end_s, top, height, ground_.overlap, "overlap");
      if (drawn) {
        drawn->hint =
            "overlap, " + clock_text(stretch.start_s, 2) + " to " + clock_text(stretch.end_s, 2);
      }
    }
  }

  const Diarization& found_;
  const Diarization* reference_;
  const PlotTheme theme_;
  const Ground& ground_;
  std::vector<Stretch> overlaps_;
  double from_s_ = 0;
  double to_s_ = 0;
  std::size_t lanes_ = 0;
  double lane_height_ = 0;
  double overlap_height_ = 0;
  double lanes_end_ = 0;
  double text_size_ = 0;
  std::size_t label_characters_ = kMostLabel;
  double left_ = 0;
  double right_ = 0;
  bool shares_ = true;
};

}  // namespace

Plot plot_timeline(const Diarization& diarization, const PlotOptions& options,
                   const Diarization* reference) {
  return Timeline(diarization, reference, options).draw();
}

}  // namespace diarist
