// Arguments of the C interface, checked: pointers, structs, arrays, names, the caller's buffers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capi/failure.hpp"

namespace diarist::capi {

/// Throws Failure where `pointer` is NULL.
void check_pointer(const void* pointer, const char* argument);

/// A place for a result, which is NULL until there is one.
template <class Handle>
void check_result(Handle** place, const char* argument) {
  check_pointer(static_cast<const void*>(place), argument);
  *place = nullptr;
}

/// Throws Failure where it is NULL or empty.
const char* checked_text(const char* text, const char* argument);
std::filesystem::path checked_path(const char* path, const char* argument);
std::vector<std::string> checked_texts(const char* const* texts, std::size_t count,
                                       const char* argument);

/// Throws Failure for more samples than a recording can have.
void checked_count(std::size_t samples);

/// [count] values; throws Failure where they are NULL though there are some, or more than memory
/// can hold.
template <class Value>
std::span<const Value> checked_array(const Value* values, std::size_t count, const char* argument) {
  if (count == 0) return {};
  check_pointer(values, argument);
  if (count >
      static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(Value)) {
    throw Failure(DIARIST_INVALID_ARGUMENT, argument,
                  "are " + std::to_string(count) + ", more than memory can hold");
  }
  return {values, count};
}

/// rows * columns; throws Failure where that overflows.
std::size_t checked_product(std::size_t rows, std::size_t columns, const char* argument);

/// Throws Failure: `size` is not that of `type`.
void check_size(std::size_t size, std::size_t known, const char* type);

/// For the _init functions: `value` into the caller's struct. There is one version of each struct
/// as yet, so that only its own size will do.
template <class Struct>
void give(Struct* to, std::size_t size, Struct value, const char* type) {
  check_pointer(to, type);
  check_size(size, sizeof(Struct), type);
  value.size = size;
  *to = value;
}

/// For structs that come out: the caller has set their size.
template <class Struct>
void give(Struct* to, Struct value, const char* type) {
  check_pointer(to, type);
  give(to, to->size, value, type);
}

/// A struct that goes in, or `otherwise` for NULL.
template <class Struct>
Struct taken(const Struct* from, Struct otherwise, const char* type) {
  if (from == nullptr) return otherwise;
  check_size(from->size, sizeof(Struct), type);
  return *from;
}

/// The index of an element of `count`; throws Failure beyond.
std::size_t checked_index(std::size_t index, std::size_t count, const char* what);

/// Whether there is a buffer to fill with `needed` values; tells `told`, unless that is NULL, how
/// many there are. Throws Failure where they do not fit.
bool fits(std::size_t needed, const void* buffer, std::size_t capacity, std::size_t* told,
          const char* argument);

/// Fills the caller's buffer, as fits() says.
template <class Value>
void fill(std::span<const Value> values, Value* buffer, std::size_t capacity, std::size_t* told,
          const char* argument) {
  if (fits(values.size(), buffer, capacity, told, argument)) {
    std::copy(values.begin(), values.end(), buffer);
  }
}

/// The same for text and its final zero, which `told` does not count.
void fill_text(std::string_view text, char* buffer, std::size_t capacity, std::size_t* told,
               const char* argument);

}  // namespace diarist::capi
