#include "server/intake.hpp"

#include <optional>

#include "server/job_document.hpp"
#include "server/multipart.hpp"
#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

// Options are a few hundred bytes.
constexpr std::size_t kMostFieldBytes = 65536;

/// Players are told what it is only where that makes it sound or pictures.
std::string kept_type(const std::string& type) {
  return type.starts_with("audio/") || type.starts_with("video/") ? type
                                                                  : "application/octet-stream";
}

bool is_recording_type(const std::string& type) {
  // The last one is what curl --data-binary says of any file.
  return type.empty() || type.starts_with("audio/") || type.starts_with("video/") ||
         type == "application/octet-stream" || type == "application/ogg" ||
         type == "application/x-www-form-urlencoded";
}

class FormIntake : public PartListener {
 public:
  FormIntake(Intake& intake, Uploads& uploads) : intake_(intake), uploads_(uploads) {}

  void begin_part(const PartHead& head) override {
    in_audio_ = head.name == "audio";
    if (!in_audio_) {
      intake_.fields.emplace_back(head.name, std::string());
      return;
    }
    if (intake_.upload) throw bad_value("audio", "is given twice");
    intake_.upload = std::make_unique<Upload>(uploads_, intake_.id);
    intake_.file = head.file;
    intake_.type = kept_type(head.type);
  }
  void part_bytes(std::string_view bytes) override {
    if (in_audio_) {
      intake_.upload->write(bytes);
      return;
    }
    field_bytes_ += bytes.size();
    if (field_bytes_ > kMostFieldBytes) {
      throw Problem(413, "too-large", "the fields beside the recording are larger than 64 KB",
                    intake_.fields.back().first);
    }
    intake_.fields.back().second.append(bytes);
  }
  void end_part() override {
    if (in_audio_) return;
    const auto& [name, value] = intake_.fields.back();
    if (!is_utf8(value)) throw bad_value(name, "is no UTF-8");
  }

 private:
  Intake& intake_;
  Uploads& uploads_;
  bool in_audio_ = false;
  std::size_t field_bytes_ = 0;
};

}  // namespace

QueuePlace::QueuePlace(Service& service) : service_(service) {
  const int coming = ++service_.uploads_coming;
  std::int64_t waiting = 0;
  try {
    waiting = service_.store.counts()[JobState::queued];
  } catch (...) {
    --service_.uploads_coming;
    throw;
  }
  if (waiting + coming <= service_.limits.queue) return;
  --service_.uploads_coming;
  throw Problem(429, "queue-full",
                "as many jobs wait as may (" + std::to_string(service_.limits.queue) + ")")
      .with("Retry-After", "15");
}

Intake take_in(Service& service, Exchange& exchange) {
  // Before it travels, where its length is told; a form is a little longer than its recording. One
  // that is longer than any may be is refused as that, below: room that gets free would not help
  // it.
  const std::uint64_t told_bytes = exchange.parser().content_length().value_or(0);
  if (told_bytes <= service.limits.body_bytes) service.uploads.check_room(told_bytes);
  Intake intake;
  intake.id = random_id();
  const std::string_view told = exchange.header("Content-Type");
  std::optional<Parameterized> type;
  if (!told.empty()) {
    type = parse_parameterized(told);
    if (!type) throw Problem(415, "bad-type", "Content-Type cannot be read", "Content-Type");
  } else {
    type.emplace();
  }
  if (type->value == "multipart/form-data") {
    FormIntake form(intake, service.uploads);
    MultipartParser parser(type->parameter("boundary").value_or(""), form);
    exchange.open_body(service.limits.body_bytes);
    exchange.read_body([&parser](std::string_view piece) { parser.feed(piece); });
    parser.finish();
    if (!intake.upload) throw bad_value("audio", "is missing: the recording goes there");
  } else if (is_recording_type(type->value)) {
    exchange.open_body(service.limits.body_bytes);
    intake.upload = std::make_unique<Upload>(service.uploads, intake.id);
    intake.type = kept_type(type->value);
    exchange.read_body([&intake](std::string_view piece) { intake.upload->write(piece); });
  } else {
    throw Problem(415, "bad-type",
                  "the body may be a recording (audio/*, video/*, application/octet-stream) or "
                  "multipart/form-data, not " +
                      type->value,
                  "Content-Type");
  }
  if (intake.upload->size() == 0) throw bad_value("audio", "is empty: there is no recording");
  service.metrics.count_upload(intake.upload->size());
  return intake;
}

Job add_job(Service& service, Intake& intake, Job job) {
  job.id = intake.id;
  job.bytes = static_cast<std::int64_t>(intake.upload->size());
  job.type = intake.type;
  job.created_ms = now_ms();
  if (job.name.empty()) job.name = recording_name_of(intake.file);
  if (job.name.empty()) job.name = "upload";
  try {
    // It may fail when the file has its name already.
    intake.upload->keep();
    job.number = service.store.add(job);
  } catch (...) {
    service.uploads.remove(job.id);
    throw;
  }
  service.runner.wake();
  return job;
}

void respond_with_job(Service& service, Exchange& exchange, const Job& job) {
  exchange.respond(
      Response{202, "application/json", text_of(job_json(service, job)) + "\n", {}}.with(
          "Location", "/v1/diarizations/" + job.id));
}

}  // namespace diarist::server
