// Comparisons and sensitivities as text and as JSON.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "diarist/quantization.hpp"

#include "modeltools/figure_text.hpp"

namespace diarist {
namespace {

constexpr std::string_view kSchema = "diarist.compare";
constexpr std::string_view kSensitivitySchema = "diarist.sensitivity";
constexpr int kSchemaVersion = 1;  // of both

using modeltools::format;
using modeltools::megabytes;

std::string decibels(const std::optional<double>& value) {
  if (!value) return "-";
  return std::isinf(*value) ? "exact" : format("%.1f", *value);
}

std::string percent(const std::optional<double>& share) {
  return share ? format("%.2f", 100 * *share) : "-";
}

/// Rows of cells under a head: the first column to the left, all others to the right.
std::string table(std::vector<std::vector<std::string>> rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    text += "  " + row[0] + std::string(widths[0] - row[0].size(), ' ');
    for (std::size_t c = 1; c < row.size(); ++c) {
      text += "  " + std::string(widths[c] - row[c].size(), ' ') + row[c];
    }
    text += "\n";
  }
  return text;
}

std::string tensor_table(const PackComparison& comparison) {
  std::vector<std::vector<std::string>> rows = {
      {"tensor", "stored", "now", "bytes", "now", "SQNR dB"}};
  std::size_t equal = 0;
  for (const TensorComparison& tensor : comparison.tensors) {
    if (tensor.storage_a == tensor.storage_b && tensor.sqnr_db && std::isinf(*tensor.sqnr_db)) {
      ++equal;
      continue;
    }
    const auto named = [](const std::string& storage) { return storage.empty() ? "-" : storage; };
    rows.push_back({tensor.name, named(tensor.storage_a), named(tensor.storage_b),
                    std::to_string(tensor.bytes_a), std::to_string(tensor.bytes_b),
                    decibels(tensor.sqnr_db)});
  }
  std::string text = rows.size() > 1 ? table(std::move(rows)) : "";
  return text + "  " + std::to_string(equal) + " tensors are the same in both\n";
}

std::string recording_table(const PackComparison& comparison) {
  std::vector<std::vector<std::string>> rows = {{"recording", "seconds", "cosine", "worst",
                                                 "frames alike %", "DER %", "DER % now",
                                                 "DER % between"}};
  std::vector<RecordingComparison> all = comparison.recordings;
  if (all.size() > 1) all.push_back(comparison.all);
  for (const RecordingComparison& row : all) {
    rows.push_back({row.name, format("%.1f", row.duration_s), format("%.5f", row.embedding_cosine),
                    format("%.5f", row.worst_embedding_cosine), percent(row.segmentation_agreement),
                    percent(row.der_a), percent(row.der_b), percent(row.der_between)});
  }
  return table(std::move(rows));
}

nlohmann::ordered_json number(const std::optional<double>& value) {
  // JSON has no infinity: null stands for it, and for what is not known.
  if (!value || !std::isfinite(*value)) return nullptr;
  return *value;
}

nlohmann::ordered_json recording_json(const RecordingComparison& row) {
  return {{"name", row.name},
          {"duration_s", row.duration_s},
          {"embedding_cosine", row.embedding_cosine},
          {"worst_embedding_cosine", row.worst_embedding_cosine},
          {"segmentation_agreement", row.segmentation_agreement},
          {"der_a", number(row.der_a)},
          {"der_b", number(row.der_b)},
          {"der_between", number(row.der_between)}};
}

}  // namespace

std::string to_text(const PackComparison& comparison, bool tensors) {
  std::string text = comparison.a + " -> " + comparison.b + "\n";
  if (tensors) text += tensor_table(comparison);
  text += "size: " + megabytes(comparison.bytes_a) + " -> " + megabytes(comparison.bytes_b) +
          format(" (%+.1f %%)\n", 100 * (static_cast<double>(comparison.bytes_b) /
                                             static_cast<double>(comparison.bytes_a) -
                                         1));
  if (comparison.recordings.empty()) return text;
  text += recording_table(comparison);
  text += format("DER: %+.2f points\n", comparison.der_increase());
  text += "time: load " + format("%.0f", 1e3 * comparison.load_s_a) + " -> " +
          format("%.0f ms, ", 1e3 * comparison.load_s_b) + "diarizing " +
          format("%.2f", comparison.run_s_a) + " -> " + format("%.2f s\n", comparison.run_s_b);
  return text;
}

std::string to_json(const PackComparison& comparison) {
  nlohmann::ordered_json json = {{"schema", kSchema},
                                 {"version", kSchemaVersion},
                                 {"a", comparison.a},
                                 {"b", comparison.b},
                                 {"bytes_a", comparison.bytes_a},
                                 {"bytes_b", comparison.bytes_b},
                                 {"tensors", nlohmann::ordered_json::array()}};
  for (const TensorComparison& tensor : comparison.tensors) {
    json["tensors"].push_back({{"name", tensor.name},
                               {"storage_a", tensor.storage_a},
                               {"storage_b", tensor.storage_b},
                               {"bytes_a", tensor.bytes_a},
                               {"bytes_b", tensor.bytes_b},
                               {"exact", tensor.sqnr_db && std::isinf(*tensor.sqnr_db)},
                               {"sqnr_db", number(tensor.sqnr_db)}});
  }
  if (!comparison.recordings.empty()) {
    json["recordings"] = nlohmann::ordered_json::array();
    for (const RecordingComparison& row : comparison.recordings) {
      json["recordings"].push_back(recording_json(row));
    }
    json["all"] = recording_json(comparison.all);
    json["der_increase_points"] = comparison.der_increase();
    json["load_s"] = {comparison.load_s_a, comparison.load_s_b};
    json["run_s"] = {comparison.run_s_a, comparison.run_s_b};
  }
  // A file name need not be UTF-8.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string to_text(const std::vector<TensorSensitivity>& sensitivities) {
  std::vector<std::vector<std::string>> rows = {
      {"tensor", "bytes", "now", "SQNR dB", "1 - cosine", "frames unlike %", "by default"}};
  for (const TensorSensitivity& row : sensitivities) {
    const bool embedding = row.name.starts_with("embedding.");
    rows.push_back({row.name, std::to_string(row.bytes_before), std::to_string(row.bytes_after),
                    decibels(row.sqnr_db),
                    embedding ? format("%.6f", 1 - row.embedding_cosine) : "-",
                    embedding ? "-" : format("%.3f", 100 * (1 - row.segmentation_agreement)),
                    row.kept_because.empty() ? "quantized" : "kept: " + row.kept_because});
  }
  return table(std::move(rows));
}

std::string to_json(const std::vector<TensorSensitivity>& sensitivities) {
  nlohmann::ordered_json json = {{"schema", kSensitivitySchema},
                                 {"version", kSchemaVersion},
                                 {"tensors", nlohmann::ordered_json::array()}};
  for (const TensorSensitivity& row : sensitivities) {
    json["tensors"].push_back({{"name", row.name},
                               {"bytes_before", row.bytes_before},
                               {"bytes_after", row.bytes_after},
                               {"exact", std::isinf(row.sqnr_db)},
                               {"sqnr_db", number(row.sqnr_db)},
                               {"embedding_cosine", row.embedding_cosine},
                               {"segmentation_agreement", row.segmentation_agreement},
                               {"kept_because", row.kept_because}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace diarist
