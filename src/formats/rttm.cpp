// RTTM, the Rich Transcription Time Marked format of NIST's RT-09 evaluation plan, appendix A:
//   SPEAKER recording channel start duration <NA> <NA> name confidence [lookahead]
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "formats/columns.hpp"
#include "formats/format_registry.hpp"
#include "formats/number.hpp"
#include "formats/recording_name.hpp"

namespace diarist {
namespace formats {
namespace {

/// Columns of a SPEAKER line: RT-09 added the tenth, signal look-ahead time.
constexpr std::size_t kFewestColumns = 9;
constexpr std::size_t kMostColumns = 10;
// Columns from 0.
constexpr std::size_t kType = 0;
constexpr std::size_t kRecording = 1;
constexpr std::size_t kChannel = 2;
constexpr std::size_t kStart = 3;
constexpr std::size_t kDuration = 4;
constexpr std::size_t kName = 7;

/// The types of line beside SPEAKER that RT-09 defines.
constexpr std::array<std::string_view, 13> kOtherTypes = {
    "SEGMENT",    "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX",
    "NON-SPEECH", "FILLER",  "EDIT",           "IP",     "SU",
    "CB",         "A/P",     "SPKR-INFO"};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

struct Milliseconds {
  std::int64_t start;
  std::int64_t end;
};

/// Start and end are rounded, not the duration: turns that touch still touch, and none passes the
/// end of the recording. No turn is rounded away.
Milliseconds to_milliseconds(const Turn& turn, double duration_s) {
  Milliseconds ms{std::llround(turn.start_s * 1000), std::llround(turn.end_s * 1000)};
  // 1e-6 for durations such as 0.3, which lies below 300 ms in binary.
  if (duration_s >= turn.end_s) {
    ms.end = std::min<std::int64_t>(
        ms.end, static_cast<std::int64_t>(std::floor(duration_s * 1000 + 1e-6)));
  }
  if (ms.end <= ms.start) ms.start = std::max<std::int64_t>(0, ms.end - 1);
  if (ms.end <= ms.start) ms.end = ms.start + 1;
  return ms;
}

}  // namespace

void write_rttm(std::ostream& out, const Diarization& diarization) {
  const std::string recording = column_name(diarization.recording);
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = to_milliseconds(turn, diarization.duration_s);
    out << "SPEAKER " + recording + " " + std::to_string(turn.channel) + " " +
               fixed(static_cast<double>(start) / 1000, 3) + " " +
               fixed(static_cast<double>(end - start) / 1000, 3) + " <NA> <NA> " +
               column_name(speaker_name(diarization, turn.speaker)) + " <NA> <NA>\n";
  }
}

}  // namespace formats

std::vector<Annotation> parse_rttm(std::string_view text, const std::string& name) {
  using namespace formats;
  ColumnReader line(text, name);
  AnnotationList annotations;
  while (line.next()) {
    const std::string type = upper_case(line[kType]);
    if (std::find(kOtherTypes.begin(), kOtherTypes.end(), type) != kOtherTypes.end()) continue;
    if (type != "SPEAKER") {
      line.refuse("starts with " + quoted(line[kType]) + ", expected SPEAKER or another RTTM type",
                  "is this an RTTM file?");
    }
    if (line.size() < kFewestColumns || line.size() > kMostColumns) {
      line.refuse("has " + std::to_string(line.size()) +
                      " columns, expected 9 or 10: SPEAKER recording channel start duration <NA> "
                      "<NA> name <NA> <NA>",
                  line.size() > kMostColumns ? "is there a space in a name?" : "");
    }
    const double start = line.seconds(kStart, "the start");
    const double end = start + line.seconds(kDuration, "the duration");
    if (!std::isfinite(end)) line.refuse("ends beyond what a number can hold, expected seconds");
    annotations.add(line[kRecording],
                    {start, end, std::string(line[kName]), std::string(line[kChannel])});
  }
  return annotations.take();
}

std::vector<Annotation> read_rttm(const std::filesystem::path& file) {
  return parse_rttm(formats::read_text(file), file.string());
}

}  // namespace diarist
