// The order of things: check, plan, cut, say what was made.
#include "diarist/split.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "audio/recording.hpp"
#include "audio/sample_writer.hpp"
#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "cutting/cut_plan.hpp"
#include "cutting/cutter.hpp"
#include "cutting/manifest.hpp"
#include "cutting/name_template.hpp"
#include "cutting/output_format.hpp"
#include "cutting/staged_folder.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;
using namespace cutting;

/// As long as files of turns may be: samples of it still fit, whatever the rate.
constexpr double kMostSeconds = 1e9;
/// Turns that end later than this after the recording's end are worth a word: decoders and rounding
/// account for less.
constexpr double kTolerance_s = 0.1;
constexpr double kReportInterval_s = 0.2;

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

void check_seconds(const char* name, double seconds) {
  if (seconds >= 0 && seconds <= kMostSeconds) return;
  refuse(name, "must be seconds from 0 on", "give 0 for none of it");
}

void check(const SplitOptions& options) {
  check_seconds("padding", options.padding_s);
  check_seconds("min_duration", options.min_duration_s);
  check_seconds("gap", options.gap_s);
  if (options.bits && *options.bits != 16 && *options.bits != 24) {
    refuse("bits", "must be 16 or 24, not " + std::to_string(*options.bits));
  }
  if (options.gap_s > 0 && options.by == SplitBy::turn) {
    refuse("gap", "is between the pieces of a file, and files by turn have one piece",
           "cut by speaker, or leave it out");
  }
  if (!options.name_template.empty()) NameTemplate{options.name_template};
}

/// Files are read more than once.
void check_regular(const fs::path& recording) {
  std::error_code error;
  const fs::file_status status = fs::status(recording, error);
  const bool pipe = fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
  if (recording == "-" || pipe) {
    refuse(recording == "-" ? "standard input" : recording.string(),
           "cannot be read more than once, as cutting does", "save it to a file and name that");
  }
}

std::string place_of(const Turn& turn, const Diarization& turns) {
  return "turn of '" + turns.speakers[static_cast<std::size_t>(turn.speaker)].name + "' at " +
         audio::in_seconds(turn.start_s);
}

/// One run over a recording.
class Split {
 public:
  Split(const fs::path& recording, const Diarization& turns, const fs::path& folder,
        const SplitOptions& options, const SplitHooks& hooks)
      : path_(recording), turns_(turns), folder_(folder), options_(options), hooks_(hooks) {}

  SplitResult run() {
    audio::Recording recording = audio::open_recording(path_);
    subject_ = recording.subject;
    extent_.sample_rate_hz = recording.source->sample_rate_hz();
    const auto told = recording.source->expected_frames();
    extent_.samples = told ? *told : counted(*recording.source);
    if (!told) recording = audio::open_recording(path_);
    source_channels_ = recording.source->channels();

    SplitResult result;
    check_turns(result.notices);
    CutSettings settings;
    settings.gap = samples_of(options_.gap_s, extent_.sample_rate_hz);
    settings.format.sample_rate_hz = extent_.sample_rate_hz;
    settings.format.channels = own_channels() ? 1 : source_channels_;
    settings.format.stored =
        output_format(recording.source->stored(), settings.format, options_, subject_);
    std::vector<PlannedFile> files = planned(settings.format.stored.container);
    check_targets(files);

    StagedFolder staged(folder_);
    if (hooks_.staging) hooks_.staging(staged.place());
    const double total = seconds(extent_.samples);
    cut(recording, files, settings, staged, hooks_.cancellation,
        [&](std::int64_t samples) { report(seconds(samples), total); });
    describe(files, settings, result);
    write(staged, result);
    if (hooks_.progress) hooks_.progress({total, total});
    return result;
  }

 private:
  double seconds(std::int64_t samples) const {
    return static_cast<double>(samples) / extent_.sample_rate_hz;
  }

  void report(double done_s, double total_s) {
    if (!hooks_.progress || since_report_.seconds() < kReportInterval_s) return;
    since_report_ = Stopwatch();
    hooks_.progress({std::min(done_s, total_s), total_s});
  }

  /// Samples of a recording whose header does not tell: names and padding depend on its end.
  std::int64_t counted(audio::Source& source) {
    std::vector<float> block(
        std::max<std::size_t>(std::size_t{1} << 16, static_cast<std::size_t>(source.channels())) /
        static_cast<std::size_t>(source.channels()) * static_cast<std::size_t>(source.channels()));
    std::int64_t samples = 0;
    while (const std::size_t got = source.read(block)) {
      stop_if_cancelled(hooks_.cancellation);
      samples += static_cast<std::int64_t>(got);
    }
    return samples;
  }

  bool own_channels() const {
    if (options_.channels != SplitChannels::automatic)
      return options_.channels == SplitChannels::own;
    return std::any_of(turns_.turns.begin(), turns_.turns.end(),
                       [](const Turn& turn) { return turn.channel > 1; });
  }

  void check_turns(std::vector<std::string>& notices) const {
    const double duration_s = seconds(extent_.samples);
    std::size_t beyond = 0;
    for (const Turn& turn : turns_.turns) {
      if (turn.speaker < 0 || static_cast<std::size_t>(turn.speaker) >= turns_.speakers.size()) {
        refuse(options_.turns_name, "has a turn of nobody: speaker " +
                                        std::to_string(turn.speaker) + " of " +
                                        std::to_string(turns_.speakers.size()));
      }
      if (!(turn.start_s >= 0 && turn.end_s > turn.start_s && turn.end_s <= kMostSeconds)) {
        refuse(options_.turns_name, place_of(turn, turns_) + " ends at " +
                                        audio::in_seconds(turn.end_s) + ", which is no stretch");
      }
      if (samples_of(turn.start_s, extent_.sample_rate_hz) >= extent_.samples &&
          turn.start_s > duration_s) {
        refuse(options_.turns_name,
               place_of(turn, turns_) + " begins after the end of " + subject_ + " (" +
                   audio::in_seconds(duration_s) + ")",
               "are they of this recording?");
      }
      if (own_channels() && (turn.channel < 1 || turn.channel > source_channels_)) {
        refuse(options_.turns_name,
               place_of(turn, turns_) + " is on channel " + std::to_string(turn.channel) +
                   ", and " + subject_ + " has " + std::to_string(source_channels_),
               "cut all channels, or name the recording that was diarized");
      }
      if (turn.end_s > duration_s + kTolerance_s) ++beyond;
    }
    if (beyond > 0) {
      notices.push_back(std::to_string(beyond) + (beyond == 1 ? " turn ends" : " turns end") +
                        " after the recording does, at " + audio::in_seconds(duration_s) +
                        ": cut off there");
    }
  }

  std::vector<PlannedFile> planned(audio::Container container) const {
    std::vector<PlannedFile> files;
    std::map<std::pair<int, int>, std::size_t> of_voice;
    for (const Piece& piece : plan_pieces(turns_, extent_, options_, own_channels())) {
      if (options_.by == SplitBy::turn) {
        files.push_back({{}, {piece}});
        continue;
      }
      const auto [known, is_new] =
          of_voice.try_emplace({piece.speaker, piece.channel}, files.size());
      if (is_new) files.emplace_back();
      files[known->second].pieces.push_back(piece);
    }
    const bool by_turn = options_.by == SplitBy::turn;
    const NameTemplate names(!options_.name_template.empty() ? options_.name_template
                             : by_turn                       ? "{recording}-{index}-{speaker}"
                                                             : "{recording}-{speaker}");
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::vector<Piece>& pieces = files[i].pieces;
      std::int64_t samples = 0;
      for (const Piece& piece : pieces) samples += piece.end - piece.first;
      NameFields fields;
      fields.recording = path_.stem().string();
      fields.speaker = speaker_of(pieces.front());
      fields.index = i + 1;
      fields.most = files.size();
      fields.start_s = seconds(pieces.front().first);
      fields.end_s = seconds(pieces.back().end);
      fields.duration_s = seconds(samples);
      fields.channel = pieces.front().channel;
      files[i].name = names.name(fields) + "." + std::string(container_name(container));
    }
    return files;
  }

  const std::string& speaker_of(const Piece& piece) const {
    return turns_.speakers[static_cast<std::size_t>(piece.speaker)].name;
  }

  /// Before anything is written: no two of one name, none in the recording's place, none where
  /// there is no file that could be replaced.
  void check_targets(const std::vector<PlannedFile>& files) const {
    std::map<std::string, const PlannedFile*> taken;
    for (const PlannedFile& file : files) {
      // Some systems tell 'Ann' from 'ann', others do not.
      std::string folded = file.name;
      for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      const auto [first, is_new] = taken.emplace(std::move(folded), &file);
      if (is_new) continue;
      const auto where = [this](const PlannedFile& one) {
        return "'" + speaker_of(one.pieces.front()) + "' at " +
               audio::in_seconds(seconds(one.pieces.front().first));
      };
      refuse((folder_ / file.name).string(),
             "would hold both " + where(*first->second) + " and " + where(file),
             "add {index} to the template");
    }
    std::vector<std::string> names = {kManifestCsv, kManifestJson};
    for (const PlannedFile& file : files) names.push_back(file.name);
    for (const std::string& name : names) {
      const fs::path target = folder_ / name;
      std::error_code error;
      if (!fs::exists(target, error)) continue;
      if (fs::equivalent(target, path_, error)) {
        refuse(target.string(), "would replace the recording itself", "name another folder");
      }
      if (!fs::is_regular_file(target, error)) {
        refuse(target.string(), "is there, and no file that could be replaced",
               "name another folder");
      }
    }
  }

  void describe(const std::vector<PlannedFile>& files, const CutSettings& settings,
                SplitResult& result) const {
    result.sample_rate_hz = extent_.sample_rate_hz;
    result.format = container_name(settings.format.stored.container);
    result.coding = coding_name(settings.format.stored.coding);
    for (const PlannedFile& file : files) {
      SplitFile& made = result.files.emplace_back();
      made.name = file.name;
      made.speaker = speaker_of(file.pieces.front());
      made.channel = file.pieces.front().channel;
      for (const Piece& piece : file.pieces) {
        if (!made.pieces.empty()) made.samples += settings.gap;
        SplitPiece& told = made.pieces.emplace_back();
        told.start_s = seconds(piece.first);
        told.end_s = seconds(piece.end);
        told.first_sample = piece.first;
        told.samples = piece.end - piece.first;
        told.sample_in_file = made.samples;
        told.padding_before_s = seconds(piece.before);
        told.padding_after_s = seconds(piece.after);
        told.confidence = piece.spoken > 0 ? static_cast<float>(piece.confident / piece.spoken)
                                           : std::numeric_limits<float>::quiet_NaN();
        made.samples += told.samples;
      }
    }
    if (files.empty()) {
      result.notices.emplace_back(turns_.turns.empty() ? "Nobody speaks: there is nothing to cut"
                                                       : "No turn is left to be cut");
    }
  }

  void write(StagedFolder& staged, const SplitResult& result) const {
    staged.write(kManifestCsv, manifest_csv(result));
    staged.write(kManifestJson, manifest_json(result, options_, path_.filename().string()));
    std::vector<std::string> names;
    for (const SplitFile& file : result.files) names.push_back(file.name);
    names.emplace_back(kManifestCsv);
    names.emplace_back(kManifestJson);
    stop_if_cancelled(hooks_.cancellation);
    staged.commit(names);
  }

  const fs::path& path_;
  const Diarization& turns_;
  const fs::path& folder_;
  const SplitOptions& options_;
  const SplitHooks& hooks_;
  std::string subject_;
  Extent extent_;
  int source_channels_ = 0;
  Stopwatch since_report_;
};

}  // namespace

void check_split(const fs::path& recording, const SplitOptions& options) {
  check(options);
  check_regular(recording);
  const audio::Recording opened = audio::open_recording(recording);
  audio::WrittenFormat format;
  format.sample_rate_hz = opened.source->sample_rate_hz();
  const bool one = options.channels == SplitChannels::own;
  format.channels = one ? 1 : opened.source->channels();
  output_format(opened.source->stored(), format, options, opened.subject);
}

SplitResult split(const fs::path& recording, const Diarization& turns, const fs::path& folder,
                  const SplitOptions& options, const SplitHooks& hooks) {
  if (folder.empty()) refuse("folder", "has an empty name", "name a folder");
  check(options);
  check_regular(recording);
  return Split(recording, turns, folder, options, hooks).run();
}

}  // namespace diarist
