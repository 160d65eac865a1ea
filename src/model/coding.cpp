#include "model/coding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace diarist::model {
namespace {

constexpr std::array<CodingRow, 4> kCodings = {{
    {Coding::linear8, "linear8", 8, DataType::i8, ".scale"},
    {Coding::palette8, "palette8", 8, DataType::u8, ".lut"},
    {Coding::palette6, "palette6", 6, DataType::u8, ".lut"},
    {Coding::palette4, "palette4", 4, DataType::u8, ".lut"},
}};

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
