#include "cli/archive_run.hpp"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

#include "base/digest.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/voice_store.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFailuresSchema = "diarist.failed";
constexpr int kSchemaVersion = 1;

std::string digest_of(const std::string& text) {
  Digest digest;
  digest.add(text);
  return digest.hex();
}

bool all_there(const std::vector<PlannedOutput>& outputs) {
  return std::all_of(outputs.begin(), outputs.end(), [](const PlannedOutput& output) {
    std::error_code ignored;
    return fs::is_regular_file(output.file, ignored);
  });
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what;
}

}  // namespace

ArchiveRun::ArchiveRun(const OutputRequest& request, const std::string& settings,
                       const CancellationToken& cancellation)
    : request_(request), settings_(digest_of(settings)), cancellation_(cancellation) {
  for (const fs::path& recording : request_.recordings) {
    if (recording != "-") continue;
    throw Error(ErrorCode::invalid_argument, "--resume",
                "standard input cannot be compared with what was diarized before",
                "name the files");
  }
  const fs::path& folder = *request_.output;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error && !fs::is_directory(folder)) throw OutputError(folder.string(), error.value());
  change([&] {
    lock_.emplace(folder);
    remove_abandoned(folder);
    manifest_.emplace(folder, archive::Manifest::Missing::make);
  });
}

bool ArchiveRun::unchanged(std::size_t i, archive::Entry& entry) {
  const fs::path& recording = request_.recordings[i];
  const archive::Glance glance = archive::glance_at(recording);
  if (entry.state.content.empty()) return !archive::is_readable(recording);
  const bool same_at_a_glance = glance.tells_same(entry.state.glance);
  if (!same_at_a_glance) {
    if (glance.bytes != entry.state.glance.bytes) return false;
    const std::optional<std::string> content = archive::content_of(recording, cancellation_);
    if (cancellation_.cancelled()) {
      throw Error(ErrorCode::cancelled, recording.string(), "interrupted");
    }
    if (!content || *content != entry.state.content) return false;
  }
  if (!same_at_a_glance || entry.recording != recording.string()) {
    entry.state.glance = glance;
    entry.recording = recording.string();
    moved_.push_back(entry);
  }
  return true;
}

ArchiveRun::Verdict ArchiveRun::verdict(std::size_t i, const std::vector<PlannedOutput>& outputs,
                                        bool retry_failed) {
  std::optional<archive::Entry> entry = manifest_->find(recording_name(request_.recordings[i]));
  if (!entry) return Verdict::left;
  if (entry->settings != settings_) {
    ++other_settings_;
    return Verdict::left;
  }
  if (entry->failure) {
    if (retry_failed || !unchanged(i, *entry)) return Verdict::left;
    exit_code_before_ = request_.recordings.size() > 1 ? kSomeFailed : entry->failure->exit_code;
    return Verdict::failed;
  }
  return all_there(outputs) && unchanged(i, *entry) ? Verdict::done : Verdict::left;
}

std::vector<std::size_t> ArchiveRun::left_to_do(const std::vector<std::vector<PlannedOutput>>& plan,
                                                bool retry_failed, bool quiet) {
  std::vector<std::size_t> left;
  ProgressBar bar("Looking what is done", !quiet);
  const std::size_t count = request_.recordings.size();
  for (std::size_t i = 0; i < count; ++i) {
    bar.update({static_cast<double>(i), static_cast<double>(count)});
    switch (verdict(i, plan[i], retry_failed)) {
      case Verdict::left:
        left.push_back(i);
        break;
      case Verdict::done:
        ++done_before_;
        break;
      case Verdict::failed:
        ++failed_before_;
        break;
    }
  }
  change([&] { manifest_->put(std::exchange(moved_, {})); });
  return left;
}

archive::FileState ArchiveRun::state_of(std::size_t i) const {
  return archive::state_of(request_.recordings[i], cancellation_);
}

void ArchiveRun::done(std::size_t i, const archive::FileState& state) {
  const fs::path& recording = request_.recordings[i];
  sync_folder(*request_.output);
  ++done_now_;
  // What could not be read before it was diarized, and then could, is not known well enough.
  if (state.content.empty()) return;
  change([&] {
    manifest_->put({recording_name(recording), recording.string(), state, settings_, std::nullopt});
  });
}

void ArchiveRun::failed(std::size_t i, archive::FileState state, const RunRecord& record,
                        int exit_code) {
  ++failed_now_;
  // It is not the recording's fault, and the next run may find room.
  if (exit_code == kOutput) return;
  // Nor is a disk that fails, a lack of memory or a damaged store. It is listed, but as one that
  // could not be read: those are tried again as soon as they can be.
  if (exit_code != kAudio && exit_code != kUsage) state.content.clear();
  const fs::path& recording = request_.recordings[i];
  change([&] {
    manifest_->put({recording_name(recording), recording.string(), state, settings_,
                    archive::Failure{record.error_code, record.error, exit_code}});
  });
}

std::string ArchiveRun::summary() const {
  std::string text = counted(done_before_, "done before, ") + counted(done_now_, "done now, ") +
                     counted(failed_before_ + failed_now_, "failed");
  if (failed_before_ > 0) {
    text += failed_now_ > 0 ? " (" + std::to_string(failed_before_) + " before" : " (before";
    text += ", not tried again: --retry-failed does, --list-failed says why)";
  }
  if (other_settings_ > 0) {
    text += "; " + counted(other_settings_, "known with other options or another version");
  }
  return text;
}

std::string failures_listed(const OutputRequest& request, bool json) {
  archive::Manifest manifest(*request.output, archive::Manifest::Missing::refuse);
  std::set<std::string> asked;
  for (const fs::path& recording : request.recordings) asked.insert(recording_name(recording));
  std::string table;
  auto list = nlohmann::ordered_json::array();
  for (const archive::Entry& entry : manifest.failures()) {
    if (!asked.contains(entry.name)) continue;
    table += entry.recording + "\t" + entry.failure->code + "\t" + entry.failure->message + "\n";
    list.push_back(
        {{"file", entry.recording},
         {"error", {{"code", entry.failure->code}, {"message", entry.failure->message}}}});
  }
  if (!json) return table;
  const nlohmann::ordered_json document = {
      {"schema", kFailuresSchema}, {"version", kSchemaVersion}, {"failed", std::move(list)}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace diarist::cli
