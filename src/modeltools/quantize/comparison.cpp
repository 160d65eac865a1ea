#include "modeltools/quantize/comparison.hpp"

#include <cstdio>
#include <map>
#include <utility>

#include "modeltools/quantize/hearing.hpp"
#include "modeltools/quantize/quantized_tensor.hpp"

namespace diarist {
namespace {

std::string format(const char* pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), pattern, value);
  return text;
}

}  // namespace

double PackComparison::der_increase() const {
  constexpr double kPoints = 100;
  if (all.der_a && all.der_b) return kPoints * (*all.der_b - *all.der_a);
  return kPoints * all.der_between;
}

PackComparison compare_packs(const Model& a, const Model& b,
                             std::span<const CalibrationRecording> recordings,
                             const PerformanceOptions& performance,
                             const CancellationToken& cancellation) {
  namespace quantize = modeltools::quantize;
  PackComparison comparison = quantize::compare_contents(a.pack(), b.pack());
  if (recordings.empty()) return comparison;
  const bool integer = performance.precision == Precision::int8;
  PerformanceOptions of_a = performance;
  if (integer) of_a.precision = Precision::automatic;
  quantize::compare_hearings(
      quantize::hear(a, recordings, of_a, Precision::f32, cancellation),
      quantize::hear(b, recordings, performance, integer ? Precision::int8 : Precision::f32,
                     cancellation),
      recordings, comparison);
  return comparison;
}

std::vector<std::string> missed_limits(const PackComparison& comparison,
                                       const AccuracyLimits& limits) {
  std::vector<std::string> missed;
  // Written so that what is no number is missed too.
  if (!(comparison.der_increase() <= limits.max_der_increase)) {
    missed.push_back("DER rises by " + format("%.2f", comparison.der_increase()) +
                     " points, more than " + format("%.2f", limits.max_der_increase));
  }
  const RecordingComparison& all = comparison.all;
  if (!(all.embedding_cosine >= limits.min_embedding_cosine)) {
    missed.push_back("the embeddings' cosine of " + format("%.4f", all.embedding_cosine) +
                     " is below " + format("%.4f", limits.min_embedding_cosine));
  }
  if (!(all.segmentation_agreement >= limits.min_segmentation_agreement)) {
    missed.push_back(format("%.2f", 100 * all.segmentation_agreement) +
                     " % of frames heard alike are fewer than " +
                     format("%.2f", 100 * limits.min_segmentation_agreement));
  }
  return missed;
}

}  // namespace diarist

namespace diarist::modeltools::quantize {
namespace {

std::optional<double> sqnr_of(const model::Pack& a, const model::Pack& b, const TensorInfo& info) {
  const std::string& name = info.name;
  if (!a.contains(name) || !b.contains(name) || a.shape(name) != b.shape(name) ||
      !a.holds_weights(name) || !b.holds_weights(name)) {
    return std::nullopt;
  }
  return sqnr_db(a.floats(name, info.shape), b.floats(name, info.shape));
}

}  // namespace

PackComparison compare_contents(const model::Pack& a, const model::Pack& b) {
  PackComparison comparison;
  comparison.a = a.name();
  comparison.b = b.name();
  comparison.bytes_a = static_cast<std::int64_t>(a.file_bytes());
  comparison.bytes_b = static_cast<std::int64_t>(b.file_bytes());
  std::map<std::string, TensorComparison> rows;
  const auto add = [&](const model::Pack& pack, auto storage, auto bytes) {
    for (const TensorInfo& info : pack.tensors()) {
      TensorComparison& row = rows[info.name];
      row.name = info.name;
      row.*storage = info.coding.empty() ? info.type : info.coding;
      row.*bytes = info.bytes;
      if (&pack == &b) row.sqnr_db = sqnr_of(a, b, info);
    }
  };
  add(a, &TensorComparison::storage_a, &TensorComparison::bytes_a);
  add(b, &TensorComparison::storage_b, &TensorComparison::bytes_b);
  comparison.tensors.reserve(rows.size());
  for (auto& [name, row] : rows) comparison.tensors.push_back(std::move(row));
  return comparison;
}

std::string figures_of(const PackComparison& comparison) {
  return format("%.2f", static_cast<double>(comparison.bytes_b) / 1e6) + " MB instead of " +
         format("%.2f", static_cast<double>(comparison.bytes_a) / 1e6) + ", DER " +
         format("%+.2f", comparison.der_increase()) + " points, cosine of embeddings " +
         format("%.4f", comparison.all.embedding_cosine) + ", frames heard alike " +
         format("%.2f", 100 * comparison.all.segmentation_agreement) + " %";
}

}  // namespace diarist::modeltools::quantize
