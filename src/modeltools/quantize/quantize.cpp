// Tries methods one after the other, proves each result on recordings, and takes the first that
// holds.
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/quantization.hpp"
#include "diarist/self_check.hpp"

#include "modeltools/measured_norms.hpp"
#include "modeltools/pack_copy.hpp"
#include "modeltools/quantize/comparison.hpp"
#include "modeltools/quantize/hearing.hpp"
#include "modeltools/quantize/method.hpp"
#include "modeltools/quantize/quantize_pack.hpp"
#include "modeltools/quantize/selection.hpp"

namespace diarist {
namespace {

namespace tools = modeltools::quantize;

void check(const QuantizationOptions& options, std::span<const CalibrationRecording> recordings) {
  const auto refuse = [](const char* what, const char* problem) {
    throw Error(ErrorCode::invalid_argument, what, problem);
  };
  if (recordings.empty()) refuse("recordings", "are none; the result has to be tried on something");
  if (options.group_channels < 0) refuse("group_channels", "must be 0 or more");
  const AccuracyLimits& limits = options.limits;
  if (!std::isfinite(limits.max_der_increase) || limits.max_der_increase < 0) {
    refuse("max_der_increase", "must be a finite number of points >= 0");
  }
  for (const double share : {limits.min_embedding_cosine, limits.min_segmentation_agreement}) {
    if (!(share >= 0 && share <= 1)) refuse("limits", "of cosine and agreement must be 0 to 1");
  }
}

std::string joined(const std::vector<std::string>& clauses) {
  std::string text;
  for (const std::string& clause : clauses) text += (text.empty() ? "" : "; ") + clause;
  return text;
}

/// Tries one method after the other on one model.
class Trial {
 public:
  Trial(const Model& model, std::span<const CalibrationRecording> recordings,
        const QuantizationOptions& options, const CancellationToken& cancellation)
      : model_(model),
        recordings_(recordings),
        options_(options),
        cancellation_(cancellation),
        tensors_(tools::selected_tensors(model.pack(), options.only, options.keep)) {}

  /// Leaves the pack's bytes in `bytes` where the attempt is taken.
  QuantizationAttempt attempt(const tools::MethodRow& method, std::vector<std::byte>& bytes) {
    QuantizationAttempt attempt;
    attempt.method = method.title;
    std::vector<std::byte> result = tools::quantized_pack(model_.pack(), tensors_, method,
                                                          options_.group_channels, cancellation_);
    const bool measured = measures_ranges(method);
    if (measured) {
      result = modeltools::with_measured_norms(
          *model::Pack::parse(model_.name(), std::move(result)), recordings_, cancellation_);
    }
    if (result.size() >= model_.pack().file_bytes()) {
      attempt.outcome = "nothing shrank: " + std::to_string(result.size()) + " bytes after " +
                        std::to_string(model_.pack().file_bytes());
      return attempt;
    }
    const Model small = Model::parse(model_.name() + " (" + attempt.method + ")", result);
    PerformanceOptions performance = options_.performance;
    if (method.proven_in == Precision::int8) performance.precision = Precision::int8;
    if (!before_) {
      before_ =
          tools::hear(model_, recordings_, options_.performance, Precision::f32, cancellation_);
    }
    PackComparison comparison = tools::compare_contents(model_.pack(), small.pack());
    tools::compare_hearings(
        *before_, tools::hear(small, recordings_, performance, method.proven_in, cancellation_),
        recordings_, comparison);
    const std::vector<std::string> missed = missed_limits(comparison, options_.limits);
    attempt.taken = missed.empty();
    const std::string figures =
        tools::figures_of(comparison) + (measured ? ", ranges of activations measured" : "");
    attempt.outcome = attempt.taken ? figures : joined(missed) + " (" + figures + ")";
    attempt.comparison = std::move(comparison);
    if (attempt.taken) {
      bytes = modeltools::with_metadata(small.pack(), self_check_metadata(small, model_));
      attempt.comparison->bytes_b = static_cast<std::int64_t>(bytes.size());
    }
    return attempt;
  }

 private:
  bool measures_ranges(const tools::MethodRow& method) const {
    return options_.measure_ranges ||
           (method.proven_in == Precision::int8 && modeltools::has_folded_norms(model_.pack()));
  }

  const Model& model_;
  std::span<const CalibrationRecording> recordings_;
  const QuantizationOptions& options_;
  CancellationToken cancellation_;
  std::vector<std::string> tensors_;
  std::optional<tools::Hearing> before_;
};

}  // namespace

QuantizedPack quantize(const Model& model, std::span<const CalibrationRecording> recordings,
                       const QuantizationOptions& options,
                       const std::function<void(const QuantizationAttempt&)>& on_attempt,
                       const CancellationToken& cancellation) {
  check(options, recordings);
  const bool automatic = options.method == QuantizationMethod::automatic;
  const auto chain = automatic ? tools::method_chain()
                               : std::vector<const tools::MethodRow*>{&tools::method_row(options)};
  Trial trial(model, recordings, options, cancellation);
  QuantizedPack result;
  for (const tools::MethodRow* method : chain) {
    QuantizationAttempt attempt;
    try {
      attempt = trial.attempt(*method, result.bytes);
    } catch (const Error& error) {
      // What one method cannot store, another may; anything else ends the chain.
      if (!automatic || error.code() != ErrorCode::invalid_argument) throw;
      attempt.method = method->title;
      attempt.outcome = error.what();
    }
    if (on_attempt) on_attempt(attempt);
    result.attempts.push_back(std::move(attempt));
    if (result.attempts.back().taken) return result;
  }
  const QuantizationAttempt& last = result.attempts.back();
  throw Error(
      ErrorCode::limit_missed, model.name(),
      automatic ? "no method makes it smaller within the limits"
                : last.method + ": " + last.outcome,
      last.comparison || automatic
          ? "no pack was made; allow more (--max-der-increase), keep sensitive tensors (--keep), "
            "or choose another method"
          : "no pack was made; this one is as small as the method makes it");
}

}  // namespace diarist
