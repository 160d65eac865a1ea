#include "cli/one_recording.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "cli/progress_bar.hpp"

namespace diarist::cli {
namespace {

/// So many names of recordings are listed in a message.
constexpr std::size_t kMostListed = 8;

/// As formats of columns, which have no blanks in names, have it.
std::string in_one_column(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

}  // namespace

Diarizer make_diarizer(const std::optional<std::string>& model,
                       const std::optional<std::string>& fallback,
                       const PerformanceOptions& performance) {
  if (!model) return Diarizer(Model::builtin(), performance);
  try {
    if (fallback) return {*model, *fallback, performance};
    return Diarizer(Model::load(*model), performance);
  } catch (const Error& error) {
    // "Not found" would read as a missing recording.
    if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::io) {
      throw Error(ErrorCode::wrong_model, error.subject(), error.problem(), error.advice());
    }
    throw;
  }
}

Diarization diarize_one(const std::filesystem::path& recording, const DiarizeArguments& arguments,
                        const CancellationToken& cancellation, int most_voices) {
  BehaviorOptions behavior = behavior_of(arguments);
  behavior.most_voices = most_voices;
  const Diarizer diarizer =
      make_diarizer(arguments.model, arguments.fallback, performance_of(arguments));
  ProgressBar bar(recording.filename().string(), !arguments.quiet);
  RunHooks hooks;
  hooks.cancellation = cancellation;
  hooks.progress = [&bar](const Progress& progress) { bar.update(progress); };
  return diarizer.diarize(recording, behavior, hooks);
}

Diarization turns_of(const std::string& name, const std::string& file,
                     std::optional<FileFormat> format, Naming naming) {
  std::vector<Diarization> found = read_turns(file == "-" ? "/dev/stdin" : file, format);
  if (found.size() == 1 && naming == Naming::any_if_alone) return std::move(found.front());
  std::string names;
  for (Diarization& each : found) {
    if (each.recording == name || each.recording == in_one_column(name)) return std::move(each);
  }
  for (std::size_t i = 0; i < std::min(found.size(), kMostListed); ++i) {
    names += (i ? ", '" : "'") + found[i].recording + "'";
  }
  throw Error(ErrorCode::invalid_argument, file,
              "holds turns of " + names + (found.size() > kMostListed ? ", ..." : "") +
                  ", none of them '" + name + "'",
              "name one of them with --recording");
}

}  // namespace diarist::cli
