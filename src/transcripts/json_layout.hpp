// How a JSON document is laid out, so that what is written differs only where something was said.
#pragma once

#include <string_view>

#include "transcripts/json_document.hpp"

namespace diarist::transcripts {

/// Told by the first brackets, colons and commas outside of strings. `text` is sound JSON.
JsonLayout layout_of(std::string_view text);

}  // namespace diarist::transcripts
