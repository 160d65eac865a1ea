#include "python/arrays.hpp"

#include <memory>
#include <utility>

namespace diarist::python {
namespace nb = nanobind;
namespace {

template <class Value>
nb::object owned(std::vector<Value> values, std::initializer_list<std::size_t> shape) {
  auto kept = std::make_unique<std::vector<Value>>(std::move(values));
  // An empty vector may have no memory, and an array without any is none.
  if (kept->capacity() == 0) kept->reserve(1);
  Value* data = kept->data();
  const nb::capsule owner(
      kept.get(), [](void* vector) noexcept { delete static_cast<std::vector<Value>*>(vector); });
  kept.release();
  return nb::cast(nb::ndarray<nb::numpy, Value>(data, shape.size(), std::data(shape), owner));
}

}  // namespace

nb::object array_of(std::vector<float> values, std::initializer_list<std::size_t> shape) {
  return owned(std::move(values), shape);
}
nb::object array_of(std::vector<std::uint8_t> values, std::initializer_list<std::size_t> shape) {
  return owned(std::move(values), shape);
}
nb::object array_of(std::vector<int> values, std::initializer_list<std::size_t> shape) {
  return owned(std::move(values), shape);
}

}  // namespace diarist::python
