#include "server/job_document.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "diarist/formats.hpp"

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(std::int64_t time_ms) {
  return time_ms == 0 ? Json(nullptr) : Json(rfc3339(time_ms));
}

Json progress_json(const Service& service, const Job& job) {
  Progress progress;
  if (job.state == JobState::running) {
    progress = service.runner.progress_of(job.id).value_or(Progress{});
  } else if (job.state == JobState::succeeded) {
    progress = {job.duration_s, job.duration_s};
  }
  Json share = nullptr;
  if (progress.total_s > 0) share = std::min(progress.done_s / progress.total_s, 1.0);
  if (job.state == JobState::succeeded) share = 1.0;
  return {{"done_s", progress.done_s},
          {"total_s", progress.total_s > 0 ? Json(progress.total_s) : Json(nullptr)},
          {"share", share}};
}

}  // namespace

Json job_json(Service& service, const Job& job) {
  const bool succeeded = job.state == JobState::succeeded;
  const bool queued = job.state == JobState::queued;
  Json json;
  json["id"] = job.id;
  json["kind"] = job.speaker.empty() ? "diarization" : "enrolment";
  json["state"] = to_string(job.state);
  json["name"] = job.name;
  json["options"] = Json::parse(job.options, nullptr, false);
  json["speaker"] = job.speaker.empty() ? Json(nullptr) : Json(job.speaker);
  json["queue_position"] = queued ? Json(service.store.ahead_of(job)) : Json(nullptr);
  json["progress"] = progress_json(service, job);
  json["created"] = rfc3339(job.created_ms);
  json["started"] = time_or_null(job.started_ms);
  json["ended"] = time_or_null(job.ended_ms);
  json["audio"] = {{"bytes", job.bytes}, {"type", job.type}, {"available", job.audio_kept}};
  json["error"] = nullptr;
  if (job.state == JobState::failed) {
    json["error"] = {{"code", job.error_code}, {"detail", job.error}};
  }
  json["turns"] = succeeded ? Json(job.turns) : Json(nullptr);
  json["speakers"] = succeeded ? Json(job.speakers) : Json(nullptr);
  json["duration_s"] = succeeded ? Json(job.duration_s) : Json(nullptr);
  return json;
}

Json speech_json(const Job& job, std::size_t first, std::span<const SpeechStretch> stretches) {
  const auto milliseconds = [](double seconds) { return std::round(seconds * 1000) / 1000; };
  Json list = Json::array();
  for (const SpeechStretch& each : stretches) {
    list.push_back({{"start_s", milliseconds(each.start_s)},
                    {"end_s", milliseconds(each.end_s)},
                    {"speakers", each.speakers},
                    {"channel", each.channel}});
  }
  return {{"id", job.id}, {"first", first}, {"stretches", std::move(list)}};
}

Json voice_json(const KnownVoice& voice) {
  Json sessions = Json::array();
  double speech_s = 0;
  for (const VoiceSession& session : voice.sessions) {
    speech_s += session.sample.speech_s;
    sessions.push_back({{"source", session.sample.source},
                        {"speech_s", session.sample.speech_s},
                        {"added", rfc3339(session.added * 1000)},
                        {"remembered", session.remembered}});
  }
  Json json;
  json["name"] = voice.name;
  json["named"] = voice.named;
  json["speech_s"] = speech_s;
  json["sessions"] = std::move(sessions);
  return json;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Job existing_job(Service& service, const std::string& id) {
  std::optional<Job> job;
  if (is_id(id)) job = service.store.find(id);
  if (!job) throw nothing_here("no job has this id; those that have ended are kept for a while");
  return *std::move(job);
}

std::string existing_document(Service& service, const Job& job) {
  if (job.state == JobState::succeeded) {
    if (auto document = service.store.document(job.id)) return *std::move(document);
  }
  Problem problem(409, "no-result",
                  "the job has no result: it is " + std::string(to_string(job.state)));
  if (!job.ended()) throw std::move(problem).with("Retry-After", "2");
  throw problem;
}

Diarization result_of(const Job& job, const std::string& document) {
  return parse_turns(document, job.name, FileFormat::json).front();
}

}  // namespace diarist::server
