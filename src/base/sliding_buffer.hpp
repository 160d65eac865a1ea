// The part of an endless sequence that is still needed.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace diarist {

/// Rows of `width` values, addressed by their place in the whole sequence: appended at the end,
/// dropped from the front. Pointers last until the next append.
template <typename T>
class SlidingBuffer {
 public:
  /// `begin`: the place of the first row.
  explicit SlidingBuffer(int width = 1, std::int64_t begin = 0)
      : width_(static_cast<std::size_t>(width)), begin_(begin) {}

  std::int64_t begin() const { return begin_; }
  std::int64_t end() const {
    return begin_ + static_cast<std::int64_t>((values_.size() - dropped_) / width_);
  }

  /// Room for `rows` more at the end, contents undefined; returns where they start.
  T* grow(std::int64_t rows) {
    // Moving what is kept costs as much as it frees: only once the front is the larger part.
    if (dropped_ > values_.size() / 2) {
      values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(dropped_));
      dropped_ = 0;
    }
    const std::size_t old = values_.size();
    values_.resize(old + static_cast<std::size_t>(rows) * width_);
    return values_.data() + old;
  }

  const T* row(std::int64_t index) const {
    assert(index >= begin_ && index <= end());
    return values_.data() + dropped_ + static_cast<std::size_t>(index - begin_) * width_;
  }

  T* row(std::int64_t index) { return const_cast<T*>(std::as_const(*this).row(index)); }

  /// Everything before `index` is no longer needed.
  void drop_before(std::int64_t index) {
    if (index <= begin_) return;
    assert(index <= end());
    dropped_ += static_cast<std::size_t>(index - begin_) * width_;
    begin_ = index;
  }

 private:
  std::size_t width_;
  std::int64_t begin_;
  std::size_t dropped_ = 0;  // values before begin_ that are still stored
  std::vector<T> values_;
};

}  // namespace diarist
