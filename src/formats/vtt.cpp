// WebVTT: cues with a voice tag, which names the speaker, and the name once more as the text that
// players show.
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "formats/cues.hpp"
#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/ticks.hpp"
#include "formats/turn_list.hpp"
#include "formats/unicode.hpp"

namespace diarist::formats {
namespace {

constexpr std::string_view kMagic = "WEBVTT";

struct Reference {
  std::string_view spelled;
  std::string_view means;
};

/// Character references that writers of WebVTT use.
constexpr std::array<Reference, 8> kReferences = {{{"&amp;", "&"},
                                                   {"&lt;", "<"},
                                                   {"&gt;", ">"},
                                                   {"&quot;", "\""},
                                                   {"&apos;", "'"},
                                                   {"&nbsp;", "\xC2\xA0"},
                                                   {"&lrm;", "\xE2\x80\x8E"},
                                                   {"&rlm;", "\xE2\x80\x8F"}}};

std::string escaped(std::string_view text) {
  std::string written;
  for (const char c : text) {
    switch (c) {
      case '&':
        written += "&amp;";
        break;
      case '<':
        written += "&lt;";
        break;
      case '>':
        written += "&gt;";
        break;
      default:
        written += c;
    }
  }
  return written;
}

/// What "&#39;" or "&#x27;" at the start of `text` means, and its length; 0 where there is none.
std::pair<std::string, std::size_t> numeric_reference(std::string_view text) {
  const std::size_t end = text.find(';');
  if (!text.starts_with("&#") || end == std::string_view::npos) return {};
  const bool hexadecimal = text.substr(2, 1) == "x" || text.substr(2, 1) == "X";
  const std::string_view digits = text.substr(2, end - 2).substr(hexadecimal ? 1 : 0);
  std::uint32_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), last, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != last) return {};
  return {utf8(value), end + 1};
}

std::string unescaped(std::string_view text) {
  std::string read;
  while (!text.empty()) {
    auto [means, length] = numeric_reference(text);
    for (const Reference& reference : kReferences) {
      if (!text.starts_with(reference.spelled)) continue;
      length = reference.spelled.size();
      means = reference.means;
    }
    if (length == 0) {
      length = 1;
      means = text.substr(0, 1);
    }
    read += means;
    text.remove_prefix(length);
  }
  return read;
}

void write_vtt(std::ostream& out, const Diarization& diarization) {
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kCueDecimals);
    const std::string name = escaped(voice_name(speaker_name(diarization, turn.speaker)));
    out << "\n" + cue_time(start, '.') + " " + std::string(kArrow) + " " + cue_time(end, '.') +
               "\n<v " + name + ">" + name + "</v>\n";
  }
}

std::vector<Diarization> read_vtt(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  TurnList turns(name);
  const bool begins = lines.next();
  if (!begins || !lines.line().starts_with(kMagic)) {
    refuse_line(name, 1, "is no WebVTT, expected WEBVTT in the first line");
  }
  CueReader cues(lines, false);
  while (const auto cue = cues.next()) {
    const std::vector<std::string> names = cue_speakers(cue->text);
    if (names.empty()) {
      refuse_line(name, cue->line,
                  "has a cue that names no speaker, expected '<v Name>text' or 'Name: text'",
                  "subtitles without speakers are no turns");
    }
    for (const std::string& speaker : names) {
      turns.add(cue->line, {cue->start_s, cue->end_s, voice_name(unescaped(speaker))});
    }
  }
  return turns.take();
}

bool recognizes_vtt(std::string_view text) { return text.starts_with(kMagic); }

}  // namespace

extern const FormatRow kVtt;
const FormatRow kVtt = {
    .format = FileFormat::vtt,
    .name = "vtt",
    .endings = {"vtt"},
    .header = "WEBVTT\n",
    .write = write_vtt,
    .read = read_vtt,
    .recognizes = recognizes_vtt,
    .holds = {.decimals = kCueDecimals, .name = voice_name},
};

}  // namespace diarist::formats
