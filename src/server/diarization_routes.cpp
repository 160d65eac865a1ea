// /v1/diarizations: jobs, from their coming in to their going.
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "diarist/formats.hpp"

#include "server/byte_range.hpp"
#include "server/event_stream.hpp"
#include "server/intake.hpp"
#include "server/job_document.hpp"
#include "server/job_options.hpp"
#include "server/negotiation.hpp"
#include "server/problem.hpp"
#include "server/routes.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostListed = 200;
constexpr std::uint64_t kListed = 50;

Response json_response(const Json& json) {
  return {200, "application/json", text_of(json) + "\n", {}};
}

void create(Service& service, Exchange& exchange, const PathValues&) {
  JobOptionsReader reader;
  for (const auto& [name, value] : exchange.query()) reader.take(name, value);
  // What is wrong is told before a recording travels for it.
  reader.finish();
  std::optional<QueuePlace> place(std::in_place, service);
  Intake intake = take_in(service, exchange);
  for (const auto& [name, value] : intake.fields) {
    if (name == "options") {
      reader.take_json(value);
    } else {
      reader.take(name, value);
    }
  }
  Job job;
  job.name = reader.finish().name;
  job.options = reader.given();
  const Job added = add_job(service, intake, std::move(job));
  place.reset();  // it waits as a job now, however slowly the answer is read
  respond_with_job(service, exchange, added);
}

void list(Service& service, Exchange& exchange, const PathValues&) {
  std::uint64_t limit = kListed;
  std::uint64_t before = 0;
  std::optional<JobState> state;
  for (const auto& [name, value] : exchange.query()) {
    const auto number = whole_number(value);
    if (name == "limit") {
      if (!number || *number < 1 || *number > kMostListed) {
        throw bad_value("limit", "expected a whole number from 1 to 200");
      }
      limit = *number;
    } else if (name == "before") {
      if (!number) throw bad_value("before", "expected what `next` of the page before was");
      before = *number;
      // The first job is number 1: nothing is before.
      if (before == 0) {
        exchange.respond(json_response({{"jobs", Json::array()}, {"next", nullptr}}));
        return;
      }
    } else if (name == "state") {
      state = job_state_from(value);
      if (!state) {
        throw bad_value("state", "expected queued, running, succeeded, failed or cancelled");
      }
    }
  }
  std::vector<Job> jobs =
      service.store.list(static_cast<std::int64_t>(before), static_cast<int>(limit) + 1, state);
  Json next = nullptr;
  if (jobs.size() > limit) {
    jobs.resize(limit);
    next = std::to_string(jobs.back().number);
  }
  Json shown = Json::array();
  for (const Job& job : jobs) shown.push_back(job_json(service, job));
  exchange.respond(json_response({{"jobs", std::move(shown)}, {"next", std::move(next)}}));
}

/// A name as it may stand in a header.
std::string plain_name(const std::string& name) {
  std::string plain;
  for (const char c : name) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    plain += kept ? c : '_';
  }
  return plain;
}

Response result_response(const Job& job, const std::string& document, FileFormat format) {
  Response response{200, std::string(media_type_of(format)), {}, {}};
  if (response.type.starts_with("text/")) response.type += "; charset=utf-8";
  if (format == FileFormat::json) {
    response.body = document;
  } else {
    std::ostringstream text;
    write(text, result_of(job, document), format);
    response.body = std::move(text).str();
  }
  if (format == FileFormat::html) {
    // The page itself says which script may run; this adds what only a header can.
    response.headers.emplace_back("Content-Security-Policy",
                                  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  }
  response.headers.emplace_back("Content-Disposition",
                                "inline; filename=\"" + plain_name(job.name) + "." +
                                    std::string(info_of(format).ending) + "\"");
  return response;
}

void get(Service& service, Exchange& exchange, const PathValues& values) {
  std::optional<std::string> format;
  for (const auto& [name, value] : exchange.query()) {
    if (name == "format") format = value;
  }
  const Wanted wanted = negotiated(format, exchange.list("Accept"));
  const Job job = existing_job(service, values[0]);
  if (wanted.format) {
    exchange.respond(result_response(job, existing_document(service, job), *wanted.format)
                         .with("Vary", "Accept"));
    return;
  }
  std::string text = text_of(job_json(service, job));
  std::optional<std::string> document;
  if (job.state == JobState::succeeded) document = service.store.document(job.id);
  // The document as it is stored, to the byte.
  text.pop_back();
  text += ",\"result\":" + document.value_or("null") + "}\n";
  exchange.respond(Response{200, "application/json", std::move(text), {}}.with("Vary", "Accept"));
}

/// False where it has ended.
bool end_early(Service& service, const std::string& id) {
  if (!service.runner.cancel(id)) return false;
  // Where the program is killed before this, the next one removes it.
  service.uploads.remove(id);
  return true;
}

void cancel(Service& service, Exchange& exchange, const PathValues& values) {
  const Job job = existing_job(service, values[0]);
  if (!end_early(service, job.id)) {
    throw Problem(409, "already-ended",
                  "there is nothing to cancel: the job has ended, or is about to");
  }
  exchange.respond(json_response(job_json(service, existing_job(service, job.id))));
}

void remove(Service& service, Exchange& exchange, const PathValues& values) {
  const Job job = existing_job(service, values[0]);
  if (!job.ended()) {
    // Or it has ended just now: to be removed, it has to be asked for again.
    end_early(service, job.id);
    exchange.respond(json_response(job_json(service, existing_job(service, job.id))));
    return;
  }
  service.store.remove(job.id);
  service.uploads.remove(job.id);
  service.runner.wake();  // For those who watch it.
  exchange.respond(Response{204, {}, {}, {}});
}

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  std::uint64_t size() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  }
  std::string_view read(std::uint64_t at, std::span<char> bytes) const {
    ssize_t got = 0;
    do {
      got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    } while (got < 0 && errno == EINTR);
    return {bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int descriptor_;
};

void audio(Service& service, Exchange& exchange, const PathValues& values) {
  const Job job = existing_job(service, values[0]);
  const OpenFile file(service.uploads.file(job.id));
  if (!job.audio_kept || !file.is_open()) throw nothing_here("the recording is not kept any more");
  const std::uint64_t size = file.size();
  // A range is of GET alone; and as nothing is told that If-Range could name, none fits.
  const bool whole = exchange.is_head() || exchange.count("If-Range") > 0;
  const auto part = parse_range(whole ? std::string_view() : exchange.header("Range"), size);
  Response head{part ? 206 : 200, job.type, {}, {{"Accept-Ranges", "bytes"}}};
  ByteRange range{0, size};
  if (part) {
    range = *part;
    head.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                   std::to_string(range.first + range.length - 1) +
                                                   "/" + std::to_string(size));
  }
  if (!exchange.begin_response(head, range.length) || exchange.is_head()) return;
  std::vector<char> block(65536);
  while (range.length > 0) {
    const std::size_t wanted = std::min<std::uint64_t>(block.size(), range.length);
    const std::string_view bytes = file.read(range.first, {block.data(), wanted});
    if (bytes.empty() || !exchange.send(bytes)) {
      exchange.take_over(head.status);  // Less than was promised: the connection has to end.
      return;
    }
    range.first += bytes.size();
    range.length -= bytes.size();
  }
}

constexpr std::array<Route, 7> kRoutes = {{
    {"GET", "/v1/diarizations", list},
    {"POST", "/v1/diarizations", create},
    {"GET", "/v1/diarizations/{id}", get},
    {"DELETE", "/v1/diarizations/{id}", remove},
    {"POST", "/v1/diarizations/{id}/cancel", cancel},
    {"GET", "/v1/diarizations/{id}/events", watch_job},
    {"GET", "/v1/diarizations/{id}/audio", audio},
}};

}  // namespace

std::span<const Route> diarization_routes() { return kRoutes; }

}  // namespace diarist::server
