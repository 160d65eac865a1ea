#include "modeltools/quantize/method.hpp"

#include <array>

#include "diarist/error.hpp"

namespace diarist {
namespace {

struct MethodName {
  QuantizationMethod method;
  std::string_view name;
};
constexpr std::array<MethodName, 6> kNames = {{
    {QuantizationMethod::automatic, "auto"},
    {QuantizationMethod::palette, "palette"},
    {QuantizationMethod::linear, "linear"},
    {QuantizationMethod::int8, "int8"},
    {QuantizationMethod::f16, "f16"},
    {QuantizationMethod::bf16, "bf16"},
}};

}  // namespace

std::string_view to_string(QuantizationMethod method) {
  return kNames[static_cast<std::size_t>(method)].name;
}

QuantizationMethod quantization_method_from_string(std::string_view name) {
  std::string known;
  for (const MethodName& row : kNames) {
    if (row.name == name) return row.method;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  throw Error(ErrorCode::invalid_argument, "method", "'" + std::string(name) + "' is unknown",
              "expected one of " + known);
}

std::string expected_loss(const QuantizationOptions& options) {
  if (options.method == QuantizationMethod::automatic) {
    return "each method costs some accuracy; the smallest that stays within the limits is taken";
  }
  const auto& row = modeltools::quantize::method_row(options);
  return std::string(row.title) + ": expect " + std::string(row.expected);
}

}  // namespace diarist

namespace diarist::modeltools::quantize {
namespace {

using model::Coding;
using model::DataType;

// From the smallest result to the largest: `auto` takes them in this order, but for int8, which is
// linear with one scale for each channel whatever the noise: integer products have no other.
// The signal to noise that is wanted is what one table or scale gives most layers.
constexpr std::array<MethodRow, 7> kMethods = {{
    {QuantizationMethod::palette, 4, "palette, 4 bits", Coding::palette4, DataType::u8, 0,
     Precision::f32, "embeddings of a cosine of 0.8 and other speakers: too much for any use"},
    {QuantizationMethod::palette, 6, "palette, 6 bits", Coding::palette6, DataType::u8, 0,
     Precision::f32, "embeddings of a cosine of 0.99 and 1 to 2 of 100 frames heard otherwise"},
    {QuantizationMethod::palette, 8, "palette, 8 bits", Coding::palette8, DataType::u8, 40,
     Precision::f32, "embeddings of a cosine of 0.999 and 1 of 200 frames heard otherwise"},
    {QuantizationMethod::linear, 8, "linear, 8 bits", Coding::linear8, DataType::i8, 37,
     Precision::f32, "embeddings of a cosine of 0.9985 and 1 of 200 frames heard otherwise"},
    {QuantizationMethod::int8, 8, "int8, weights and activations", Coding::linear8, DataType::i8, 0,
     Precision::int8, "embeddings of a cosine of 0.998 and 1 of 150 frames heard otherwise"},
    {QuantizationMethod::bf16, 16, "bf16", std::nullopt, DataType::bf16, 0, Precision::f32,
     "embeddings of a cosine of 0.99997 and 1 of 2500 frames heard otherwise"},
    {QuantizationMethod::f16, 16, "f16", std::nullopt, DataType::f16, 0, Precision::f32,
     "embeddings of a cosine of 0.99999 and 1 of 10,000 frames heard otherwise"},
}};

}  // namespace

const MethodRow& method_row(const QuantizationOptions& options) {
  const bool palette = options.method == QuantizationMethod::palette;
  for (const MethodRow& row : kMethods) {
    if (row.method == options.method && (!palette || row.bits == options.bits)) return row;
  }
  throw Error(ErrorCode::invalid_argument, "bits",
              std::to_string(options.bits) + " is no width of a palette's codes",
              "expected 8, 6 or 4");
}

std::vector<const MethodRow*> method_chain() {
  std::vector<const MethodRow*> chain;
  for (const MethodRow& row : kMethods) {
    if (row.method != QuantizationMethod::int8) chain.push_back(&row);
  }
  return chain;
}

}  // namespace diarist::modeltools::quantize
