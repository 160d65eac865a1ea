// The entry of a pack's metadata that says which tensors are codes.
#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

#include "model/coding.hpp"

namespace diarist::model {
namespace {

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

}  // namespace

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

}  // namespace diarist::model
