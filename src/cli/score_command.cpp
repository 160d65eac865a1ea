// `diarist score REF HYP`: how far turns are from a reference (docs/scoring.md).
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

using Json = nlohmann::ordered_json;
using ByRecording = std::map<std::string, Annotation>;

constexpr const char* kSchema = "diarist.score";
constexpr int kSchemaVersion = 1;
/// Seconds and rates in JSON are rounded to this many decimals, so that 1e-9 can be compared.
constexpr int kJsonDecimals = 9;

struct Arguments {
  std::filesystem::path reference;
  std::filesystem::path hypothesis;
  std::filesystem::path uem;
  std::filesystem::path output;
  ScoringOptions options;
  std::string convention{to_string(ScoringOptions{}.convention)};
  std::string format = "txt";
  bool json = false;
};

struct Results {
  std::vector<Score> scores;  ///< Sorted by recording.
  Score total;
  std::vector<std::string> notices;
};

bool holds_turns(const std::filesystem::path& file) {
  const auto format = file_format_of_ending(file);
  return format && info_of(*format).readable;
}

/// The one file, or those of a folder in the order of their names: its *.rttm or, where it has
/// none, all whose endings tell of turns.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& place) {
  std::error_code error;
  if (!std::filesystem::is_directory(place, error)) return {place};
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator entry(place, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (holds_turns(entry->path())) files.push_back(entry->path());
  }
  if (error) throw Error(ErrorCode::io, place.string(), "cannot be read: " + error.message());
  if (files.empty())
    throw Error(ErrorCode::not_found, place.string(),
                "holds no file *.rttm, nor one of another format of turns");
  const auto others = std::stable_partition(
      files.begin(), files.end(), [](const auto& file) { return file.extension() == ".rttm"; });
  if (others != files.begin()) files.erase(others, files.end());
  std::sort(files.begin(), files.end());
  return files;
}

ByRecording annotations_by_recording(const std::filesystem::path& place) {
  ByRecording annotations;
  std::map<std::string, std::filesystem::path> origin;
  for (const std::filesystem::path& file : files_of(place)) {
    for (Annotation& annotation : read_annotations(file)) {
      const auto [first, is_new] = origin.emplace(annotation.recording, file);
      if (!is_new) {
        throw Error(
            ErrorCode::invalid_argument, file.string(),
            "holds turns of '" + annotation.recording + "', and so does " + first->second.string(),
            "keep each recording in one file");
      }
      annotations.emplace(annotation.recording, std::move(annotation));
    }
  }
  return annotations;
}

ByRecording read_evaluation_map(const std::filesystem::path& file) {
  ByRecording map;
  for (Annotation& annotation : read_uem(file)) map.emplace(annotation.recording, annotation);
  return map;
}

/// Refuses two sides that have nothing to do with each other: most often names that differ.
void check_common_recording(const Arguments& arguments, const ByRecording& references,
                            const ByRecording& hypotheses) {
  if (references.empty()) {
    throw Error(ErrorCode::invalid_argument, arguments.reference.string(),
                "holds no turns, so there is nothing to score against");
  }
  if (hypotheses.empty()) return;
  for (const auto& [recording, reference] : references) {
    if (hypotheses.contains(recording)) return;
  }
  throw Error(ErrorCode::invalid_argument, arguments.hypothesis.string(),
              "has no recording of " + arguments.reference.string() + ": it has '" +
                  hypotheses.begin()->first + "', the reference '" + references.begin()->first +
                  "'",
              "recordings are matched by their names: in RTTM the second column, and the file's "
              "name where a format holds none");
}

Results score_all(const Arguments& arguments) {
  ByRecording references = annotations_by_recording(arguments.reference);
  const ByRecording hypotheses = annotations_by_recording(arguments.hypothesis);
  const ByRecording uem =
      arguments.uem.empty() ? ByRecording{} : read_evaluation_map(arguments.uem);
  check_common_recording(arguments, references, hypotheses);

  Results results;
  for (const auto& [recording, hypothesis] : hypotheses) {
    if (references.contains(recording)) continue;
    if (uem.contains(recording)) {
      references.emplace(recording, Annotation{recording, {}});
      results.notices.push_back(
          "'" + recording + "' has no reference turn but a place in the UEM: scored as silence");
    } else {
      results.notices.push_back("'" + recording + "' is not in the reference: not scored");
    }
  }
  for (const auto& [recording, reference] : references) {
    const auto found = hypotheses.find(recording);
    if (found == hypotheses.end()) {
      results.notices.push_back("'" + recording + "' is not in the hypothesis: scored as silence");
    }
    const auto evaluated = uem.find(recording);
    if (!uem.empty() && evaluated == uem.end()) {
      results.notices.push_back("'" + recording + "' is not in the UEM: scored as without one");
    }
    results.scores.push_back(
        score(reference, found == hypotheses.end() ? Annotation{recording, {}} : found->second,
              evaluated == uem.end() ? std::nullopt : std::optional(evaluated->second),
              arguments.options));
    results.total += results.scores.back();
  }
  results.total.recording = "TOTAL";
  return results;
}

std::string decimal(double value, int decimals) {
  if (std::isinf(value)) return "inf";
  std::array<char, 352> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  return std::string(text.data(), end.ptr);
}

/// In as few digits as say it: "0", "0.25".
std::string shortest(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end.ptr);
}

/// A share of the reference's speaker time as der() takes it: 0 of nothing is 0, else infinite.
double share(double part_s, double total_s) {
  if (total_s > 0) return part_s / total_s;
  return part_s > 0 ? HUGE_VAL : 0.0;
}

std::string percent(double rate) { return decimal(100 * rate, 2); }

std::vector<std::string> table_row(const Score& score) {
  return {printable(score.recording, true),
          percent(score.der()),
          percent(share(score.miss_s, score.total_s)),
          percent(share(score.false_alarm_s, score.total_s)),
          percent(share(score.confusion_s, score.total_s)),
          percent(score.jer()),
          decimal(score.total_s, 2),
          std::to_string(score.reference_speakers),
          std::to_string(score.hypothesis_speakers)};
}

/// First column to the left, numbers to the right.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blank(static_cast<std::size_t>(widths[i] - columns(row[i])), ' ');
      text += i == 0 ? row[i] + blank : "  " + blank + row[i];
    }
    text += '\n';
  }
  return text;
}

std::string as_table(const Arguments& arguments, const Results& results) {
  const ScoringOptions& options = arguments.options;
  std::vector<std::vector<std::string>> rows = {{"recording", "DER %", "miss %", "false alarm %",
                                                 "confusion %", "JER %", "speech s", "speakers",
                                                 "found"}};
  for (const Score& score : results.scores) rows.push_back(table_row(score));
  rows.push_back(table_row(results.total));
  return "convention " + arguments.convention + ", collar " + shortest(options.collar_s) + " s " +
         (options.convention == ScoringConvention::nist ? "to each side" : "in all") +
         ", overlap " + (options.skip_overlap ? "skipped" : "scored") + "\n\n" + table(rows);
}

double rounded(double value) {
  const double scale = std::pow(10.0, kJsonDecimals);
  return std::round(value * scale) / scale;
}

Json score_json(const Score& score) {
  const double der = score.der();
  return {{"recording", score.recording},
          {"der", std::isfinite(der) ? Json(rounded(der)) : Json(nullptr)},
          {"jer", rounded(score.jer())},
          {"total", rounded(score.total_s)},
          {"miss", rounded(score.miss_s)},
          {"false_alarm", rounded(score.false_alarm_s)},
          {"confusion", rounded(score.confusion_s)},
          {"jaccard_error_sum", rounded(score.jer_sum)},
          {"reference_speakers", score.reference_speakers},
          {"hypothesis_speakers", score.hypothesis_speakers}};
}

std::string as_json(const Arguments& arguments, const Results& results) {
  Json recordings = Json::array();
  for (const Score& score : results.scores) recordings.push_back(score_json(score));
  Json total = score_json(results.total);
  total.erase("recording");
  const Json json = {{"schema", kSchema},
                     {"version", kSchemaVersion},
                     {"convention", arguments.convention},
                     {"collar", arguments.options.collar_s},
                     {"skip_overlap", arguments.options.skip_overlap},
                     {"recordings", recordings},
                     {"total", total},
                     {"notices", results.notices}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run(Arguments arguments) {
  arguments.options.convention = scoring_convention_from_string(arguments.convention);
  const Results results = score_all(arguments);
  const bool json = arguments.json || arguments.format == "json";
  const std::string text = json ? as_json(arguments, results) : as_table(arguments, results);
  if (arguments.output.empty() || arguments.output == "-") {
    write_standard_output(text);
  } else {
    StagedFile(arguments.output, text).commit();
  }
  for (const std::string& notice : results.notices) report(notice);
  return kSuccess;
}

}  // namespace

Command add_score_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("score", "Compare turns with a reference: DER and JER");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("REF", arguments->reference,
                  "Reference: a file of turns (RTTM, TextGrid, EAF, ...), or a folder of *.rttm")
      ->required()
      ->type_name("FILE");
  app->add_option("HYP", arguments->hypothesis,
                  "What to score: a file of turns, or a folder of *.rttm; matched by recording")
      ->required()
      ->type_name("FILE");
  app->add_option("--uem", arguments->uem, "Score only the stretches in this UEM file")
      ->type_name("FILE");
  name_choices(app->add_option("--convention", arguments->convention,
                               "pyannote (pyannote.metrics; default) or nist (md-eval)"),
               {"pyannote", "nist"});
  app->add_option(
         "--collar", arguments->options.collar_s,
         "Seconds left out around each boundary of the reference: in all (pyannote), or to "
         "each side (nist); default 0")
      ->type_name("SECONDS");
  app->add_flag("--skip-overlap", arguments->options.skip_overlap,
                "Leave out where several people speak in the reference");
  take_one_of(app->add_option("-f,--format", arguments->format, "txt (a table; default) or json"),
              {"txt", "json"});
  app->add_flag("--json", arguments->json, "Short for -f json");
  app->add_option("-o,--output", arguments->output, "Write to this file; - is standard output")
      ->type_name("FILE");
  app->footer(R"(Examples:
  diarist score reference.rttm meeting.rttm
  diarist score references/ turns/ --collar 0.25 --skip-overlap)");
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
