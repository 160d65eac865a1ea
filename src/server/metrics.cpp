#include "server/metrics.hpp"

#include <limits>
#include <locale>
#include <sstream>

namespace diarist::server {
namespace {

void head(std::ostream& out, const char* name, const char* type, const char* help) {
  out << "# HELP diarist_" << name << " " << help << "\n# TYPE diarist_" << name << " " << type
      << "\n";
}

}  // namespace

void Metrics::count_request(std::string_view method, std::string_view route, int status,
                            double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(method), std::string(route), status}];
  Histogram& histogram = durations_[std::string(route)];
  std::size_t bin = 0;
  while (bin < kBoundsInSeconds.size() && seconds > kBoundsInSeconds[bin]) ++bin;
  ++histogram.counts[bin];
  histogram.sum_s += seconds;
}

void Metrics::count_job(std::string_view end, double audio_s, double seconds) {
  const std::lock_guard lock(mutex_);
  ++jobs_[std::string(end)];
  audio_s_ += audio_s;
  job_seconds_ += seconds;
}

std::string Metrics::text(const std::string& gauges) const {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  out.imbue(std::locale::classic());
  // Sums grow for weeks: with the six digits that streams have, they would stand still.
  out.precision(std::numeric_limits<double>::digits10);
  head(out, "http_requests_total", "counter", "Requests that were answered.");
  for (const auto& [key, count] : requests_) {
    const auto& [method, route, status] = key;
    out << "diarist_http_requests_total{method=\"" << method << "\",route=\"" << route
        << "\",status=\"" << status << "\"} " << count << "\n";
  }
  head(out, "http_request_duration_seconds", "histogram", "From a request's head to its answer.");
  for (const auto& [route, histogram] : durations_) {
    std::uint64_t sum = 0;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
      sum += histogram.counts[bin];
      out << "diarist_http_request_duration_seconds_bucket{route=\"" << route << "\",le=\"";
      if (bin < kBoundsInSeconds.size()) {
        out << kBoundsInSeconds[bin];
      } else {
        out << "+Inf";
      }
      out << "\"} " << sum << "\n";
    }
    out << "diarist_http_request_duration_seconds_sum{route=\"" << route << "\"} "
        << histogram.sum_s << "\n"
        << "diarist_http_request_duration_seconds_count{route=\"" << route << "\"} " << sum << "\n";
  }
  head(out, "jobs_ended_total", "counter", "Runs of jobs, by how they ended.");
  for (const auto& [end, count] : jobs_) {
    out << "diarist_jobs_ended_total{end=\"" << end << "\"} " << count << "\n";
  }
  head(out, "audio_seconds_total", "counter", "Audio that jobs went through.");
  out << "diarist_audio_seconds_total " << audio_s_ << "\n";
  head(out, "job_seconds_total", "counter", "Time that jobs ran.");
  out << "diarist_job_seconds_total " << job_seconds_ << "\n";
  head(out, "uploaded_bytes_total", "counter", "Of recordings that were taken in.");
  out << "diarist_uploaded_bytes_total " << uploaded_ << "\n";
  head(out, "connections", "gauge", "Open ones.");
  out << "diarist_connections " << connections << "\n";
  head(out, "connections_refused_total", "counter", "Beyond the most that there may be.");
  out << "diarist_connections_refused_total " << refused_connections << "\n";
  head(out, "live_streams", "gauge", "Live streams that go on.");
  out << "diarist_live_streams " << live_streams << "\n";
  out << gauges;
  return std::move(out).str();
}

}  // namespace diarist::server
