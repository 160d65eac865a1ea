// /v1/speakers: the voices that are known.
#include <algorithm>
#include <array>
#include <sstream>

#include "diarist/formats.hpp"

#include "server/intake.hpp"
#include "server/job_document.hpp"
#include "server/problem.hpp"
#include "server/routes.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostJsonBytes = 65536;

void respond_json(Exchange& exchange, int status, const Json& json) {
  exchange.respond(Response{status, "application/json", text_of(json) + "\n", {}});
}

bool is_json(const Exchange& exchange) {
  const auto type = parse_parameterized(exchange.header("Content-Type"));
  return type && type->value == "application/json";
}

/// An object of texts under these names, no more and no less.
template <std::size_t N>
std::array<std::string, N> read_texts(Exchange& exchange,
                                      const std::array<std::string_view, N>& names) {
  if (!is_json(exchange)) {
    throw Problem(415, "bad-type", "the body has to be application/json", "Content-Type");
  }
  const std::string body = exchange.read_short_body(kMostJsonBytes);
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) throw Problem(400, "bad-json", "the body is no JSON", "body");
  if (!json.is_object()) throw bad_value("body", "expected an object");
  std::array<std::string, N> texts;
  for (std::size_t i = 0; i < N; ++i) {
    const auto found = json.find(std::string(names[i]));
    const bool text = found != json.end() && found->is_string();
    if (text) texts[i] = found->get<std::string>();
    if (!text || !is_name(texts[i])) {
      throw bad_value(std::string(names[i]),
                      "expected 1 to 200 bytes of text without control characters");
    }
  }
  for (const auto& [name, value] : json.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw bad_value(name.substr(0, 100), "there is no such field");
    }
  }
  return texts;
}

void list(Service& service, Exchange& exchange, const PathValues&) {
  Json shown = Json::array();
  for (const KnownVoice& voice : service.voices.all()) shown.push_back(voice_json(voice));
  respond_json(exchange, 200, {{"speakers", std::move(shown)}});
}

void get(Service& service, Exchange& exchange, const PathValues& values) {
  respond_json(exchange, 200, voice_json(service.voices.one(values[0])));
}

/// The speaker of a job's result becomes a voice, and has its name in the result from then on.
void enrol_from_job(Service& service, Exchange& exchange) {
  const auto [name, id, label] =
      read_texts(exchange, std::array<std::string_view, 3>{"name", "job", "speaker"});
  check_voice_name(name);
  const std::lock_guard lock(service.naming);
  const Job job = existing_job(service, id);
  Diarization result = result_of(job, existing_document(service, job));
  const auto found =
      std::find_if(result.speakers.begin(), result.speakers.end(),
                   [&label = label](const Speaker& each) { return each.name == label; });
  if (found == result.speakers.end()) {
    throw bad_value("speaker", "the result has nobody of that name");
  }
  if (found->centroid.empty()) {
    throw bad_value("speaker", "there is too little clean speech to know this voice by");
  }
  const bool taken = name != label &&
                     std::any_of(result.speakers.begin(), result.speakers.end(),
                                 [&name = name](const Speaker& each) { return each.name == name; });
  if (taken) {
    throw Problem(409, "name-taken", "another speaker of the result is called '" + name + "'",
                  "name");
  }
  service.voices.add(name, {found->centroid, found->total_s, job.name}, service.diarizer.model());
  if (name != label) {
    found->name = name;
    found->identity_score.reset();
    std::ostringstream document;
    write(document, result, FileFormat::json);
    std::vector<std::string> names;
    for (const Speaker& speaker : result.speakers) names.push_back(speaker.name);
    service.store.replace_document(job.id, document.str(), names);
    service.runner.wake();
  }
  respond_json(exchange, 201, voice_json(service.voices.one(name)));
}

void enrol_from_recording(Service& service, Exchange& exchange) {
  std::optional<std::string> name;
  const auto take = [&name](const std::string& field, const std::string& value) {
    if (field != "name") throw bad_value(field.substr(0, 100), "there is no such field");
    if (name) throw bad_value("name", "is given twice");
    check_voice_name(value);
    name = value;
  };
  for (const auto& [field, value] : exchange.query()) take(field, value);
  std::optional<QueuePlace> place(std::in_place, service);
  Intake intake = take_in(service, exchange);
  for (const auto& [field, value] : intake.fields) take(field, value);
  if (!name) throw bad_value("name", "is missing: whose voice is it?");
  Job job;
  job.speaker = *name;
  job.options = "{}";
  const Job added = add_job(service, intake, std::move(job));
  place.reset();
  respond_with_job(service, exchange, added);
}

void enrol(Service& service, Exchange& exchange, const PathValues&) {
  if (is_json(exchange)) {
    enrol_from_job(service, exchange);
  } else {
    enrol_from_recording(service, exchange);
  }
}

void rename(Service& service, Exchange& exchange, const PathValues& values) {
  const auto [name] = read_texts(exchange, std::array<std::string_view, 1>{"name"});
  service.voices.rename(values[0], name);
  respond_json(exchange, 200, voice_json(service.voices.one(name)));
}

void forget(Service& service, Exchange& exchange, const PathValues& values) {
  service.voices.forget(values[0]);
  exchange.respond(Response{204, {}, {}, {}});
}

constexpr std::array<Route, 5> kRoutes = {{
    {"GET", "/v1/speakers", list},
    {"POST", "/v1/speakers", enrol},
    {"GET", "/v1/speakers/{name}", get},
    {"PATCH", "/v1/speakers/{name}", rename},
    {"DELETE", "/v1/speakers/{name}", forget},
}};

}  // namespace

std::span<const Route> speaker_routes() { return kRoutes; }

}  // namespace diarist::server
