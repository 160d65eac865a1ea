// Praat's TextGrid, as text, long and short. A tier for each speaker, with an interval for each
// turn and empty ones between; turns of one speaker that overlap go to a further tier of the same
// name.
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/lines.hpp"
#include "formats/speaker_tiers.hpp"
#include "formats/textgrid_reader.hpp"
#include "formats/ticks.hpp"

namespace diarist::formats {
namespace {

constexpr int kDecimals = 6;
/// Where nobody speaks: Praat does not take a grid without a tier.
constexpr const char* kSilentTier = "speaker";

struct Interval {
  std::int64_t start;
  std::int64_t end;
  bool speech;
};

/// From 0 to the end without a hole, at least one.
std::vector<Interval> intervals_of(const SpeakerTier& tier, std::int64_t end) {
  std::vector<Interval> intervals;
  std::int64_t at = 0;
  for (const Ticks& turn : tier.turns) {
    if (turn.start > at) intervals.push_back({at, turn.start, false});
    intervals.push_back({turn.start, turn.end, true});
    at = turn.end;
  }
  if (at < end || intervals.empty()) intervals.push_back({at, end, false});
  return intervals;
}

std::string quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// A text that Praat shows: not blank, since blank ones are silence.
std::string label_of(const std::string& speaker) {
  return trimmed(speaker).empty() ? "_" : speaker;
}

/// One value a line: alone (short), or with what it is in front (long).
class Values {
 public:
  Values(std::ostream& out, bool is_short) : out_(out), short_(is_short) {}
  void put(int depth, std::string_view what, const std::string& value) {
    if (!short_) out_ << std::string(static_cast<std::size_t>(4 * depth), ' ') << what << " = ";
    out_ << value << "\n";
  }
  void put(int depth, std::string_view what, std::int64_t ticks) {
    put(depth, what, seconds_text(ticks, kDecimals));
  }
  void heading(int depth, const std::string& what) {
    if (!short_) out_ << std::string(static_cast<std::size_t>(4 * depth), ' ') << what << "\n";
  }

 private:
  std::ostream& out_;
  bool short_;
};

void write_tier(Values& values, const SpeakerTier& tier, std::int64_t end) {
  const std::string name = unicode_line_name(tier.speaker);
  const std::vector<Interval> intervals = intervals_of(tier, end);
  values.put(2, "class", "\"IntervalTier\"");
  values.put(2, "name", quotes(name));
  values.put(2, "xmin", 0);
  values.put(2, "xmax", end);
  values.put(2, "intervals: size", std::to_string(intervals.size()));
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    values.heading(2, "intervals [" + std::to_string(i + 1) + "]:");
    values.put(3, "xmin", intervals[i].start);
    values.put(3, "xmax", intervals[i].end);
    values.put(3, "text", intervals[i].speech ? quotes(label_of(name)) : "\"\"");
  }
}

void write_textgrid(std::ostream& out, const Diarization& diarization, bool is_short) {
  const std::int64_t end = duration_ticks(diarization, kDecimals);
  std::vector<SpeakerTier> tiers = speaker_tiers(diarization, kDecimals);
  if (tiers.empty()) tiers.push_back({kSilentTier, 1, {}});
  Values values(out, is_short);
  out << "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n";
  values.put(0, "xmin", 0);
  values.put(0, "xmax", end);
  out << (is_short ? "<exists>\n" : "tiers? <exists>\n");
  values.put(0, "size", std::to_string(tiers.size()));
  values.heading(0, "item []:");
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    values.heading(1, "item [" + std::to_string(i + 1) + "]:");
    write_tier(values, tiers[i], end);
  }
}

void write_long(std::ostream& out, const Diarization& d) { write_textgrid(out, d, false); }
void write_short(std::ostream& out, const Diarization& d) { write_textgrid(out, d, true); }

constexpr Holdings kHoldings = {.duration = true, .decimals = kDecimals, .name = unicode_line_name};

}  // namespace

extern const FormatRow kTextGrid;
const FormatRow kTextGrid = {
    .format = FileFormat::textgrid,
    .name = "textgrid",
    .endings = {"TextGrid"},
    .header = "",
    .write = write_long,
    .read = read_textgrid,
    .recognizes = recognizes_textgrid,
    .holds = kHoldings,
};

extern const FormatRow kTextGridShort;
const FormatRow kTextGridShort = {
    .format = FileFormat::textgrid_short,
    .name = "textgrid-short",
    .endings = {"short.TextGrid"},
    .header = "",
    .write = write_short,
    .read = read_textgrid,
    .recognizes = recognizes_textgrid,
    .holds = kHoldings,
};

}  // namespace diarist::formats
