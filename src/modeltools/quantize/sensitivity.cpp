// Each weight tensor quantized by itself: which of them a network can least do without.
#include <algorithm>
#include <map>
#include <string>

#include "diarist/error.hpp"
#include "diarist/quantization.hpp"

#include "modeltools/quantize/comparison.hpp"
#include "modeltools/quantize/hearing.hpp"
#include "modeltools/quantize/method.hpp"
#include "modeltools/quantize/quantize_pack.hpp"
#include "modeltools/quantize/selection.hpp"

namespace diarist {
namespace {

namespace tools = modeltools::quantize;

double mean_agreement(const std::vector<LocalActivity>& a, const std::vector<LocalActivity>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += tools::agreement(a[i], b[i]);
  return sum / static_cast<double>(a.size());
}

}  // namespace

std::vector<TensorSensitivity> sensitivity(const Model& model,
                                           std::span<const CalibrationRecording> recordings,
                                           const QuantizationOptions& options,
                                           const CancellationToken& cancellation) {
  if (recordings.empty()) {
    throw Error(ErrorCode::invalid_argument, "recordings",
                "are none; the tensors have to be tried on something");
  }
  if (options.method == QuantizationMethod::automatic) {
    throw Error(ErrorCode::invalid_argument, "method", "must be one for all tensors",
                "choose palette, linear, f16 or bf16");
  }
  const tools::MethodRow& method = tools::method_row(options);
  PerformanceOptions performance = options.performance;
  performance.precision = Precision::f32;
  const tools::Embeddings embeddings =
      tools::embeddings_of(model, recordings, performance, cancellation);
  const std::vector<LocalActivity> activity =
      tools::activity_of(model, recordings, performance, cancellation);

  std::vector<TensorSensitivity> table;
  for (const std::string& name : tools::weight_tensors(model.pack())) {
    TensorSensitivity row;
    row.name = name;
    row.kept_because = tools::sensitive_because(name);
    const Model other = Model::parse(
        model.name() + " (" + name + ")",
        tools::quantized_pack(model.pack(), {name}, method, options.group_channels, cancellation));
    for (const TensorComparison& tensor :
         tools::compare_contents(model.pack(), other.pack()).tensors) {
      if (tensor.name != name) continue;
      row.bytes_before = tensor.bytes_a;
      row.bytes_after = tensor.bytes_b;
      row.sqnr_db = tensor.sqnr_db.value_or(0);
    }
    if (name.starts_with("embedding.")) {
      row.embedding_cosine =
          tools::cosines(embeddings,
                         tools::embeddings_of(other, recordings, performance, cancellation))
              .mean;
    } else {
      row.segmentation_agreement = mean_agreement(
          activity, tools::activity_of(other, recordings, performance, cancellation));
    }
    table.push_back(std::move(row));
  }
  return table;
}

}  // namespace diarist
