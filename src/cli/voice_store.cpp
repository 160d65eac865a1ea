#include "cli/voice_store.hpp"

#include <cstdlib>

#include "diarist/error.hpp"

#include "cli/output_files.hpp"

namespace diarist::cli {

void add_store_option(CLI::App& app, std::string& store) {
  app.add_option("--store", store,
                 "Store of voices; diarist/voices.db in $XDG_DATA_HOME or ~/.local/share otherwise")
      ->type_name("FILE");
}

std::filesystem::path store_file(const std::string& store) {
  if (store.empty()) {
    throw Error(ErrorCode::invalid_argument, "--store", "is empty", "name a file");
  }
  if (store != kDefaultStore) return store;
  const std::filesystem::path place = std::filesystem::path("diarist") / "voices.db";
  // What is not absolute is to be ignored, says the XDG base directory specification.
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') return data / place;
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    return std::filesystem::path(home) / ".local" / "share" / place;
  }
  throw Error(ErrorCode::invalid_argument, "--store",
              "is needed where neither XDG_DATA_HOME nor HOME is set", "name a file");
}

SpeakerStore open_voices(const std::string& store, bool create) {
  SpeakerStoreOptions options;
  options.create = create;
  return SpeakerStore(store_file(store), options);
}

void change(const std::function<void()>& step) {
  try {
    step();
  } catch (const OutputError&) {
    throw;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) throw;
    throw OutputError(error);
  }
}

}  // namespace diarist::cli
