// UEM, the un-partitioned evaluation map of NIST's RT-09 evaluation plan:
//   recording channel start end
// Of a result: from 0 to the recording's end, for each channel that has turns.
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <set>
#include <string>

#include "formats/columns.hpp"
#include "formats/format_registry.hpp"
#include "formats/recording_name.hpp"
#include "formats/ticks.hpp"

namespace diarist {
namespace formats {
namespace {

constexpr int kDecimals = 6;

void write_uem(std::ostream& out, const Diarization& diarization) {
  const std::int64_t end = duration_ticks(diarization, kDecimals);
  if (end <= 0) return;  // Nothing that could be scored.
  std::set<int> channels;
  for (const Turn& turn : diarization.turns) channels.insert(turn.channel);
  if (channels.empty()) channels.insert(1);
  for (const int channel : channels) {
    out << first_column_name(diarization.recording) + " " + std::to_string(channel) + " " +
               seconds_text(0, kDecimals) + " " + seconds_text(end, kDecimals) + "\n";
  }
}

}  // namespace

extern const FormatRow kUem;
const FormatRow kUem = {
    .format = FileFormat::uem,
    .name = "uem",
    .endings = {"uem"},
    .header = "",
    .write = write_uem,
    .holds = {.turns = false,
              .several = true,
              .recording = true,
              .duration = true,
              .decimals = kDecimals,
              .name = first_column_name},
};

}  // namespace formats

namespace {

constexpr std::size_t kColumns = 4;
// Columns from 0.
constexpr std::size_t kRecording = 0;
constexpr std::size_t kChannel = 1;
constexpr std::size_t kStart = 2;
constexpr std::size_t kEnd = 3;

}  // namespace

std::vector<Annotation> parse_uem(std::string_view text, const std::string& name) {
  formats::ColumnReader line(text, name);
  formats::AnnotationList annotations;
  while (line.next()) {
    if (line.size() != kColumns) {
      line.refuse("has " + std::to_string(line.size()) +
                      " columns, expected 4: recording channel start end",
                  line.size() > kColumns ? "is there a space in a name?" : "");
    }
    const double start = line.seconds(kStart, "the start");
    const double end = line.seconds(kEnd, "the end");
    if (end <= start) {
      line.refuse("ends at " + formats::quoted(line[kEnd]) + ", expected an end after its start " +
                  formats::quoted(line[kStart]));
    }
    annotations.add(line[kRecording], {start, end, "", std::string(line[kChannel])});
  }
  return annotations.take();
}

std::vector<Annotation> read_uem(const std::filesystem::path& file) {
  return parse_uem(formats::read_text(file), file.string());
}

}  // namespace diarist
