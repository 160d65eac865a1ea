// CSV and TSV: a header, then a line for each turn. Lines end in a plain newline, as spreadsheets
// and command lines both take it.
#include <cmath>
#include <ostream>
#include <string>
#include <string_view>

#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/number.hpp"
#include "formats/separated.hpp"

namespace diarist::formats {
namespace {

std::string cell_name(std::string_view name) {
  std::string held(name);
  for (char& c : held) {
    if (c == '\0') c = ' ';
  }
  return held;
}

void write_table(std::ostream& out, const Diarization& diarization, char separator) {
  const std::string recording = separated_cell(cell_name(diarization.recording), separator);
  for (const Turn& turn : diarization.turns) {
    const std::string confidence =
        std::isnan(turn.confidence)
            ? std::string()
            : fixed(static_cast<double>(turn.confidence), kConfidenceDecimals);
    out << recording + separator + std::to_string(turn.channel) + separator +
               fixed(turn.start_s, kSecondsDecimals) + separator +
               fixed(turn.end_s, kSecondsDecimals) + separator +
               separated_cell(cell_name(speaker_name(diarization, turn.speaker)), separator) +
               separator + confidence + "\n";
  }
}

constexpr Holdings kTable = {.several = true,
                             .recording = true,
                             .channel = true,
                             .confidence = true,
                             .decimals = kSecondsDecimals,
                             .name = cell_name};

void write_csv(std::ostream& out, const Diarization& d) { write_table(out, d, ','); }
void write_tsv(std::ostream& out, const Diarization& d) { write_table(out, d, '\t'); }

/// Where a comma is the decimal point, spreadsheets write semicolons; some write tabs.
char separator_of(std::string_view text) {
  for (const char separator : {',', ';', '\t'}) {
    if (recognizes_separated(text, separator)) return separator;
  }
  return ',';
}

std::vector<Diarization> read_csv(std::string_view text, const std::string& name) {
  return read_separated(text, name, separator_of(text));
}
std::vector<Diarization> read_tsv(std::string_view text, const std::string& name) {
  return read_separated(text, name, '\t');
}
bool recognizes_csv(std::string_view text) {
  return recognizes_separated(text, ',') || recognizes_separated(text, ';');
}
bool recognizes_tsv(std::string_view text) { return recognizes_separated(text, '\t'); }

}  // namespace

extern const FormatRow kCsv;
const FormatRow kCsv = {
    .format = FileFormat::csv,
    .name = "csv",
    .endings = {"csv"},
    .header = "recording,channel,start_s,end_s,speaker,confidence\n",
    .write = write_csv,
    .read = read_csv,
    .recognizes = recognizes_csv,
    .holds = kTable,
};

extern const FormatRow kTsv;
const FormatRow kTsv = {
    .format = FileFormat::tsv,
    .name = "tsv",
    .endings = {"tsv"},
    .header = "recording\tchannel\tstart_s\tend_s\tspeaker\tconfidence\n",
    .write = write_tsv,
    .read = read_tsv,
    .recognizes = recognizes_tsv,
    .holds = kTable,
};

}  // namespace diarist::formats
