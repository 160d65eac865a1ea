#include "modeltools/npz.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "diarist/error.hpp"

#include "model/half.hpp"
#include "model/read_whole.hpp"
#include "modeltools/printable.hpp"

namespace diarist::modeltools {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are kept little-endian");

// Far above any array of a model, and low enough that a hostile header cannot exhaust the memory.
constexpr std::uint64_t kMaxArrayBytes = std::uint64_t{1} << 32;
constexpr std::size_t kMaxRank = 32;  // NumPy's own limit.

constexpr std::array<std::string_view, 12> kTypes = {"f8", "f4", "f2", "i8", "i4", "i2",
                                                     "i1", "u8", "u4", "u2", "u1", "b1"};

[[noreturn]] void corrupt(const std::string& name, std::string problem, std::string advice = {}) {
  throw Error(ErrorCode::corrupt_model, name, std::move(problem), std::move(advice));
}

std::size_t item_bytes(std::string_view dtype) { return static_cast<std::size_t>(dtype[1] - '0'); }

/// Reads the header's Python literal: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderReader {
 public:
  HeaderReader(const std::string& name, std::string_view text) : name_(name), text_(text) {}

  void read(std::string& descr, bool& fortran_order, std::vector<std::int64_t>& shape) {
    bool has_descr = false;
    bool has_order = false;
    bool has_shape = false;
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !has_descr) {
        descr = quoted();
        has_descr = true;
      } else if (key == "fortran_order" && !has_order) {
        fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        shape = tuple();
        has_shape = true;
      } else {
        bad();
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (position_ != text_.size() || !has_descr || !has_order || !has_shape) bad();
  }

 private:
  [[noreturn]] void bad() const { corrupt(name_, "has an array header that cannot be read"); }

  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) {
      ++position_;
    }
  }
  bool take(char c) {
    skip_spaces();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) bad();
  }
  std::string quoted() {
    const char quote = take('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t end = text_.find(quote, position_);
    if (end == std::string_view::npos) bad();
    std::string value(text_.substr(position_, end - position_));
    position_ = end + 1;
    return value;
  }
  bool boolean() {
    skip_spaces();
    for (const std::string_view word : {"True", "False"}) {
      if (text_.substr(position_).starts_with(word)) {
        position_ += word.size();
        return word == "True";
      }
    }
    bad();
  }
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> values;
    expect('(');
    while (!take(')')) {
      if (values.size() == kMaxRank) bad();
      values.push_back(integer());
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return values;
  }
  std::int64_t integer() {
    skip_spaces();
    const std::size_t start = position_;
    std::int64_t value = 0;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
      if (position_ - start == 15) bad();  // No array has 10^15 values; keeps `value` in range.
      value = value * 10 + (text_[position_++] - '0');
    }
    if (position_ == start) bad();
    return value;
  }

  const std::string& name_;
  std::string_view text_;
  std::size_t position_ = 0;
};

/// Calls `visit(T value)` for each value of the array, T being its own type.
template <typename T, typename Visit>
void each_as(const NpyArray& array, Visit&& visit) {
  const std::size_t n = array.bytes.size() / sizeof(T);
  for (std::size_t i = 0; i < n; ++i) {
    T value;
    std::memcpy(&value, array.bytes.data() + i * sizeof(T), sizeof(T));
    visit(value);
  }
}

template <typename Visit>
void each(const NpyArray& array, Visit&& visit) {
  const std::string& type = array.dtype;
  if (type == "f8") return each_as<double>(array, visit);
  if (type == "f4") return each_as<float>(array, visit);
  if (type == "f2") {
    return each_as<std::uint16_t>(array,
                                  [&](std::uint16_t half) { visit(model::half_to_float(half)); });
  }
  if (type == "i8") return each_as<std::int64_t>(array, visit);
  if (type == "i4") return each_as<std::int32_t>(array, visit);
  if (type == "i2") return each_as<std::int16_t>(array, visit);
  if (type == "i1") return each_as<std::int8_t>(array, visit);
  if (type == "u8") return each_as<std::uint64_t>(array, visit);
  if (type == "u4") return each_as<std::uint32_t>(array, visit);
  if (type == "u2") return each_as<std::uint16_t>(array, visit);
  if (type == "u1" || type == "b1") return each_as<std::uint8_t>(array, visit);
  throw Error(ErrorCode::invalid_argument, "array", "has the unknown type '" + type + "'");
}

template <typename T>
std::vector<T> converted(const NpyArray& array) {
  std::vector<T> values;
  values.reserve(array.size());
  each(array, [&](auto value) { values.push_back(static_cast<T>(value)); });
  return values;
}

}  // namespace

std::size_t NpyArray::size() const {
  std::size_t n = 1;
  for (const std::int64_t extent : shape) n *= static_cast<std::size_t>(extent);
  return n;
}

std::vector<double> NpyArray::doubles() const { return converted<double>(*this); }

std::vector<float> NpyArray::floats() const { return converted<float>(*this); }

std::vector<std::int64_t> NpyArray::int64s() const {
  std::vector<std::int64_t> values;
  values.reserve(size());
  each(*this, [&](auto value) {
    if constexpr (std::is_floating_point_v<decltype(value)>) {
      throw Error(ErrorCode::invalid_argument, "array",
                  "holds floats ('" + dtype + "') where integers are wanted");
    } else {
      if (!std::in_range<std::int64_t>(value)) {
        throw Error(ErrorCode::invalid_argument, "array", "holds a value beyond int64");
      }
      values.push_back(static_cast<std::int64_t>(value));
    }
  });
  return values;
}

NpyArray parse_npy(const std::string& name, std::span<const std::byte> bytes) {
  static constexpr std::string_view kMagic = "\x93NUMPY";
  constexpr std::size_t kVersionEnd = 8;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  if (bytes.size() < kVersionEnd || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    corrupt(name, "is not a NumPy array");
  }
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) {
    corrupt(name, "has NumPy format version " + std::to_string(version) + ", expected 1 to 3");
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  if (bytes.size() < kVersionEnd + length_bytes) corrupt(name, "is truncated in its header");
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length |= byte(kVersionEnd + i) << (8 * i);
  const std::size_t header_start = kVersionEnd + length_bytes;
  if (length > bytes.size() - header_start) corrupt(name, "is truncated in its header");

  NpyArray array;
  std::string descr;
  bool fortran_order = false;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + header_start, length);
  HeaderReader(name, text).read(descr, fortran_order, array.shape);
  if (descr.size() != 3 || (descr[0] != '<' && descr[0] != '|') ||
      std::find(kTypes.begin(), kTypes.end(), descr.substr(1)) == kTypes.end()) {
    corrupt(name, "has values of type '" + descr + "'",
            "plain little-endian numbers are read: '<f8', '<f4', '<i8' and the like");
  }
  array.dtype = descr.substr(1);
  if (fortran_order) {
    corrupt(name, "is in Fortran order", "save it through numpy.ascontiguousarray");
  }

  const std::size_t data_start = header_start + length;
  std::uint64_t expected = item_bytes(array.dtype);
  for (const std::int64_t extent : array.shape) {
    if (extent != 0 && expected > kMaxArrayBytes / static_cast<std::uint64_t>(extent)) {
      corrupt(name, "claims a shape beyond any model's");
    }
    expected *= static_cast<std::uint64_t>(extent);
  }
  if (expected != bytes.size() - data_start) {
    corrupt(name, "holds " + std::to_string(bytes.size() - data_start) +
                      " bytes of values where its shape needs " + std::to_string(expected));
  }
  array.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(data_start), bytes.end());
  return array;
}

NpyArray read_npy(const std::filesystem::path& file) {
  return parse_npy(file.string(), model::read_whole(file, kMaxArrayBytes));
}

std::map<std::string, NpyArray> arrays_of(const ZipArchive& archive) {
  std::map<std::string, NpyArray> arrays;
  for (std::size_t i = 0; i < archive.members().size(); ++i) {
    std::string member = archive.members()[i].name;
    if (!member.ends_with(".npy")) {
      corrupt(archive.name(), "holds '" + printable(member) + "', which is not a NumPy array");
    }
    member.resize(member.size() - 4);
    const std::string name = archive.name() + ": array '" + printable(member) + "'";
    if (!arrays.emplace(member, parse_npy(name, archive.unpack(i, name))).second) {
      corrupt(name, "occurs twice");
    }
  }
  return arrays;
}

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file) {
  return arrays_of(ZipArchive(file));
}

}  // namespace diarist::modeltools
