#include "modeltools/report/html_page.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/markup.hpp"
#include "modeltools/figure_text.hpp"
#include "modeltools/report/bar_chart.hpp"

namespace diarist::modeltools::report {
namespace {

constexpr const char* kStyle = R"(<style>
:root { color-scheme: light dark; --a: #8a8f98; --b: #1f77b4; --limit: #c0392b; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { text-align: right; padding: 0.15rem 0.7rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
svg { width: 100%; font: 11px system-ui, sans-serif; fill: currentColor; }
svg .a { fill: var(--a); }
svg .b { fill: var(--b); }
svg .label { text-anchor: end; }
svg .limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 4 3; }
.bad { color: var(--limit); }
</style>
)";

using Row = std::vector<std::string>;

std::string percent(const std::optional<double>& share) {
  return share ? format("%.2f %%", 100 * *share) : "–";
}

std::string decibels(const std::optional<double>& value) {
  if (!value) return "–";
  return std::isinf(*value) ? "exact" : format("%.1f dB", *value);
}

std::string table(const Row& head, const std::vector<Row>& rows) {
  std::string html = "<table><tr>";
  for (const std::string& cell : head) html += "<th>" + escaped(cell) + "</th>";
  html += "</tr>\n";
  for (const Row& row : rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + escaped(cell) + "</td>";
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

std::string limits_table(const PackComparison& proof, const AccuracyLimits& limits) {
  return table({"", "measured", "limit"},
               {{"DER", format("%+.2f points", proof.der_increase()),
                 format("at most %+.2f", limits.max_der_increase)},
                {"cosine of embeddings", format("%.5f", proof.all.embedding_cosine),
                 format("at least %.4f", limits.min_embedding_cosine)},
                {"frames heard alike", percent(proof.all.segmentation_agreement),
                 "at least " + percent(limits.min_segmentation_agreement)}});
}

std::string attempts_table(const std::vector<QuantizationAttempt>& attempts) {
  std::string html = "<table><tr><th>method</th><th></th><th>outcome</th></tr>\n";
  for (const QuantizationAttempt& attempt : attempts) {
    html += "<tr><td>" + escaped(attempt.method) + "</td><td" +
            (attempt.taken ? ">taken" : " class='bad'>not taken") +
            "</td><td style='text-align:left'>" + escaped(attempt.outcome) + "</td></tr>\n";
  }
  return html + "</table>\n";
}

std::string size_chart(const PackComparison& proof) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> nets;
  for (const TensorComparison& tensor : proof.tensors) {
    auto& bytes = nets[tensor.name.substr(0, tensor.name.find('.'))];
    bytes.first += tensor.bytes_a;
    bytes.second += tensor.bytes_b;
  }
  BarChart chart{"Size", {"before", "after"}, {}, std::nullopt};
  const auto add = [&](const std::string& label, std::int64_t a, std::int64_t b) {
    chart.rows.push_back(
        {label, {{static_cast<double>(a), megabytes(a)}, {static_cast<double>(b), megabytes(b)}}});
  };
  add("file", proof.bytes_a, proof.bytes_b);
  for (const auto& [net, bytes] : nets) add(net, bytes.first, bytes.second);
  return to_svg(chart);
}

std::string error_chart(const PackComparison& proof) {
  BarChart chart{"Signal to noise of each tensor", {"dB"}, {}, std::nullopt};
  for (const TensorComparison& tensor : proof.tensors) {
    if (!tensor.sqnr_db || !std::isfinite(*tensor.sqnr_db)) continue;
    chart.rows.push_back(
        {tensor.name, {{std::max(0.0, *tensor.sqnr_db), decibels(tensor.sqnr_db)}}});
  }
  return to_svg(chart);
}

std::string der_chart(const PackComparison& proof) {
  BarChart chart{"DER", {"before", "after"}, {}, std::nullopt};
  for (const RecordingComparison& row : proof.recordings) {
    if (!row.der_a || !row.der_b) continue;
    chart.rows.push_back(
        {row.name, {{*row.der_a, percent(row.der_a)}, {*row.der_b, percent(row.der_b)}}});
  }
  if (!chart.rows.empty()) return to_svg(chart);
  // Without a reference: how far the new turns are from the old ones.
  chart = {"DER of the new turns against the old", {"DER"}, {}, std::nullopt};
  for (const RecordingComparison& row : proof.recordings) {
    chart.rows.push_back({row.name, {{row.der_between, percent(row.der_between)}}});
  }
  return to_svg(chart);
}

std::string speed_charts(const PackComparison& proof) {
  const auto chart = [](const char* title, double a, double b, const char* pattern, double unit) {
    return to_svg({title,
                   {"before", "after"},
                   {{title, {{a, format(pattern, a * unit)}, {b, format(pattern, b * unit)}}}},
                   std::nullopt});
  };
  return chart("loading", proof.load_s_a, proof.load_s_b, "%.1f ms", 1e3) +
         chart("diarizing", proof.run_s_a, proof.run_s_b, "%.2f s", 1);
}

std::string recordings_table(const PackComparison& proof) {
  std::vector<Row> rows;
  std::vector<RecordingComparison> all = proof.recordings;
  if (all.size() > 1) all.push_back(proof.all);
  rows.reserve(all.size());
  for (const RecordingComparison& row : all) {
    rows.push_back({row.name, format("%.1f s", row.duration_s),
                    format("%.5f", row.embedding_cosine),
                    format("%.5f", row.worst_embedding_cosine), percent(row.segmentation_agreement),
                    percent(row.der_a), percent(row.der_b), percent(row.der_between)});
  }
  return table({"recording", "length", "cosine", "worst cosine", "frames alike", "DER before",
                "DER after", "after against before"},
               rows);
}

std::string tensors_table(const PackComparison& proof) {
  std::vector<Row> rows;
  rows.reserve(proof.tensors.size());
  for (const TensorComparison& tensor : proof.tensors) {
    rows.push_back({tensor.name, tensor.storage_a, tensor.storage_b, std::to_string(tensor.bytes_a),
                    std::to_string(tensor.bytes_b), decibels(tensor.sqnr_db)});
  }
  return table({"tensor", "stored", "now", "bytes", "now", "signal to noise"}, rows);
}

}  // namespace

std::string html_page(const std::vector<QuantizationAttempt>& attempts,
                      const ReportSubject& subject) {
  const PackComparison& proof = *attempts.back().comparison;
  const std::string title = escaped(subject.original) + " → " + escaped(subject.result);
  const double share = static_cast<double>(proof.bytes_b) / static_cast<double>(proof.bytes_a);
  return "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>\n"
         "<meta name='viewport' content='width=device-width'>\n<title>" +
         title + "</title>\n" + kStyle + "</head><body>\n<h1>" + title + "</h1>\n<p>" +
         escaped(attempts.back().method) + ": " + megabytes(proof.bytes_a) + " became " +
         megabytes(proof.bytes_b) + format(" (%.0f %%).</p>\n", 100 * share) +
         limits_table(proof, subject.options.limits) + "<h2>Attempts</h2>\n" +
         attempts_table(attempts) + "<h2>Size</h2>\n" + size_chart(proof) + "<h2>DER</h2>\n" +
         der_chart(proof) + "<h2>Recordings</h2>\n" + recordings_table(proof) + "<h2>Speed</h2>\n" +
         speed_charts(proof) + "<h2>Error of each tensor</h2>\n" + error_chart(proof) +
         "<details><summary>All tensors</summary>\n" + tensors_table(proof) +
         "</details>\n</body></html>\n";
}

}  // namespace diarist::modeltools::report
