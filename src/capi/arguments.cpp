#include "capi/arguments.hpp"

namespace diarist::capi {

void check_pointer(const void* pointer, const char* argument) {
  if (pointer == nullptr) throw Failure(DIARIST_NULL_ARGUMENT, argument, "is NULL");
}

const char* checked_text(const char* text, const char* argument) {
  check_pointer(text, argument);
  if (*text == '\0') throw Failure(DIARIST_INVALID_ARGUMENT, argument, "is empty");
  return text;
}

std::filesystem::path checked_path(const char* path, const char* argument) {
  return checked_text(path, argument);
}

std::vector<std::string> checked_texts(const char* const* texts, std::size_t count,
                                       const char* argument) {
  std::vector<std::string> all;
  for (const char* text : checked_array(texts, count, argument)) {
    all.emplace_back(checked_text(text, argument));
  }
  return all;
}

void checked_count(std::size_t samples) {
  // Windows are counted in int, one a second.
  constexpr std::size_t kMost = std::size_t{16000} * std::numeric_limits<int>::max();
  if (samples > kMost) {
    throw Failure(DIARIST_INVALID_ARGUMENT, "sample_count = " + std::to_string(samples),
                  "is more than a recording can have");
  }
}

std::size_t checked_product(std::size_t rows, std::size_t columns, const char* argument) {
  if (columns != 0 && rows > std::numeric_limits<std::size_t>::max() / columns) {
    throw Failure(DIARIST_INVALID_ARGUMENT, argument,
                  "are " + std::to_string(rows) + " x " + std::to_string(columns) +
                      " values, more than memory can hold");
  }
  return rows * columns;
}

void check_size(std::size_t size, std::size_t known, const char* type) {
  if (size == known) return;
  throw Failure(DIARIST_WRONG_SIZE, std::string(type) + ".size",
                "is " + std::to_string(size) + ", and the struct is " + std::to_string(known),
                size > known ? "set it, or take the library that belongs to the header"
                             : "set it to the struct's sizeof, or call its _init function");
}

std::size_t checked_index(std::size_t index, std::size_t count, const char* what) {
  if (index < count) return index;
  throw Failure(
      DIARIST_INVALID_ARGUMENT, "index",
      "is " + std::to_string(index) + ", and there are " + std::to_string(count) + " " + what);
}

bool fits(std::size_t needed, const void* buffer, std::size_t capacity, std::size_t* told,
          const char* argument) {
  if (told != nullptr) *told = needed;
  if (buffer == nullptr && capacity == 0) return false;
  check_pointer(buffer, argument);
  if (capacity >= needed) return true;
  throw Failure(
      DIARIST_BUFFER_TOO_SMALL, argument,
      "holds " + std::to_string(capacity) + ", and " + std::to_string(needed) + " are needed");
}

void fill_text(std::string_view text, char* buffer, std::size_t capacity, std::size_t* told,
               const char* argument) {
  if (told != nullptr) *told = text.size();
  if (!fits(text.size() + 1, buffer, capacity, nullptr, argument)) return;
  std::copy(text.begin(), text.end(), buffer);
  buffer[text.size()] = '\0';
}

}  // namespace diarist::capi
