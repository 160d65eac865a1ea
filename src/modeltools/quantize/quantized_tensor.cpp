#include "modeltools/quantize/quantized_tensor.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

#include "diarist/error.hpp"

#include "model/half.hpp"
#include "modeltools/quantize/linear.hpp"
#include "modeltools/quantize/palette.hpp"

namespace diarist::modeltools::quantize {
namespace {

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// A table or a row of scales is split in at most so many: what is gained halves each time.
constexpr std::size_t kMostParts = 8;

QuantizedTensor with_scales(const std::string& name, const std::vector<std::int64_t>& shape,
                            std::span<const float> values, model::Coding coding,
                            std::size_t parts) {
  const LinearCodes linear = fit_linear(values, static_cast<std::size_t>(shape[0]) * parts);
  const model::CodingRow& row = model::row_of(coding);
  std::vector<std::int64_t> scales_shape = {shape[0]};
  if (parts > 1) scales_shape.push_back(static_cast<std::int64_t>(parts));
  QuantizedTensor result;
  result.stored.push_back({name, row.type, shape, bytes_of(linear.codes)});
  result.stored.push_back({name + std::string(row.suffix), model::DataType::f32,
                           std::move(scales_shape), bytes_of(linear.scales)});
  result.coded.emplace();
  result.coded->coding = coding;
  result.coded->shape = shape;
  return result;
}

QuantizedTensor with_tables(const std::string& name, const std::vector<std::int64_t>& shape,
                            std::span<const float> values, model::Coding coding,
                            std::size_t groups) {
  const model::CodingRow& row = model::row_of(coding);
  const std::size_t in_group = values.size() / groups;
  std::vector<std::vector<float>> tables;
  std::vector<std::uint8_t> codes;
  codes.reserve(values.size());
  std::size_t entries = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto group = values.subspan(g * in_group, in_group);
    tables.push_back(fit_palette(group, 1 << row.bits));
    const auto of_group = nearest_entries(group, tables.back());
    codes.insert(codes.end(), of_group.begin(), of_group.end());
    entries = std::max(entries, tables.back().size());
  }
  std::vector<float> all;
  for (std::vector<float>& table : tables) {
    // All tables have one length: a short one repeats its last entry, which no code asks for.
    table.resize(entries, table.back());
    all.insert(all.end(), table.begin(), table.end());
  }
  std::vector<std::byte> bytes = model::pack_codes(coding, codes);
  std::vector<std::int64_t> stored_shape = shape;
  if (row.bits < 8) stored_shape = {static_cast<std::int64_t>(bytes.size())};
  QuantizedTensor result;
  result.stored.push_back({name, row.type, std::move(stored_shape), std::move(bytes)});
  result.stored.push_back({name + std::string(row.suffix),
                           model::DataType::f32,
                           {static_cast<std::int64_t>(groups), static_cast<std::int64_t>(entries)},
                           bytes_of(all)});
  result.coded.emplace();
  result.coded->coding = coding;
  result.coded->shape = shape;
  result.coded->groups = groups;
  result.coded->entries = entries;
  return result;
}

QuantizedTensor plain(const std::string& name, const std::vector<std::int64_t>& shape,
                      std::span<const float> values, model::DataType type) {
  std::vector<std::uint16_t> stored;
  stored.reserve(values.size());
  for (const float value : values) {
    const bool half = type == model::DataType::f16;
    stored.push_back(half ? model::float_to_half(value) : model::float_to_bfloat(value));
    const float back =
        half ? model::half_to_float(stored.back()) : model::bfloat_to_float(stored.back());
    if (!std::isfinite(back)) {
      throw Error(ErrorCode::invalid_argument, "tensor '" + name + "'",
                  "holds " + std::to_string(value) + ", too large for " +
                      std::string(model::to_string(type)),
                  "choose another method, or keep it with --keep");
    }
  }
  QuantizedTensor result;
  result.stored.push_back({name, type, shape, bytes_of(stored)});
  return result;
}

/// Signal to noise of what `coded` holds.
double fit_db(const QuantizedTensor& coded, std::span<const float> values) {
  std::vector<float> stored;
  const auto problem =
      model::decode(*coded.coded, coded.stored[0].bytes, coded.stored[1].bytes, stored);
  assert(!problem);
  static_cast<void>(problem);
  return sqnr_db(values, stored);
}

}  // namespace

std::size_t QuantizedTensor::bytes() const {
  std::size_t sum = 0;
  for (const TensorToWrite& tensor : stored) sum += tensor.bytes.size();
  return sum;
}

QuantizedTensor quantized(const std::string& name, const std::vector<std::int64_t>& shape,
                          std::span<const float> values, const MethodRow& method, int group_rows) {
  if (!method.coding) return plain(name, shape, values, method.type);
  const bool palette = model::is_palette(*method.coding);
  const auto rows = static_cast<std::size_t>(shape[0]);
  const auto in_parts = [&](std::size_t parts) {
    return palette ? with_tables(name, shape, values, *method.coding, parts)
                   : with_scales(name, shape, values, *method.coding, parts);
  };
  if (const auto wanted = static_cast<std::size_t>(group_rows);
      palette && wanted > 0 && rows % wanted == 0) {
    return in_parts(rows / wanted);
  }
  const std::size_t divisible = palette ? rows : values.size() / rows;
  for (std::size_t parts = 1;; parts *= 2) {
    QuantizedTensor result = in_parts(parts);
    const std::size_t next = 2 * parts;
    if (next > kMostParts || divisible % next != 0 ||
        fit_db(result, values) >= method.wanted_sqnr_db) {
      return result;
    }
  }
}

double sqnr_db(std::span<const float> values, std::span<const float> stored) {
  double signal = 0;
  double noise = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<double>(values[i]);
    const double error = static_cast<double>(stored[i]) - value;
    signal += value * value;
    noise += error * error;
  }
  if (noise == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

}  // namespace diarist::modeltools::quantize
