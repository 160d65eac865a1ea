#include "model/safetensors.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

namespace diarist::model {
namespace {

constexpr std::size_t kLengthBytes = 8;
// Our packs' headers have about 30 KB; the format's own limit is 100 MB.
constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kMaxNameLength = 256;
// Keeps products of shapes below 2^63 with any type, and is larger than any file that we read.
constexpr std::uint64_t kMaxTensorBytes = std::uint64_t{1} << 48;

struct TypeRow {
  DataType type;
  std::string_view name;
  std::size_t bytes;
};
constexpr std::array<TypeRow, 13> kTypes = {{
    {DataType::f64, "F64", 8},
    {DataType::f32, "F32", 4},
    {DataType::f16, "F16", 2},
    {DataType::bf16, "BF16", 2},
    {DataType::i64, "I64", 8},
    {DataType::i32, "I32", 4},
    {DataType::i16, "I16", 2},
    {DataType::i8, "I8", 1},
    {DataType::u64, "U64", 8},
    {DataType::u32, "U32", 4},
    {DataType::u16, "U16", 2},
    {DataType::u8, "U8", 1},
    {DataType::boolean, "BOOL", 1},
}};

const TypeRow& row(DataType type) { return kTypes[static_cast<std::size_t>(type)]; }

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// Takes the JSON parser's events; holds the format's grammar and nothing more general, so that
/// depth, duplicates and value types are checked while reading. Depth 1 is the file's object, 2 a
/// tensor or the metadata, 3 a tensor's list of numbers.
class HeaderEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderEvents(std::string name) : name_(std::move(name)) {}

  SafetensorsHeader take() {
    SafetensorsHeader header;
    header.metadata = std::move(metadata_);
    for (auto& [name, tensor] : tensors_) header.tensors.push_back(std::move(tensor));
    return header;
  }

  bool start_object(std::size_t) override {
    if (depth_ == 0) {
      depth_ = 1;
    } else if (depth_ == 1) {
      depth_ = 2;
      if (!in_metadata_) seen_ = {};
    } else {
      bad("holds an object where none belongs");
    }
    return true;
  }

  bool end_object() override {
    if (depth_ == 2) {
      if (!in_metadata_ && !(seen_.type && seen_.shape && seen_.offsets)) {
        bad("lacks its dtype, shape or data_offsets");
      }
      in_metadata_ = false;
      tensor_ = nullptr;
    }
    --depth_;
    return true;
  }

  bool key(std::string& key) override {
    if (depth_ == 1) {
      begin_entry(key);
    } else if (in_metadata_) {
      key_ = key;
      if (!metadata_.emplace(key, std::string()).second) bad("has '" + printable(key) + "' twice");
    } else {
      bool* seen = key == "dtype"          ? &seen_.type
                   : key == "shape"        ? &seen_.shape
                   : key == "data_offsets" ? &seen_.offsets
                                           : nullptr;
      if (seen == nullptr) bad("has the unknown property '" + printable(key) + "'");
      if (*seen) bad("has '" + key + "' twice");
      *seen = true;
      key_ = key;
    }
    return true;
  }

  bool string(std::string& value) override {
    if (depth_ == 2 && in_metadata_) {
      metadata_[key_] = value;
      return true;
    }
    if (depth_ != 2 || key_ != "dtype") bad("holds a text where none belongs");
    const auto type = data_type_from_string(value);
    if (!type) bad("has the unknown type '" + printable(value) + "'");
    tensor_->type = *type;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || key_ == "dtype") bad("holds a list where none belongs");
    depth_ = 3;
    offsets_read_ = 0;
    return true;
  }

  bool end_array() override {
    if (key_ == "data_offsets" && offsets_read_ != 2) bad("needs two data_offsets");
    depth_ = 2;
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (depth_ != 3) bad("holds a number where none belongs");
    if (value > kMaxTensorBytes) bad("has " + std::to_string(value) + " in its " + key_);
    if (key_ == "shape") {
      if (tensor_->shape.size() == kMaxRank) bad("has more than eight axes");
      tensor_->shape.push_back(static_cast<std::int64_t>(value));
    } else {
      if (offsets_read_ == 2) bad("needs two data_offsets");
      (offsets_read_ == 0 ? tensor_->begin : tensor_->end) = static_cast<std::size_t>(value);
      ++offsets_read_;
    }
    return true;
  }

  bool number_integer(number_integer_t) override { bad("holds a negative number"); }
  bool number_float(number_float_t, const std::string&) override { bad("holds a fraction"); }
  bool null() override { bad("holds a null"); }
  bool boolean(bool) override { bad("holds a true or false"); }
  bool binary(nlohmann::json::binary_t&) override { bad("holds binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    throw Error(ErrorCode::corrupt_model, name_,
                "header is not JSON at byte " + std::to_string(kLengthBytes + position));
  }

 private:
  struct Seen {
    bool type = false;
    bool shape = false;
    bool offsets = false;
  };

  static std::string printable(std::string_view text) {
    std::string shown(text.substr(0, kMaxNameLength));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return shown;
  }

  [[noreturn]] void bad(const std::string& problem) const {
    const std::string where = in_metadata_         ? "metadata "
                              : tensor_ != nullptr ? "tensor '" + tensor_->name + "' "
                                                   : "header ";
    throw Error(ErrorCode::corrupt_model, name_, where + problem);
  }

  void begin_entry(const std::string& key) {
    if (key == "__metadata__") {
      if (std::exchange(had_metadata_, true)) bad("has __metadata__ twice");
      in_metadata_ = true;
      return;
    }
    if (key.empty() || key.size() > kMaxNameLength || !is_printable(key)) {
      bad("has the tensor name '" + printable(key) + "'; names are 1 to 256 printable characters");
    }
    const auto [entry, is_new] = tensors_.try_emplace(key);
    entry->second.name = key;
    tensor_ = &entry->second;
    if (!is_new) bad("occurs twice");
  }

  std::string name_;
  std::map<std::string, std::string> metadata_;
  std::map<std::string, TensorExtent> tensors_;
  int depth_ = 0;
  bool had_metadata_ = false;
  bool in_metadata_ = false;
  TensorExtent* tensor_ = nullptr;
  std::string key_;
  Seen seen_;
  int offsets_read_ = 0;
};

/// Checks each tensor's size, and that all of them together tile the data.
void check_extents(const std::string& name, std::vector<TensorExtent>& tensors,
                   std::size_t data_start, std::size_t file_size) {
  const auto bad = [&](const TensorExtent& tensor, const std::string& problem,
                       const std::string& advice = {}) {
    throw Error(ErrorCode::corrupt_model, name, "tensor '" + tensor.name + "' " + problem, advice);
  };
  std::vector<TensorExtent*> in_order;
  for (TensorExtent& tensor : tensors) {
    std::uint64_t bytes = bytes_per_value(tensor.type);
    for (const std::int64_t extent : tensor.shape) {
      const auto values = static_cast<std::uint64_t>(extent);
      if (values != 0 && bytes > kMaxTensorBytes / values) bad(tensor, "has an impossible shape");
      bytes *= values;
    }
    if (tensor.begin > tensor.end) bad(tensor, "ends before it begins");
    if (tensor.end - tensor.begin != bytes) {
      bad(tensor, "has " + std::to_string(tensor.end - tensor.begin) +
                      " bytes where its shape and type need " + std::to_string(bytes));
    }
    if (tensor.end > file_size - data_start) {
      bad(tensor,
          "lies beyond the end of the file (needs " + std::to_string(tensor.end + data_start) +
              " bytes, there are " + std::to_string(file_size) + ")",
          "the file is truncated; fetch or make it anew");
    }
    in_order.push_back(&tensor);
  }
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const TensorExtent* a, const TensorExtent* b) {
                     return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
                   });
  std::size_t covered = 0;
  for (TensorExtent* tensor : in_order) {
    if (tensor->begin < covered) bad(*tensor, "overlaps another tensor");
    if (tensor->begin > covered) bad(*tensor, "has unused bytes before it");
    covered = tensor->end;
    tensor->begin += data_start;
    tensor->end += data_start;
  }
  if (covered != file_size - data_start) {
    throw Error(ErrorCode::corrupt_model, name,
                "has " + std::to_string(file_size - data_start - covered) +
                    " bytes at its end that belong to no tensor");
  }
}

}  // namespace

std::string_view to_string(DataType type) { return row(type).name; }

std::optional<DataType> data_type_from_string(std::string_view name) {
  for (const TypeRow& candidate : kTypes) {
    if (candidate.name == name) return candidate.type;
  }
  return std::nullopt;
}

std::size_t bytes_per_value(DataType type) { return row(type).bytes; }

bool is_float(DataType type) {
  return type == DataType::f64 || type == DataType::f32 || type == DataType::f16 ||
         type == DataType::bf16;
}

std::string shape_to_string(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + "]";
}

SafetensorsHeader read_safetensors_header(const std::string& name,
                                          std::span<const std::byte> file_bytes) {
  const auto corrupt = [&](const std::string& problem, const std::string& advice) {
    throw Error(ErrorCode::corrupt_model, name, problem, advice);
  };
  if (file_bytes.size() < kLengthBytes) {
    corrupt("has " + std::to_string(file_bytes.size()) + " bytes, too few for safetensors",
            "the file is truncated; fetch or make it anew");
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::to_integer<std::uint64_t>(file_bytes[i]) << (8 * i);
  }
  if (length > kMaxHeaderBytes) {
    corrupt(
        "is not a safetensors file (its header would have " + std::to_string(length) + " bytes)",
        "a model pack is made by `diarist import`");
  }
  if (length > file_bytes.size() - kLengthBytes) {
    corrupt("is truncated in its header", "fetch or make it anew");
  }
  const std::string_view json(reinterpret_cast<const char*>(file_bytes.data()) + kLengthBytes,
                              static_cast<std::size_t>(length));
  // The format wants this, so that files of other kinds are told apart at once.
  if (!json.starts_with('{')) {
    corrupt("is not a safetensors file (its header is no JSON object)",
            "a model pack is made by `diarist import`");
  }
  HeaderEvents events(name);
  nlohmann::json::sax_parse(json.begin(), json.end(), &events);
  SafetensorsHeader header = events.take();
  check_extents(name, header.tensors, kLengthBytes + static_cast<std::size_t>(length),
                file_bytes.size());
  return header;
}

}  // namespace diarist::model
