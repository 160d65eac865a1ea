#include "formats/separated.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "diarist/error.hpp"

#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/turn_list.hpp"

namespace diarist::formats {
namespace {

/// Places of columns, from 0.
struct Header {
  std::optional<std::size_t> recording, channel, start, end, duration, speaker, confidence;
};

struct ColumnName {
  std::string_view name;
  std::optional<std::size_t> Header::*place;
};

/// Where a table has several of one kind, the first here is meant.
constexpr std::array<ColumnName, 16> kColumns = {{
    {"recording", &Header::recording},
    {"uri", &Header::recording},
    {"file", &Header::recording},
    {"channel", &Header::channel},
    {"start_s", &Header::start},
    {"start", &Header::start},
    {"start_time", &Header::start},
    {"end_s", &Header::end},
    {"end", &Header::end},
    {"end_time", &Header::end},
    {"duration_s", &Header::duration},
    {"duration", &Header::duration},
    {"speaker", &Header::speaker},
    {"label", &Header::speaker},
    {"name", &Header::speaker},
    {"confidence", &Header::confidence},
}};

/// Between cells where a comma is the decimal point.
constexpr char kSemicolon = ';';

constexpr std::string_view kExpected =
    "expected a header with start_s, end_s and speaker, such as "
    "recording,channel,start_s,end_s,speaker,confidence";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Header header_of(const std::vector<std::string>& cells) {
  std::vector<std::string> names;
  names.reserve(cells.size());
  for (const std::string& cell : cells) names.push_back(lower_case(trimmed(cell)));
  Header header;
  for (const ColumnName& column : kColumns) {
    const auto found = std::find(names.begin(), names.end(), column.name);
    if (found == names.end() || header.*column.place) continue;
    header.*column.place = static_cast<std::size_t>(found - names.begin());
  }
  return header;
}

bool is_complete(const Header& header) {
  return header.start && (header.end || header.duration) && header.speaker;
}

/// "sep=;", by which spreadsheets are told what stands between cells.
bool names_separator(const std::vector<std::string>& cells) {
  return lower_case(trimmed(cells.front())) == "sep=";
}

/// Of a row that somebody emptied in a spreadsheet there remain the separators.
bool is_blank(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(),
                     [](const std::string& cell) { return trimmed(cell).empty(); });
}

class Table {
 public:
  Table(std::string_view text, const std::string& name, char separator)
      : rows_(text, name, separator),
        name_(name),
        decimal_comma_(separator == kSemicolon),
        turns_(name) {}

  std::vector<Diarization> read() {
    if (!rows_.next() || (names_separator(rows_.cells()) && !rows_.next())) return turns_.take();
    header_ = header_of(rows_.cells());
    columns_ = rows_.cells().size();
    if (!is_complete(header_)) refuse("names no turns, " + std::string(kExpected));
    while (rows_.next()) {
      if (!is_blank(rows_.cells())) add_row();
    }
    return turns_.take();
  }

 private:
  void add_row() {
    if (rows_.cells().size() != columns_) {
      refuse("has " + std::to_string(rows_.cells().size()) + " cells, expected " +
             std::to_string(columns_) + " as in the header");
    }
    FoundTurn turn;
    turn.start_s = seconds(*header_.start);
    turn.end_s = header_.end ? seconds(*header_.end)
                             : rounded(turn.start_s + seconds(*header_.duration), kSumDecimals);
    turn.speaker = rows_.cells()[*header_.speaker];
    if (header_.confidence) turn.confidence = confidence(rows_.cells()[*header_.confidence]);
    if (header_.channel) turn.channel = channel(rows_.cells()[*header_.channel]);
    turns_.add(rows_.line(),
               header_.recording ? rows_.cells()[*header_.recording] : turns_.recording(), turn);
  }

  double seconds(std::size_t column) const {
    const std::string& cell = rows_.cells()[column];
    const auto value = number(cell);
    if (!value) {
      refuse("has " + quoted(cell) + " in column " + std::to_string(column + 1) +
             ", expected seconds: a finite number >= 0, such as 12.34");
    }
    return *value;
  }

  float confidence(std::string_view cell) const {
    if (trimmed(cell).empty()) return kUnknownConfidence;
    const auto value = number(cell);
    if (!value || *value > 1) {
      refuse("has confidence " + quoted(cell) + ", expected 0 to 1, or nothing");
    }
    return static_cast<float>(*value);
  }

  std::optional<double> number(std::string_view cell) const {
    std::string text(trimmed(cell));
    if (decimal_comma_) std::replace(text.begin(), text.end(), ',', '.');
    return parse_non_negative(text);
  }

  int channel(std::string_view cell) const {
    const auto number = channel_number(trimmed(cell));
    if (!number) refuse("has channel " + quoted(cell) + ", expected 1, 2, ...");
    return *number;
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    refuse_line(name_, std::max<std::size_t>(1, rows_.line()), problem);
  }

  SeparatedReader rows_;
  const std::string& name_;
  bool decimal_comma_;
  TurnList turns_;
  Header header_;
  std::size_t columns_ = 0;
};

}  // namespace

SeparatedReader::SeparatedReader(std::string_view text, std::string name, char separator)
    : text_(text), name_(std::move(name)), separator_(separator) {}

bool SeparatedReader::next() {
  while (!at_end()) {
    line_ = next_line_;
    cells_.clear();
    bool more = true;
    while (more) {
      cells_.push_back(cell());
      more = !at_end() && text_[at_] == separator_;
      if (more) ++at_;
    }
    if (!at_end() && text_[at_] == '\r') ++at_;
    if (!at_end()) {  // A newline: cell() stops at nothing else.
      ++at_;
      ++next_line_;
    }
    if (cells_.size() > 1 || !trimmed(cells_.front()).empty()) return true;
  }
  return false;
}

std::string SeparatedReader::cell() {
  const auto ends_here = [this] {
    return at_end() || text_[at_] == separator_ || text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  };
  std::string content;
  const bool in_quotes = !at_end() && text_[at_] == '"';
  if (in_quotes) {
    const std::size_t begins = next_line_;
    for (++at_;; ++at_) {
      if (at_end()) {
        refuse_line(name_, begins, "has a quoted cell that does not end, expected '\"'");
      }
      if (text_[at_] == '"') {
        ++at_;
        if (at_end() || text_[at_] != '"') break;
      }
      if (text_[at_] == '\n') ++next_line_;
      content += text_[at_];
    }
    if (!ends_here()) {
      refuse_line(name_, next_line_, "has more behind a cell's closing quote",
                  "a quote within a cell is written twice");
    }
  } else {
    const std::size_t begin = at_;
    while (!ends_here()) ++at_;
    content = text_.substr(begin, at_ - begin);
  }
  if (content.find('\0') != std::string::npos) {
    refuse_line(name_, next_line_, "holds a NUL byte, expected text", "is it a binary file?");
  }
  return content;
}

std::string separated_cell(std::string_view text, char separator) {
  if (text.find_first_of("\"\r\n") == std::string_view::npos &&
      text.find(separator) == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<Diarization> read_separated(std::string_view text, const std::string& name,
                                        char separator) {
  return Table(text, name, separator).read();
}

bool recognizes_separated(std::string_view text, char separator) {
  try {
    std::size_t end = text.find('\n');
    if (lower_case(text.substr(0, 4)) == "sep=" && end != std::string_view::npos) {
      end = text.find('\n', end + 1);
    }
    SeparatedReader first(text.substr(0, end), "", separator);
    if (!first.next() || (names_separator(first.cells()) && !first.next())) return false;
    return is_complete(header_of(first.cells()));
  } catch (const Error&) {
    return false;
  }
}

}  // namespace diarist::formats
