// Text as clients send it: checked, decoded, compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diarist::server {

/// Well-formed, shortest, no surrogates.
bool is_utf8(std::string_view text);
/// ASCII letters compared without case, as header fields and hosts are.
bool same_word(std::string_view left, std::string_view right);
std::string lower(std::string_view text);
/// Without blanks and tabs at its ends.
std::string_view trimmed(std::string_view text);
/// "%C3%A4" as what it stands for; "+" as a blank where `plus_is_blank`. Empty where a '%' is not
/// followed by two digits, or what comes out is no UTF-8 or holds a NUL.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank);
/// Decimal digits alone. Empty for anything else, and beyond 18 digits.
std::optional<std::uint64_t> whole_number(std::string_view text);
/// Of a list with commas, each trimmed, none of them empty.
std::vector<std::string_view> list_items(std::string_view text);

/// A header's value with parameters: `form-data; name="audio"; filename="a.wav"`.
struct Parameterized {
  std::string value;                                            ///< Lower case.
  std::vector<std::pair<std::string, std::string>> parameters;  ///< Names in lower case.
  std::optional<std::string> parameter(std::string_view name) const;
};
/// Empty where it cannot be read.
std::optional<Parameterized> parse_parameterized(std::string_view text);

/// What a recording is called by the name of its file: without folder and ending; empty where
/// nothing is left, or the name holds control characters or is no UTF-8. At most 200 bytes.
std::string recording_name_of(std::string_view file);
/// A name that people may give: 1 to 200 bytes of UTF-8 without control characters.
bool is_name(std::string_view text);

/// "2026-11-29T01:02:03.456Z" of milliseconds since 1970.
std::string rfc3339(std::int64_t milliseconds);
/// Now, in milliseconds since 1970.
std::int64_t now_ms();

}  // namespace diarist::server
