#include "cli/recordings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "diarist/error.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

// What people keep recordings in: libsndfile's formats, then what takes ffmpeg.
constexpr std::array kEndings = std::to_array<std::string_view>(
    {".wav", ".flac", ".ogg", ".oga",  ".opus", ".mp3",  ".aif", ".aiff", ".aifc",
     ".au",  ".caf",  ".w64", ".rf64", ".sph",  ".nist", ".m4a", ".m4b",  ".mp4",
     ".aac", ".ac3",  ".amr", ".wma",  ".webm", ".mka",  ".mkv", ".mov",  ".avi"});

bool is_recording(const fs::directory_entry& entry) {
  std::string ending = entry.path().extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  std::error_code ignored;
  return entry.path().filename().native().front() != '.' &&
         std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end() &&
         entry.is_regular_file(ignored);
}

std::vector<fs::path> recordings_in(const fs::path& folder) {
  std::vector<fs::path> found;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (is_recording(entry)) found.push_back(entry.path());
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::io, folder.string(),
                "is a folder that cannot be read: " + error.code().message());
  }
  if (found.empty()) {
    throw Error(ErrorCode::not_found, folder.string(), "is a folder without recordings",
                "name the files, where their endings do not tell");
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<fs::path> recordings_of(const std::vector<std::string>& names) {
  std::vector<fs::path> recordings;
  for (const std::string& name : names) {
    std::error_code ignored;
    if (fs::is_directory(name, ignored)) {
      const std::vector<fs::path> inside = recordings_in(name);
      recordings.insert(recordings.end(), inside.begin(), inside.end());
    } else {
      recordings.emplace_back(name);
    }
  }
  return recordings;
}

}  // namespace diarist::cli
