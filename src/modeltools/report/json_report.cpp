#include "modeltools/report/json_report.hpp"

#include <nlohmann/json.hpp>

namespace diarist::modeltools::report {
namespace {

constexpr std::string_view kSchema = "diarist.quantization";
constexpr int kSchemaVersion = 1;

}  // namespace

std::string json_report(const std::vector<QuantizationAttempt>& attempts,
                        const ReportSubject& subject) {
  const QuantizationOptions& options = subject.options;
  nlohmann::ordered_json json = {
      {"schema", kSchema},
      {"version", kSchemaVersion},
      {"original", subject.original},
      {"result", subject.result},
      {"recordings", subject.recordings},
      {"options",
       {{"method", to_string(options.method)},
        {"bits", options.bits},
        {"group_channels", options.group_channels},
        {"only", options.only},
        {"keep", options.keep},
        {"measure_ranges", options.measure_ranges}}},
      {"limits",
       {{"max_der_increase_points", options.limits.max_der_increase},
        {"min_embedding_cosine", options.limits.min_embedding_cosine},
        {"min_segmentation_agreement", options.limits.min_segmentation_agreement}}},
      {"attempts", nlohmann::ordered_json::array()}};
  for (const QuantizationAttempt& attempt : attempts) {
    nlohmann::ordered_json comparison;
    if (attempt.comparison) {
      comparison = nlohmann::ordered_json::parse(to_json(*attempt.comparison));
    }
    json["attempts"].push_back({{"method", attempt.method},
                                {"taken", attempt.taken},
                                {"outcome", attempt.outcome},
                                {"comparison", std::move(comparison)}});
  }
  // A path need not be UTF-8.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace diarist::modeltools::report
