// What a subtitle shows, word by word, and what stands in the file for it: tags and character
// references. Pure functions, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::transcripts {

enum class CueSyntax { srt, vtt };

struct CueWord {
  std::string text;               ///< As shown, with the white space before it.
  std::string raw;                ///< As the file has it, with the tags around it.
  std::optional<double> start_s;  ///< Of a WebVTT time tag before it, <00:00:01.000>.
};

/// The words of a cue's text; joined, `text` is what is shown, and `raw` the cue without its voice
/// tags. A '<' that begins no tag is shown as it is.
std::vector<CueWord> cue_words(std::string_view payload, CueSyntax syntax);

/// Some words' `raw`, with the tags that are open at its ends opened and closed in it too.
/// `before`: the words in front of them.
std::string balanced(std::string_view before, std::string_view raw, CueSyntax syntax);

/// A text as the format shows it: in WebVTT '&', '<' and '>' are escaped; SubRip cannot escape, so
/// what would begin a tag gets U+2039 for its '<'. On one line, and no arrow in it.
std::string shown_text(std::string_view text, CueSyntax syntax);

}  // namespace diarist::transcripts
