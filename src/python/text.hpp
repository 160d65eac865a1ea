// Strings between C++, where file names are bytes, and Python, where they are text.
#pragma once

#include <filesystem>
#include <nanobind/nanobind.h>
#include <string>
#include <string_view>

namespace diarist::python {

/// As os.fsdecode: bytes that are no UTF-8 come through as surrogates, and back by path_of().
inline nanobind::object text(std::string_view bytes) {
  return nanobind::steal(
      PyUnicode_DecodeFSDefaultAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

/// `encoded`: what os.fsencode gave.
inline std::string bytes_of(const nanobind::bytes& encoded) {
  return {encoded.c_str(), encoded.size()};
}
inline std::filesystem::path path_of(const nanobind::bytes& encoded) { return bytes_of(encoded); }

}  // namespace diarist::python
