// Where known voices are kept, and what a command does with that file.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "diarist/speaker_store.hpp"

namespace diarist::cli {

/// What stands for the store that commands take where none is named.
inline constexpr const char* kDefaultStore = "default";

/// "--store FILE".
void add_store_option(CLI::App& app, std::string& store);

/// The file that is meant: diarist/voices.db in $XDG_DATA_HOME, or in ~/.local/share, for
/// kDefaultStore. Throws Error{invalid_argument} where neither is set.
std::filesystem::path store_file(const std::string& store);

/// Throws as SpeakerStore does.
SpeakerStore open_voices(const std::string& store, bool create = false);

/// Runs a change; what goes wrong with the file is then an OutputError.
void change(const std::function<void()>& step);

}  // namespace diarist::cli
