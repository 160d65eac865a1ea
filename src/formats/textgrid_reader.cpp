#include "formats/textgrid_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include "formats/lines.hpp"
#include "formats/turn_list.hpp"
#include "formats/unicode.hpp"

namespace diarist::formats {
namespace {

constexpr std::string_view kBinaryMark = "ooBinaryFile";
constexpr std::string_view kTextMark = "ooTextFile";
constexpr std::string_view kChronologicalMark = "Praat chronological TextGrid text file";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

/// What counts in the file, piece by piece.
class Pieces {
 public:
  Pieces(std::string_view text, std::string name) : rest_(text), name_(std::move(name)) {}

  double number(const char* what) {
    double value = 0;
    const std::string_view word = next([](char c) { return is_number_start(c); }, what);
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data() + (word[0] == '+'), end, value);
    // A unit or a sign behind it is comment: "12%".
    if (error != std::errc{} || stop == word.data() || !std::isfinite(value)) {
      refuse("has " + quoted(word) + ", expected " + what);
    }
    return value;
  }

  std::size_t count(const char* what) {
    const double value = number(what);
    if (!(value >= 0) || value > 1e9 || value != std::floor(value)) {
      refuse("has another number than a count, expected " + std::string(what));
    }
    return static_cast<std::size_t>(value);
  }

  std::string text(const char* what) {
    next([](char c) { return c == '"'; }, what, false);
    const std::size_t begins = line_;
    std::string value;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        if (at + 1 == rest_.size() || rest_[at + 1] != '"') {
          take(at + 1);
          started_ = begins;
          return value;
        }
        ++at;
      }
      value += rest_[at];
    }
    started_ = begins;
    refuse("has a text that does not end, expected '\"'");
  }

  std::string_view flag(const char* what) {
    return next([](char c) { return c == '<'; }, what);
  }

  /// Whether there is nothing more but blanks and comments.
  bool at_end() {
    pass_over_blanks();
    return rest_.empty();
  }

  /// Line of the piece that was read last.
  std::size_t line() const { return started_; }

  [[noreturn]] void refuse(const std::string& problem) const {
    refuse_line(name_, started_, problem, "is it a TextGrid that Praat saved as text?");
  }

 private:
  static bool is_number_start(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+'; }

  void take(std::size_t length) {
    line_ += static_cast<std::size_t>(
        std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    rest_.remove_prefix(length);
  }

  /// And comments, from an exclamation mark to the end of the line.
  void pass_over_blanks() {
    take(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    while (rest_.starts_with('!')) {
      take(std::min(rest_.find('\n'), rest_.size()));
      take(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    }
  }

  /// Passes over words to the next piece, which has to start as `starts` says: returned, and
  /// passed over if `whole`.
  std::string_view next(bool (*starts)(char), const char* what, bool whole = true) {
    while (true) {
      pass_over_blanks();
      started_ = line_;
      if (rest_.empty()) refuse("ends, expected " + std::string(what));
      const char first = rest_.front();
      const std::string_view word =
          rest_.substr(0, std::min(rest_.find_first_of(kBlanks), rest_.size()));
      if (starts(first)) {
        if (whole) take(word.size());
        return word;
      }
      if (first == '"' || first == '<' || is_number_start(first)) {
        refuse("has " + quoted(word) + ", expected " + what);
      }
      take(word.size());
    }
  }

  std::string_view rest_;
  std::string name_;
  std::size_t line_ = 1;
  std::size_t started_ = 1;
};

bool holds_names(std::string tier) {
  for (char& c : tier) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return tier == "speaker" || tier == "speakers";
}

/// An interval of a tier, or a point, which is passed over.
void read_item(Pieces& pieces, bool interval, const std::string& tier, TurnList& turns) {
  if (!interval) {
    pieces.number("a point's time");
    pieces.text("a point's text");
    return;
  }
  const double start_s = pieces.number("an interval's start");
  const double end_s = pieces.number("an interval's end");
  const std::size_t line = pieces.line();
  const std::string text = pieces.text("an interval's text");
  // As the label is, without blanks: a space is silence too.
  if (trimmed(text).empty()) return;
  turns.add(line,
            {start_s, end_s, holds_names(tier) ? std::string_view(text) : std::string_view(tier)});
}

bool read_tier_class(Pieces& pieces) {
  const std::string kind = pieces.text("\"IntervalTier\" or \"TextTier\"");
  if (kind != "IntervalTier" && kind != "TextTier") {
    pieces.refuse("has a tier of class " + quoted(kind) +
                  ", expected \"IntervalTier\" or \"TextTier\"");
  }
  return kind == "IntervalTier";
}

std::string read_tier_name(Pieces& pieces) {
  std::string name = pieces.text("the tier's name");
  pieces.number("the tier's start");
  pieces.number("the tier's end");
  return name;
}

/// Tier by tier, from the file's length on.
void read_tiers(Pieces& pieces, TurnList& turns) {
  if (pieces.flag("<exists> or <absent>") != "<exists>") return;
  for (std::size_t left = pieces.count("the number of tiers"); left > 0; --left) {
    const bool intervals = read_tier_class(pieces);
    const std::string tier = read_tier_name(pieces);
    const char* const what = intervals ? "the number of intervals" : "the number of points";
    for (std::size_t more = pieces.count(what); more > 0; --more) {
      read_item(pieces, intervals, tier, turns);
    }
  }
}

/// In the order of time: what there is to each tier first, then intervals and points with the
/// number of their tier in front, to the end of the file.
void read_chronologically(Pieces& pieces, TurnList& turns) {
  struct Tier {
    bool intervals;
    std::string name;
  };
  std::vector<Tier> tiers;
  for (std::size_t left = pieces.count("the number of tiers"); left > 0; --left) {
    const bool intervals = read_tier_class(pieces);
    tiers.push_back({intervals, read_tier_name(pieces)});
  }
  while (!pieces.at_end()) {
    const std::size_t number = pieces.count("a tier's number");
    if (number < 1 || number > tiers.size()) {
      pieces.refuse("has tier " + std::to_string(number) + ", expected 1 to " +
                    std::to_string(tiers.size()));
    }
    const Tier& tier = tiers[number - 1];
    read_item(pieces, tier.intervals, tier.name, turns);
  }
}

}  // namespace

std::vector<Diarization> read_textgrid(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with(kBinaryMark)) {
    refuse_line(name, 1, "is a binary TextGrid, expected text",
                "save it in Praat with \"Save as text file\"");
  }
  if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    refuse_line(name,
                1 + static_cast<std::size_t>(std::count(
                        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(nul), '\n')),
                "holds a NUL byte, expected text", "is it UTF-16 without a byte order mark?");
  }
  // Praat saves Latin-1 where its preferences say so, and reads what is no UTF-8 so.
  const std::string text =
      valid_utf8(bytes) == bytes ? std::string(bytes) : from_windows_latin(bytes);
  Pieces pieces(text, name);
  const std::string mark = pieces.text("\"ooTextFile\"");
  const bool chronological = mark == kChronologicalMark;
  if (!chronological && !mark.starts_with(kTextMark)) {
    pieces.refuse("is no file of Praat's, expected \"ooTextFile\"");
  }
  if (!chronological && pieces.text("\"TextGrid\"") != "TextGrid") {
    pieces.refuse("holds no TextGrid, expected \"TextGrid\"");
  }
  TurnList turns(name);
  pieces.number("the start");
  const double end_s = pieces.number("the end");
  turns.set_duration(pieces.line(), end_s);
  if (chronological) {
    read_chronologically(pieces, turns);
  } else {
    read_tiers(pieces, turns);
  }
  return turns.take();
}

bool recognizes_textgrid(std::string_view text) {
  const std::string_view head = text.substr(0, 256);
  return head.starts_with(kBinaryMark) || head.find(kTextMark) != std::string_view::npos ||
         head.find(kChronologicalMark) != std::string_view::npos;
}

}  // namespace diarist::formats
