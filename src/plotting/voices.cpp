// What voices sound like, in two dimensions.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/plot.hpp"

#include "clustering/projection.hpp"
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
constexpr double kTitleHeight = 56;
constexpr double kTitleSize = 16;
constexpr double kTextSize = 12;
constexpr double kAxisHeight = 30;
/// Height of a picture that nobody said otherwise of, of its width.
constexpr double kHeightShare = 0.62;
constexpr double kLegendRow = 20;
constexpr double kPointRadius = 3.2;
constexpr double kMiddleRadius = 8;
/// Room around the points, of their extent.
constexpr double kRoom = 0.05;
constexpr std::size_t kMostLabel = 24;
constexpr std::size_t kMostTitle = 80;
constexpr std::size_t kLeastVoices = 3;

struct Range {
  double low = 0;
  double high = 0;

  void widen(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

class VoicePlot : private Drawing {
 public:
  VoicePlot(const Diarization& found, const PlotOptions& options)
      : found_(found), theme_(options.theme), ground_(ground_of(options.theme)) {
    check_size(options);
    check_voices();
    plot_.width = options.width;
    plot_.height = options.height.value_or(static_cast<int>(options.width * kHeightShare));
    plot_.background = ground_.background;
    plot_.title = label(found.recording, kMostTitle) + ": voices";
  }

  Plot draw() {
    project();
    set_places();
    text(kMargin, kMargin + kTitleSize * 0.8, kTitleSize, ground_.text, Anchor::start,
         label(found_.recording, kMostTitle), "title")
        .bold = true;
    text(kMargin, kMargin + kTitleSize * 0.8 + 18, kTextSize, ground_.muted, Anchor::start,
         std::to_string(found_.voices.size()) +
             " stretches in which one person speaks, placed by what they sound like",
         "subtitle");
    frame();
    points();
    middles();
    legend();
    return std::move(plot_);
  }

 private:
  void check_voices() const {
    if (found_.voices.size() < kLeastVoices) {
      throw Error(ErrorCode::invalid_argument, found_.recording,
                  "has " + std::to_string(found_.voices.size()) + " voices, too few for a picture",
                  "diarize it with BehaviorOptions::most_voices above that; a short recording may "
                  "have no more");
    }
    const std::size_t dimensions = found_.voices.front().direction.size();
    for (const Voice& voice : found_.voices) {
      if (voice.direction.size() == dimensions && dimensions > 1 && voice.speaker >= 0 &&
          static_cast<std::size_t>(voice.speaker) < found_.speakers.size()) {
        continue;
      }
      throw Error(ErrorCode::invalid_argument, found_.recording,
                  "has a voice of nobody, or of another length than the first");
    }
  }

  void project() {
    std::vector<float> directions;
    for (const Voice& voice : found_.voices) {
      directions.insert(directions.end(), voice.direction.begin(), voice.direction.end());
    }
    projection_ = clustering::principal_plane(directions, static_cast<int>(found_.voices.size()));
  }

  double first(std::size_t voice) const { return projection_.points[2 * voice]; }
  double second(std::size_t voice) const { return projection_.points[2 * voice + 1]; }

  /// The same scale both ways, so that distances are what they look like.
  void set_places() {
    std::size_t longest = 0;
    for (const Speaker& speaker : found_.speakers) {
      longest = std::max(longest, characters(label(speaker.name, kMostLabel)));
    }
    const double legend =
        std::min(text_width(longest + 8, kTextSize) + 3 * kMargin, plot_.width * 0.35);
    left_ = kMargin;
    right_ = plot_.width - legend;
    top_ = kTitleHeight;
    bottom_ = plot_.height - kAxisHeight;
    Range across{first(0), first(0)};
    Range upward{second(0), second(0)};
    for (std::size_t i = 0; i < found_.voices.size(); ++i) {
      across.widen(first(i));
      upward.widen(second(i));
    }
    const double room = 1 + 2 * kRoom;
    const double width = std::max((across.high - across.low) * room, 1e-9);
    const double height = std::max((upward.high - upward.low) * room, 1e-9);
    scale_ = std::min((right_ - left_) / width, (bottom_ - top_) / height);
    middle_ = {(across.low + across.high) / 2, (upward.low + upward.high) / 2};
  }

  std::uint32_t color_of(std::size_t speaker) const { return speaker_color(speaker, theme_); }
  double x_of(double value) const { return (left_ + right_) / 2 + (value - middle_[0]) * scale_; }
  double y_of(double value) const { return (top_ + bottom_) / 2 - (value - middle_[1]) * scale_; }

  void frame() {
    add(Kind::rectangle, left_, top_, right_ - left_, bottom_ - top_, ground_.lane, "frame");
    const auto share = [this](std::size_t component) {
      return std::to_string(std::lround(projection_.shares[component] * 100)) + " %";
    };
    text((left_ + right_) / 2, bottom_ + 19, 11, ground_.muted, Anchor::middle,
         "across: " + share(0) + " of how voices differ; upward: " + share(1), "axis");
  }

  void points() {
    for (std::size_t i = 0; i < found_.voices.size(); ++i) {
      const Voice& voice = found_.voices[i];
      PlotShape& point = add(Kind::circle, x_of(first(i)), y_of(second(i)), kPointRadius, 0,
                             color_of(static_cast<std::size_t>(voice.speaker)), "point");
      point.opacity = theme_ == PlotTheme::dark ? 0.85 : 0.65;
      point.hint =
          label(found_.speakers[static_cast<std::size_t>(voice.speaker)].name, kMostTitle) + ", " +
          clock_text(voice.start_s, 2) + " to " + clock_text(voice.end_s, 2);
    }
  }

  /// Where each speaker's points have their middle.
  void middles() {
    std::vector<std::array<double, 2>> sums(found_.speakers.size(), {0, 0});
    counts_.assign(found_.speakers.size(), 0);
    for (std::size_t i = 0; i < found_.voices.size(); ++i) {
      const auto speaker = static_cast<std::size_t>(found_.voices[i].speaker);
      sums[speaker][0] += first(i);
      sums[speaker][1] += second(i);
      ++counts_[speaker];
    }
    for (std::size_t s = 0; s < sums.size(); ++s) {
      if (counts_[s] == 0) continue;
      const double x = x_of(sums[s][0] / counts_[s]);
      const double y = y_of(sums[s][1] / counts_[s]);
      add(Kind::circle, x, y, kMiddleRadius + 2, 0, ground_.background, "middle-ground");
      add(Kind::circle, x, y, kMiddleRadius, 0, color_of(s), "middle").hint =
          label(found_.speakers[s].name, kMostTitle);
    }
  }

  void legend() {
    double y = top_ + kLegendRow * 0.7;
    const double x = right_ + kMargin;
    for (std::size_t s = 0; s < found_.speakers.size(); ++s) {
      if (y > bottom_) {
        plot_.shapes.back().text = "\u2026";
        return;
      }
      add(Kind::circle, x + 5, y - 4, 5, 0, color_of(s), "legend");
      text(x + 16, y, kTextSize, ground_.text, Anchor::start,
           label(found_.speakers[s].name, kMostLabel) + "  " + std::to_string(counts_[s]),
           "speaker");
      y += kLegendRow;
    }
  }

  const Diarization& found_;
  const PlotTheme theme_;
  const Ground& ground_;
  clustering::Projection projection_;
  std::vector<int> counts_;
  double left_ = 0;
  double right_ = 0;
  double top_ = 0;
  double bottom_ = 0;
  double scale_ = 1;
  std::array<double, 2> middle_{};
};

}  // namespace

Plot plot_voices(const Diarization& diarization, const PlotOptions& options) {
  return VoicePlot(diarization, options).draw();
}

}  // namespace diarist
