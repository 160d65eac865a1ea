#include "model/coding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

namespace diarist::model {
namespace {

constexpr std::array<CodingRow, 4> kCodings = {{
    {Coding::linear8, "linear8", 8, DataType::i8, ".scale"},
    {Coding::palette8, "palette8", 8, DataType::u8, ".lut"},
    {Coding::palette6, "palette6", 6, DataType::u8, ".lut"},
    {Coding::palette4, "palette4", 4, DataType::u8, ".lut"},
}};

constexpr std::size_t kMaxRank = 8;
// Keeps products of shapes far from overflow; no file that is read holds so many codes.
constexpr std::int64_t kMaxValues = std::int64_t{1} << 40;

/// Reads the entry of one pack's metadata.
class CodingsReader {
 public:
  CodingsReader(const std::string& file, const std::vector<TensorExtent>& extents)
      : file_(file), extents_(extents) {
    for (std::size_t i = 0; i < extents.size(); ++i) index_.emplace(extents[i].name, i);
  }

  CodedTensors read(const std::string& text) const {
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      throw Error(ErrorCode::corrupt_model, file_,
                  "metadata '" + std::string(kQuantizationKey) + "' is no JSON object", kAdvice);
    }
    CodedTensors tensors;
    for (const auto& [name, entry] : json.items()) tensors.emplace(name, coded(name, entry));
    return tensors;
  }

 private:
  static constexpr const char* kAdvice = "fetch or make the file anew";

  [[noreturn]] void bad(const std::string& name, const std::string& problem) const {
    std::string shown = name.substr(0, 256);
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    throw Error(ErrorCode::corrupt_model, file_, "quantized tensor '" + shown + "' " + problem,
                kAdvice);
  }

  std::size_t find(const std::string& name, const std::string& wanted) const {
    const auto found = index_.find(wanted);
    if (found == index_.end()) bad(name, "lacks its '" + wanted + "'");
    return found->second;
  }

  void expect(const std::string& name, const TensorExtent& extent, DataType type,
              const std::vector<std::int64_t>& shape) const {
    if (extent.type == type && extent.shape == shape) return;
    bad(name, "has '" + extent.name + "' as " + std::string(to_string(extent.type)) + " " +
                  shape_to_string(extent.shape) + ", expected " + std::string(to_string(type)) +
                  " " + shape_to_string(shape));
  }

  Coding coding(const std::string& name, const nlohmann::json& entry) const {
    if (!entry.is_object() || entry.size() != 2 || !entry.contains("coding") ||
        !entry.contains("shape")) {
      bad(name, "is not described by 'coding' and 'shape'");
    }
    const auto& value = entry["coding"];
    const auto found =
        value.is_string() ? coding_from_string(value.get_ref<const std::string&>()) : std::nullopt;
    if (!found) bad(name, "has a coding that this diarist does not know");
    return *found;
  }

  /// Sets the shape; returns the number of values.
  std::int64_t read_shape(const std::string& name, const nlohmann::json& json,
                          std::vector<std::int64_t>& shape) const {
    if (!json.is_array() || json.empty() || json.size() > kMaxRank) {
      bad(name, "has a shape that is no list of one to eight numbers");
    }
    std::int64_t values = 1;
    for (const auto& extent : json) {
      const std::uint64_t size = extent.is_number_unsigned() ? extent.get<std::uint64_t>() : 0;
      if (size == 0 || size > static_cast<std::uint64_t>(kMaxValues / values)) {
        bad(name, "has an impossible shape");
      }
      shape.push_back(static_cast<std::int64_t>(size));
      values *= shape.back();
    }
    return values;
  }

  void check_scales(const std::string& name, const TensorExtent& scales, std::int64_t rows,
                    std::int64_t columns) const {
    if (scales.shape.size() != 2) {
      expect(name, scales, DataType::f32, {rows});
    } else if (scales.type != DataType::f32 || scales.shape[0] != rows || scales.shape[1] < 1 ||
               columns % scales.shape[1] != 0) {
      bad(name, "has '" + scales.name + "' as " + std::string(to_string(scales.type)) + " " +
                    shape_to_string(scales.shape) + ", expected F32 [" + std::to_string(rows) +
                    ", parts] with parts that divide " + std::to_string(columns) + " columns");
    }
  }

  CodedTensor coded(const std::string& name, const nlohmann::json& entry) const {
    CodedTensor tensor;
    tensor.coding = coding(name, entry);
    const CodingRow& row = row_of(tensor.coding);
    const std::int64_t values = read_shape(name, entry["shape"], tensor.shape);
    tensor.codes = find(name, name);
    tensor.decoder = find(name, name + std::string(row.suffix));
    std::vector<std::int64_t> stored = tensor.shape;
    if (row.bits < 8) {
      stored = {
          static_cast<std::int64_t>(code_bytes(tensor.coding, static_cast<std::size_t>(values)))};
    }
    expect(name, extents_[tensor.codes], row.type, stored);

    const TensorExtent& decoder = extents_[tensor.decoder];
    const std::int64_t rows = tensor.shape[0];
    if (!is_palette(tensor.coding)) {
      check_scales(name, decoder, rows, values / rows);
      return tensor;
    }
    if (decoder.type != DataType::f32 || decoder.shape.size() != 2 || decoder.shape[0] < 1 ||
        rows % decoder.shape[0] != 0 || decoder.shape[1] < 1 ||
        decoder.shape[1] > std::int64_t{1} << row.bits) {
      bad(name, "has its tables as " + std::string(to_string(decoder.type)) + " " +
                    shape_to_string(decoder.shape) +
                    ", expected F32 [groups, entries] with groups that divide " +
                    std::to_string(rows) + " rows and at most " + std::to_string(1 << row.bits) +
                    " entries");
    }
    tensor.groups = static_cast<std::size_t>(decoder.shape[0]);
    tensor.entries = static_cast<std::size_t>(decoder.shape[1]);
    return tensor;
  }

  const std::string& file_;
  const std::vector<TensorExtent>& extents_;
  std::map<std::string, std::size_t> index_;
};

/// Codes [first, first + count) of a stream of `bits` each, least significant bits first.
void unpack(std::span<const std::byte> bytes, int bits, std::size_t first, std::size_t count,
            std::uint8_t* codes) {
  const auto mask = static_cast<unsigned>((1 << bits) - 1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bit = (first + i) * static_cast<std::size_t>(bits);
    unsigned window = std::to_integer<unsigned>(bytes[bit / 8]);
    if (bit / 8 + 1 < bytes.size()) window |= std::to_integer<unsigned>(bytes[bit / 8 + 1]) << 8;
    codes[i] = static_cast<std::uint8_t>((window >> (bit % 8)) & mask);
  }
}

std::vector<float> floats_of(std::span<const std::byte> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

void decode_linear(std::span<const std::byte> codes, const std::vector<float>& scales,
                   std::vector<float>& values) {
  const std::size_t part = values.size() / scales.size();
  for (std::size_t p = 0; p < scales.size(); ++p) {
    const std::byte* from = codes.data() + p * part;
    float* to = values.data() + p * part;
    for (std::size_t i = 0; i < part; ++i) {
      to[i] = static_cast<float>(static_cast<std::int8_t>(from[i])) * scales[p];
    }
  }
}

std::optional<std::string> decode_palette(const CodedTensor& tensor,
                                          std::span<const std::byte> bytes,
                                          const std::vector<float>& tables,
                                          std::vector<float>& values) {
  constexpr std::size_t kAtOnce = 4096;
  const int bits = row_of(tensor.coding).bits;
  const std::size_t group = values.size() / tensor.groups;
  std::array<std::uint8_t, kAtOnce> unpacked;
  for (std::size_t g = 0; g < tensor.groups; ++g) {
    // Room for any code, so that lookups need no check of their own.
    std::array<float, 256> table{};
    std::copy_n(tables.data() + g * tensor.entries, tensor.entries, table.data());
    for (std::size_t done = 0; done < group; done += kAtOnce) {
      const std::size_t count = std::min(kAtOnce, group - done);
      const std::size_t first = g * group + done;
      const std::uint8_t* codes = unpacked.data();
      if (bits == 8) {
        codes = reinterpret_cast<const std::uint8_t*>(bytes.data()) + first;
      } else {
        unpack(bytes, bits, first, count, unpacked.data());
      }
      std::uint8_t largest = 0;
      for (std::size_t i = 0; i < count; ++i) {
        largest = std::max(largest, codes[i]);
        values[first + i] = table[codes[i]];
      }
      if (largest >= tensor.entries) {
        const auto* at = std::find_if(codes, codes + count,
                                      [&](std::uint8_t code) { return code >= tensor.entries; });
        return "has code " + std::to_string(*at) + " (number " +
               std::to_string(first + static_cast<std::size_t>(at - codes)) +
               ") beyond its table of " + std::to_string(tensor.entries);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

const CodingRow& row_of(Coding coding) { return kCodings[static_cast<std::size_t>(coding)]; }

std::optional<Coding> coding_from_string(std::string_view name) {
  for (const CodingRow& row : kCodings) {
    if (row.name == name) return row.coding;
  }
  return std::nullopt;
}

bool is_palette(Coding coding) { return row_of(coding).suffix == ".lut"; }

std::size_t code_bytes(Coding coding, std::size_t values) {
  return (values * static_cast<std::size_t>(row_of(coding).bits) + 7) / 8;
}

CodedTensors read_codings(const std::string& file,
                          const std::map<std::string, std::string>& metadata,
                          const std::vector<TensorExtent>& extents) {
  const auto entry = metadata.find(std::string(kQuantizationKey));
  if (entry == metadata.end()) return {};
  return CodingsReader(file, extents).read(entry->second);
}

std::string codings_to_metadata(const CodedTensors& tensors) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, tensor] : tensors) {
    json[name] = {{"coding", row_of(tensor.coding).name}, {"shape", tensor.shape}};
  }
  return json.dump();
}

std::optional<std::string> decode(const CodedTensor& tensor, std::span<const std::byte> codes,
                                  std::span<const std::byte> decoder, std::vector<float>& values) {
  std::size_t count = 1;
  for (const std::int64_t extent : tensor.shape) count *= static_cast<std::size_t>(extent);
  const int bits = row_of(tensor.coding).bits;
  if (const int spare = static_cast<int>(codes.size() * 8 - count * static_cast<std::size_t>(bits));
      spare > 0 && (std::to_integer<unsigned>(codes.back()) >> (8 - spare)) != 0) {
    return "has bits set behind its last code";
  }
  const std::vector<float> decoding = floats_of(decoder);
  for (std::size_t i = 0; i < decoding.size(); ++i) {
    // A code's value must be finite too, which a scale near the largest float is not enough for.
    constexpr float kLargestCode = 128;
    const float most = is_palette(tensor.coding) ? decoding[i] : decoding[i] * kLargestCode;
    if (!std::isfinite(most)) {
      return std::string("has a ") + (is_palette(tensor.coding) ? "table entry" : "scale") +
             " that is not finite (number " + std::to_string(i) + ")";
    }
  }
  values.resize(count);
  if (is_palette(tensor.coding)) return decode_palette(tensor, codes, decoding, values);
  decode_linear(codes, decoding, values);
  return std::nullopt;
}

std::vector<std::byte> pack_codes(Coding coding, std::span<const std::uint8_t> codes) {
  std::vector<std::byte> bytes(code_bytes(coding, codes.size()));
  const auto bits = static_cast<std::size_t>(row_of(coding).bits);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t bit = i * bits;
    const unsigned window = static_cast<unsigned>(codes[i]) << (bit % 8);
    bytes[bit / 8] |= static_cast<std::byte>(window & 0xff);
    if (bit / 8 + 1 < bytes.size()) bytes[bit / 8 + 1] |= static_cast<std::byte>(window >> 8);
  }
  return bytes;
}

}  // namespace diarist::model
