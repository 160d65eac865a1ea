// NumPy arrays in and out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <span>
#include <vector>

namespace diarist::python {

/// What the Python side has made ready: float32, in order, in the processor's memory. Not copied.
using Floats = nanobind::ndarray<const float, nanobind::c_contig, nanobind::device::cpu>;
using Bytes = nanobind::ndarray<const std::uint8_t, nanobind::c_contig, nanobind::device::cpu>;

inline std::span<const float> span_of(const Floats& array) { return {array.data(), array.size()}; }

/// An array over `values`, which it takes and owns. Row-major.
nanobind::object array_of(std::vector<float> values, std::initializer_list<std::size_t> shape);
nanobind::object array_of(std::vector<std::uint8_t> values,
                          std::initializer_list<std::size_t> shape);
nanobind::object array_of(std::vector<int> values, std::initializer_list<std::size_t> shape);

}  // namespace diarist::python
