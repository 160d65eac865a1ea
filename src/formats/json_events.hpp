// JSON as events that know their line: one parser for all readers, which is compiled once.
#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

namespace diarist::formats {

/// Where the parser is.
struct JsonPosition {
  std::size_t newlines = 0;         ///< Read so far.
  std::size_t newlines_before = 0;  ///< Before the last character, which may lie behind a number.
  std::size_t line() const { return newlines_before + 1; }
};

using JsonEvents = nlohmann::json_sax<nlohmann::json>;

/// Tells `events` of one value after the other, with `position` kept at the last one's end. Stops
/// where it returns false; throws what it throws.
void read_json_events(std::string_view text, JsonPosition& position, JsonEvents& events);

}  // namespace diarist::formats
