#include "modeltools/tensor_values.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "diarist/error.hpp"

#include "model/half.hpp"

namespace diarist::modeltools {
namespace {

static_assert(std::endian::native == std::endian::little, "storages are read as they are");

constexpr std::size_t kMaxRank = 8;
constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 40;

/// Calls `visit` with the index of each value, the last axis fastest.
template <typename Visit>
void each_index(const StridedView& view, Visit&& visit) {
  const std::size_t rank = view.shape.size();
  std::vector<std::int64_t> place(rank, 0);
  std::int64_t index = view.offset;
  for (std::size_t n = view.size(); n > 0; --n) {
    visit(static_cast<std::size_t>(index));
    for (std::size_t axis = rank; axis-- > 0;) {
      index += view.strides[axis];
      if (++place[axis] < view.shape[axis]) break;
      index -= view.strides[axis] * view.shape[axis];
      place[axis] = 0;
    }
  }
}

template <typename Stored, typename Convert>
std::vector<double> gather(std::span<const std::byte> bytes, const StridedView& view,
                           Convert convert) {
  std::vector<double> values;
  values.reserve(view.size());
  each_index(view, [&](std::size_t index) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + index * sizeof(Stored), sizeof(Stored));
    values.push_back(static_cast<double>(convert(stored)));
  });
  return values;
}

}  // namespace

std::size_t StridedView::size() const {
  std::size_t n = 1;
  for (const std::int64_t extent : shape) n *= static_cast<std::size_t>(extent);
  return n;
}

bool StridedView::fits(std::uint64_t storage_values) const {
  if (shape.size() > kMaxRank || strides.size() != shape.size() || offset < 0) return false;
  std::uint64_t count = 1;
  std::uint64_t last = static_cast<std::uint64_t>(offset);
  bool empty = false;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0 || strides[axis] < 0) return false;
    const auto extent = static_cast<std::uint64_t>(shape[axis]);
    const auto stride = static_cast<std::uint64_t>(strides[axis]);
    if (extent == 0) {
      empty = true;
      continue;
    }
    if (extent > kMaxValues / count) return false;
    count *= extent;
    if (stride > kMaxValues || (extent - 1) * stride > kMaxValues) return false;
    last += (extent - 1) * stride;
  }
  if (last > kMaxValues * (kMaxRank + 1)) return false;
  return empty || (last < storage_values && count <= storage_values);
}

std::vector<double> finite_doubles(const std::string& file, const std::string& tensor,
                                   model::DataType type, std::span<const std::byte> bytes,
                                   const StridedView& view) {
  std::vector<double> values;
  switch (type) {
    case model::DataType::f64:
      values = gather<double>(bytes, view, [](double v) { return v; });
      break;
    case model::DataType::f32:
      values = gather<float>(bytes, view, [](float v) { return v; });
      break;
    case model::DataType::f16:
      values = gather<std::uint16_t>(bytes, view, model::half_to_float);
      break;
    case model::DataType::bf16:
      values = gather<std::uint16_t>(bytes, view, model::bfloat_to_float);
      break;
    default:
      throw Error(ErrorCode::wrong_model, file,
                  "tensor '" + tensor + "' is stored as " + std::string(to_string(type)) +
                      ", which holds no weights that can be read",
                  "expected floats of 64, 32 or 16 bits");
  }
  check_finite(file, tensor, values);
  return values;
}

void check_finite(const std::string& file, const std::string& tensor,
                  const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    throw Error(
        ErrorCode::corrupt_model, file,
        "tensor '" + tensor + "' has a value that is not finite (number " + std::to_string(i) + ")",
        "fetch or make the file anew");
  }
}

}  // namespace diarist::modeltools
