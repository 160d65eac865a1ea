#include "model/pack.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <set>
#include <type_traits>
#include <utility>

#include "diarist/error.hpp"

#include "base/digest.hpp"
#include "model/half.hpp"
#include "model/read_whole.hpp"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace diarist::model {
namespace {

static_assert(std::endian::native == std::endian::little, "packs are little-endian");

// A hundred times our pack: a guard against a wrong file, not a limit of the format.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;

/// Converts values of type Stored by `convert`. False where one of them is not finite.
template <typename Stored, typename Value, typename Convert>
bool convert_all(std::span<const std::byte> bytes, std::vector<Value>& values, Convert convert) {
  const std::size_t n = bytes.size() / sizeof(Stored);
  values.resize(n);
  const std::byte* from = bytes.data();
  Value* to = values.data();
  for (std::size_t i = 0; i < n; ++i) {
    Stored stored;
    std::memcpy(&stored, from + i * sizeof(Stored), sizeof(Stored));
    to[i] = static_cast<Value>(convert(stored));
  }
  // All exponent bits set is an infinity or a NaN. A pass of its own, without branches, vectorises.
  using Bits = std::conditional_t<sizeof(Value) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits kExponent = std::bit_cast<Bits>(std::numeric_limits<Value>::infinity());
  Bits bad = 0;
  for (std::size_t i = 0; i < n; ++i) {
    bad |= static_cast<Bits>((std::bit_cast<Bits>(to[i]) & kExponent) == kExponent);
  }
  return bad == 0;
}

template <typename Value>
bool convert_tensor(DataType type, std::span<const std::byte> bytes, std::vector<Value>& values) {
  switch (type) {
    case DataType::f64:
      return convert_all<double>(bytes, values, [](double v) { return v; });
    case DataType::f32:
      return convert_all<float>(bytes, values, [](float v) { return v; });
    case DataType::f16:
      return convert_all<std::uint16_t>(bytes, values,
                                        [](std::uint16_t v) { return half_to_float(v); });
    default:
      return convert_all<std::uint16_t>(bytes, values,
                                        [](std::uint16_t v) { return bfloat_to_float(v); });
  }
}

}  // namespace

std::shared_ptr<const Pack> Pack::read(const std::filesystem::path& file) {
  return parse(file.string(), read_whole(file, kMaxFileBytes));
}

std::shared_ptr<const Pack> Pack::parse(std::string name, std::vector<std::byte> bytes) {
  return std::shared_ptr<const Pack>(new Pack(std::move(name), std::move(bytes), {}));
}

std::shared_ptr<const Pack> Pack::parse_static(std::string name, std::span<const std::byte> bytes) {
  return std::shared_ptr<const Pack>(new Pack(std::move(name), {}, bytes));
}

Pack::Pack(std::string name, std::vector<std::byte> owned, std::span<const std::byte> borrowed)
    : name_(std::move(name)),
      owned_(std::move(owned)),
      bytes_(borrowed.empty() ? std::span<const std::byte>(owned_) : borrowed) {
  SafetensorsHeader header = read_safetensors_header(name_, bytes_);
  metadata_ = std::move(header.metadata);
  extents_ = std::move(header.tensors);
  coded_ = read_codings(name_, metadata_, extents_);
  std::set<std::size_t> decoders;
  for (const auto& [tensor, coded] : coded_) decoders.insert(coded.decoder);
  for (std::size_t i = 0; i < extents_.size(); ++i) {
    if (decoders.contains(i)) continue;
    const TensorExtent& extent = extents_[i];
    TensorInfo info{extent.name, std::string(to_string(extent.type)), extent.shape,
                    static_cast<std::int64_t>(extent.end - extent.begin), ""};
    if (const CodedTensor* coded = this->coded(extent.name)) {
      const TensorExtent& decoder = extents_[coded->decoder];
      info.shape = coded->shape;
      info.bytes += static_cast<std::int64_t>(decoder.end - decoder.begin);
      info.coding = row_of(coded->coding).name;
    }
    tensors_.push_back(std::move(info));
    index_.emplace(extent.name, i);
  }
}

bool Pack::contains(std::string_view tensor) const { return index_.contains(tensor); }

const TensorExtent& Pack::extent(std::string_view tensor) const {
  const auto found = index_.find(tensor);
  if (found == index_.end()) {
    throw Error(ErrorCode::wrong_model, name_, "has no tensor '" + std::string(tensor) + "'",
                "does the pack hold another network?");
  }
  return extents_[found->second];
}

const CodedTensor* Pack::coded(std::string_view tensor) const {
  const auto found = coded_.find(tensor);
  return found == coded_.end() ? nullptr : &found->second;
}

std::span<const std::byte> Pack::bytes_of(const TensorExtent& extent) const {
  return bytes_.subspan(extent.begin, extent.end - extent.begin);
}

const std::vector<std::int64_t>& Pack::shape(std::string_view tensor) const {
  const CodedTensor* coded = this->coded(tensor);
  return coded != nullptr ? coded->shape : extent(tensor).shape;
}

std::optional<Coding> Pack::coding(std::string_view tensor) const {
  if (const CodedTensor* coded = this->coded(tensor)) return coded->coding;
  static_cast<void>(extent(tensor));
  return std::nullopt;
}

bool Pack::holds_weights(std::string_view tensor) const {
  return coded(tensor) != nullptr || is_float(extent(tensor).type);
}

std::vector<StoredTensor> Pack::stored(std::string_view tensor) const {
  std::vector<StoredTensor> all;
  const auto add = [&](const TensorExtent& part) {
    all.push_back({part.name, part.type, part.shape, bytes_of(part)});
  };
  add(extent(tensor));
  if (const CodedTensor* coded = this->coded(tensor)) add(extents_[coded->decoder]);
  return all;
}

std::vector<float> Pack::decoded(const CodedTensor& tensor) const {
  const TensorExtent& codes = extents_[tensor.codes];
  std::vector<float> values;
  const auto problem = decode(tensor, bytes_of(codes), bytes_of(extents_[tensor.decoder]), values);
  if (problem) {
    throw Error(ErrorCode::corrupt_model, name_, "tensor '" + codes.name + "' " + *problem,
                "fetch or make the file anew");
  }
  return values;
}

DataType Pack::type(std::string_view tensor) const { return extent(tensor).type; }

template <typename Value>
std::vector<Value> Pack::values(std::string_view tensor,
                                const std::vector<std::int64_t>& expected_shape) const {
  const TensorExtent& found = extent(tensor);
  const std::string subject = "tensor '" + found.name + "' ";
  if (shape(tensor) != expected_shape) {
    throw Error(ErrorCode::wrong_model, name_,
                subject + "has shape " + shape_to_string(shape(tensor)) + ", expected " +
                    shape_to_string(expected_shape),
                "does the pack hold another network?");
  }
  if (const CodedTensor* coded = this->coded(tensor)) {
    std::vector<float> floats = decoded(*coded);
    if constexpr (std::is_same_v<Value, float>) {
      return floats;
    } else {
      return {floats.begin(), floats.end()};
    }
  }
  if (!is_float(found.type)) {
    throw Error(ErrorCode::wrong_model, name_,
                subject + "is stored as " + std::string(to_string(found.type)) +
                    ", which holds no weights that can be read",
                "expected F64, F32, F16 or BF16");
  }
  std::vector<Value> values;
  if (!convert_tensor(found.type, bytes_of(found), values)) {
    std::size_t at = 0;
    while (std::isfinite(values[at])) ++at;
    throw Error(ErrorCode::corrupt_model, name_,
                subject + "has a value that is not finite (number " + std::to_string(at) + ")",
                "fetch or make the file anew");
  }
  return values;
}

std::vector<float> Pack::floats(std::string_view tensor,
                                const std::vector<std::int64_t>& expected_shape) const {
  return values<float>(tensor, expected_shape);
}

std::vector<double> Pack::doubles(std::string_view tensor,
                                  const std::vector<std::int64_t>& expected_shape) const {
  return values<double>(tensor, expected_shape);
}

std::string Pack::digest() const {
  Digest digest;
  digest.add(bytes_);
  return digest.hex();
}

void Pack::release_pages() const {
#ifdef __linux__
  if (!owned_.empty()) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes_.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t end = (begin + bytes_.size()) / page * page;
  if (end > first) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
#endif
}

}  // namespace diarist::model
