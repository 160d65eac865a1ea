// Which names a voice may have.
#pragma once

#include <string>
#include <string_view>

namespace diarist::voices {

/// "VOICE_0001": what the store calls a voice that nobody has named.
bool is_unnamed(std::string_view name);

/// Throws Error{invalid_argument} for what SpeakerStore says is no name.
void check_name(const std::string& name);
/// Why it is none; empty where it is one.
std::string name_problem(std::string_view name);

}  // namespace diarist::voices
