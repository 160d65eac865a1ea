// `diarist link`: the same people under the same name in all recordings of an archive.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/link.hpp"

#include "cli/calibration_options.hpp"
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/format_names.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "cli/voice_store.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  diarist recordings/ -f json -o results/
  diarist link results/ -o persons.json --csv persons.csv
  diarist link results/ --known persons.json -o persons.json --rewrite named/)";

struct Arguments {
  std::vector<std::string> inputs;
  std::string output = "-";
  std::string csv;
  std::string rewrite;
  std::vector<std::string> formats;
  std::string known;
  std::optional<std::string> identify;
  std::string model = kBuiltinPack;
  LinkOptions options;
  bool quiet = false;
};

[[noreturn]] void refuse(const std::string& subject, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument, subject, problem, advice);
}

std::string read_whole(const fs::path& file, std::streamsize most_bytes = -1) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    throw Error(ErrorCode::not_found, file.string(), "is not there", "check the name");
  }
  std::ifstream in(file, std::ios::binary);
  std::string text;
  if (most_bytes >= 0) {
    text.resize(static_cast<std::size_t>(most_bytes));
    in.read(text.data(), most_bytes);
    text.resize(static_cast<std::size_t>(in.gcount()));
  } else {
    text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (in.bad() || !in.is_open() || fs::is_directory(file, error)) {
    throw Error(ErrorCode::io, file.string(), "cannot be read", "check its permissions");
  }
  return text;
}

/// A folder may also hold manifests, scores and the persons of a run before: diarist's own
/// documents of another schema, which their first line tells.
bool is_other_document(const fs::path& file) {
  constexpr std::streamsize kHead = 256;
  const std::string head = read_whole(file, kHead);
  return head.find("\"diarist.") != std::string::npos &&
         head.find("\"diarist.diarization\"") == std::string::npos;
}

std::vector<fs::path> results_in(const fs::path& folder) {
  std::vector<fs::path> found;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      const fs::path& file = entry.path();
      if (file.extension() == ".json" && file.filename().native().front() != '.' &&
          entry.is_regular_file() && !is_other_document(file)) {
        found.push_back(file);
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::io, folder.string(),
                "is a folder that cannot be read: " + error.code().message());
  }
  if (found.empty()) {
    throw Error(ErrorCode::not_found, folder.string(), "is a folder without results in JSON",
                "make them with `diarist ... -f json`");
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> results_of(const std::vector<std::string>& names) {
  std::vector<fs::path> results;
  for (const std::string& name : names) {
    std::error_code error;
    if (fs::is_directory(name, error)) {
      const std::vector<fs::path> inside = results_in(name);
      results.insert(results.end(), inside.begin(), inside.end());
    } else {
      results.emplace_back(name == "-" ? "/dev/stdin" : name);
    }
  }
  return results;
}

/// One result a file; of all of them only what linking needs is kept.
std::vector<LinkedSpeaker> speakers_of(const std::vector<fs::path>& files) {
  std::vector<LinkedSpeaker> speakers;
  std::map<std::string, fs::path> origin;
  for (const fs::path& file : files) {
    for (const Diarization& result : read_turns(file, FileFormat::json)) {
      const auto [first, is_new] = origin.emplace(result.recording, file);
      if (!is_new) {
        refuse(file.string(),
               "holds recording '" + result.recording + "', and so does " + first->second.string(),
               "give each recording a name of its own");
      }
      for (LinkedSpeaker& speaker : speakers_to_link(result)) {
        speakers.push_back(std::move(speaker));
      }
    }
  }
  return speakers;
}

/// A result under the names of persons, in one file for each format.
struct Rewriting {
  fs::path folder;
  std::vector<FileFormat> formats;

  fs::path target(const fs::path& input, FileFormat format) const {
    return folder / (input.stem().string() + "." + std::string(info_of(format).ending));
  }
};

Rewriting rewriting_of(const Arguments& arguments, const std::vector<fs::path>& inputs) {
  Rewriting plan{arguments.rewrite, {}};
  for (const std::string& name : arguments.formats) {
    const FileFormat format = file_format_from_string(name);
    if (std::find(plan.formats.begin(), plan.formats.end(), format) == plan.formats.end()) {
      plan.formats.push_back(format);
    }
  }
  if (arguments.rewrite.empty()) {
    if (!plan.formats.empty())
      refuse("-f", "is for results that are written again", "add --rewrite FOLDER");
    return plan;
  }
  if (plan.formats.empty()) plan.formats.push_back(FileFormat::json);
  std::map<fs::path, fs::path> taken;
  for (const fs::path& input : inputs) {
    if (input == "/dev/stdin") refuse("-", "cannot be written again", "name the file");
    for (const FileFormat format : plan.formats) {
      const fs::path target = plan.target(input, format);
      const auto [first, is_new] = taken.emplace(target, input);
      if (!is_new) {
        refuse(target.string(),
               "would hold both " + first->second.string() + " and " + input.string(),
               "link them from one folder, where their names differ");
      }
      std::error_code error;
      if (fs::exists(target, error) && fs::equivalent(target, input, error)) {
        refuse(target.string(), "the output would overwrite an input", "name another folder");
      }
    }
  }
  check_writable(plan.folder / "result");
  return plan;
}

void rewrite(const Rewriting& plan, const std::vector<fs::path>& inputs, const Linking& linking) {
  const PersonNames names(linking);
  for (const fs::path& input : inputs) {
    std::vector<Diarization> results = read_turns(input, FileFormat::json);
    for (Diarization& result : results) names.give(result);
    for (const FileFormat format : plan.formats) {
      std::ostringstream text;
      write(text, results, format);
      StagedFile(plan.target(input, format), std::move(text).str()).commit();
    }
  }
}

void tell(const Linking& linking, std::size_t recordings) {
  std::size_t appearances = 0;
  std::size_t known = 0;
  for (const LinkedPerson& person : linking.persons) {
    appearances += person.appearances.size();
    known += person.known_voice ? 1 : 0;
  }
  std::string text = std::to_string(appearances) + " speakers are " +
                     std::to_string(linking.persons.size()) + " persons";
  if (known > 0) text += ", " + std::to_string(known) + " of them by the names of known voices";
  report(text + " (" + std::to_string(recordings) + " results read)");
  if (!linking.unlinked.empty()) {
    report("without a voice to link, and left as they are: " +
           std::to_string(linking.unlinked.size()) + " speakers");
  }
}

int run(const Arguments& arguments) {
  if (arguments.output.empty()) refuse("-o", "needs a name");
  const std::vector<fs::path> inputs = results_of(arguments.inputs);
  const Rewriting plan = rewriting_of(arguments, inputs);
  for (const std::string& target : {arguments.output, arguments.csv}) {
    std::error_code error;
    if (target.empty() || target == "-") continue;
    if (fs::is_directory(target, error)) refuse(target, "is a folder", "name a file");
    check_writable(target);
    for (const fs::path& input : inputs) {
      if (fs::exists(target, error) && fs::equivalent(target, input, error)) {
        refuse(target, "the output would overwrite an input");
      }
    }
  }
  const Model model = model_of(arguments.model);
  std::optional<Linking> known;
  if (!arguments.known.empty()) {
    known = parse_link_document(read_whole(arguments.known), arguments.known);
  }
  std::optional<SpeakerStore> store;
  if (arguments.identify) store.emplace(open_voices(*arguments.identify));
  const Linking linking = link(speakers_of(inputs), model, arguments.options,
                               store ? &*store : nullptr, known ? &*known : nullptr);

  const std::string document = link_document(linking);
  std::optional<StagedFile> table;
  if (arguments.csv == "-") refuse("--csv", "needs a file's name", "the document is what - shows");
  if (!arguments.csv.empty()) table.emplace(arguments.csv, link_table(linking));
  // The document last: who finds it new finds all of it.
  if (!arguments.rewrite.empty()) rewrite(plan, inputs, linking);
  if (table) table->commit();
  if (arguments.output == "-") {
    write_standard_output(document);
  } else {
    StagedFile(arguments.output, document).commit();
  }
  if (!arguments.quiet) tell(linking, inputs.size());
  return kSuccess;
}

}  // namespace

Command add_link_command(CLI::App& parent) {
  CLI::App* app =
      parent.add_subcommand("link", "Find the same people in many recordings, and name them alike");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("RESULT", arguments->inputs,
                  "Results in JSON, and folders of them; - is standard input")
      ->required()
      ->type_name("FILE");
  app->add_option("-o,--output", arguments->output,
                  "File for who is who, as JSON; - is standard output")
      ->type_name("FILE");
  app->add_option("--csv", arguments->csv, "The same as a table, in a file of its own")
      ->type_name("FILE");
  app->add_option("--rewrite", arguments->rewrite,
                  "Folder for the results, written again with the persons' names")
      ->type_name("DIR");
  name_choices(app->add_option("-f,--format", arguments->formats,
                               "Of what --rewrite writes; several with commas; json if left out"),
               format_names())
      ->allow_extra_args(false)
      ->delimiter(',');
  app->add_option("--known", arguments->known,
                  "What an earlier run wrote: its persons keep their names, results that it had "
                  "need not be given again")
      ->type_name("FILE");
  app->add_option("--identify", arguments->identify,
                  "Store of voices, whose names people get who are in it; `default` is the one "
                  "of `diarist speakers`")
      ->type_name("FILE");
  app->add_option("--min-score", arguments->options.min_score,
                  "How sure it must be that two are one: more makes fewer mistakes, and more "
                  "persons")
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--model", arguments->model, "The pack that diarized, if not the built-in one")
      ->type_name("PACK");
  app->add_option("--threads", arguments->options.threads,
                  "Worker threads; all cores if left out. The result is the same")
      ->type_name("N");
  app->add_flag("-q,--quiet", arguments->quiet, "Show errors only");
  app->footer(kExamples);
  return {app, [arguments] { return run(*arguments); }};
}

}  // namespace diarist::cli
