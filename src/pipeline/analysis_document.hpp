// Analyses as bytes: a tag, what it is of, values as they lie in memory (little-endian), and a
// digest of all that at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/digest.hpp"
#include "pipeline/analysis_stream.hpp"

namespace diarist::pipeline {

/// To a stream as it comes, and into the digest that ends it: a day's analysis is not held twice.
/// Not safe to share.
class AnalysisWriter {
 public:
  explicit AnalysisWriter(std::ostream& out) : out_(out) {}

  template <typename Value>
  void value(const Value& value) {
    static_assert(std::is_arithmetic_v<Value>);
    put(std::as_bytes(std::span(&value, 1)));
  }
  template <typename Value>
  void list(const std::vector<Value>& values) {
    value(static_cast<std::uint64_t>(values.size()));
    put(std::as_bytes(std::span(values)));
  }
  /// A tag, which the reader has to expect.
  void tag(std::string_view text) { put(std::as_bytes(std::span(text))); }
  void text(std::string_view text) {
    value(static_cast<std::uint64_t>(text.size()));
    tag(text);
  }
  void analysis(const Analysis& analysis);
  /// Ends it. Whether all of it could be written, the stream says.
  void finish() { out_ << digest_.hex(); }

 private:
  void put(std::span<const std::byte> bytes);

  std::ostream& out_;
  Digest digest_;
};

/// What a writer wrote. Every read is checked against what is there; after one that is not, all
/// fail, and give nothing. Not safe to share.
class AnalysisReader {
 public:
  /// `size`: bytes of `in`, from where it stands.
  AnalysisReader(std::istream& in, std::uintmax_t size);

  template <typename Value>
  Value value() {
    static_assert(std::is_arithmetic_v<Value>);
    Value value{};
    read(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
  template <typename Value>
  std::vector<Value> list() {
    const auto count = value<std::uint64_t>();
    sound_ = sound_ && count <= left_ / sizeof(Value);
    if (!sound_) return {};
    std::vector<Value> values(count);
    read(std::as_writable_bytes(std::span(values)));
    return values;
  }
  bool tag(std::string_view expected);
  std::string text();
  Analysis analysis();
  std::uintmax_t left() const { return left_; }
  /// Nothing was missing, nothing is left but the digest, and that is right. Once, at the end.
  bool finish();

 private:
  void read(std::span<std::byte> into);

  std::istream& in_;
  std::uintmax_t left_ = 0;
  bool sound_ = false;
  Digest digest_;
};

}  // namespace diarist::pipeline
