#include "transcripts/json_document.hpp"

#include <utility>

#include "formats/json_events.hpp"
#include "formats/lines.hpp"
#include "formats/unicode.hpp"
#include "transcripts/json_layout.hpp"

namespace diarist::transcripts {
namespace {

/// No tool's schema needs more than seven.
constexpr std::size_t kMostDepth = 64;
/// A day of whisper.cpp's tokens has a quarter of it; a value takes about 100 bytes.
constexpr std::size_t kMostValues = std::size_t{1} << 24;

/// Bytes that are no UTF-8 stand as U+10FF80 to U+10FFFF, of the last private plane, while the
/// document is in memory. Only where a file has such bytes, so that those characters of a sound
/// file stay what they are.
constexpr std::string_view kShield = "\xF4\x8F";

std::string shield_of(unsigned char byte) {
  // The last twelve bits of the character: 0xF80 to 0xFFF.
  const unsigned low = 0xF00U + byte;
  return std::string(kShield) + static_cast<char>(0x80U | low >> 6U) +
         static_cast<char>(0x80U | (low & 0x3FU));
}

std::string shielded(std::string_view text) {
  std::string whole;
  whole.reserve(text.size() + 64);
  while (!text.empty()) {
    const std::size_t length = formats::sequence_length(text);
    whole += length ? std::string(text.substr(0, length))
                    : shield_of(static_cast<unsigned char>(text.front()));
    text.remove_prefix(length ? length : 1);
  }
  return whole;
}

/// Makes the tree of nlohmann's events (its interface names these functions).
class Builder : public formats::JsonEvents {
 public:
  Builder(std::string name, const formats::JsonPosition& position)
      : name_(std::move(name)), position_(position) {}

  bool null() override { return add(JsonNode::Kind::null, "null"); }
  bool boolean(bool value) override {
    return add(JsonNode::Kind::boolean, value ? "true" : "false");
  }
  bool number_integer(number_integer_t value) override {
    return add(JsonNode::Kind::number, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(JsonNode::Kind::number, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& spelled) override {
    return add(JsonNode::Kind::number, spelled);
  }
  bool string(string_t& value) override { return add(JsonNode::Kind::string, std::move(value)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(JsonNode::Kind::object); }
  bool start_array(std::size_t) override { return open(JsonNode::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    const std::string what = error.what();
    const std::size_t reason = what.find("syntax error");
    // Python writes them all the same.
    const bool no_number = token.ends_with('N') || token.ends_with('I');
    refuse("is no JSON" + (token.empty() ? std::string() : " at " + formats::quoted(token)) +
               (reason == std::string::npos ? "" : " (" + what.substr(reason, 120) + ")"),
           no_number ? "NaN and Infinity are no numbers of JSON; leave such values out" : "");
  }

  JsonNode take() { return std::move(root_); }

 private:
  JsonNode& place() {
    if (++values_ > kMostValues) {
      refuse("holds more than " + std::to_string(kMostValues) + " values, which no transcript has");
    }
    if (open_.empty()) return root_;
    JsonNode& parent = *open_.back();
    if (parent.is(JsonNode::Kind::object)) parent.keys.push_back(std::move(key_));
    return parent.items.emplace_back();
  }

  bool add(JsonNode::Kind kind, std::string text) {
    JsonNode& node = place();
    node.kind = kind;
    node.line = line();
    node.text = std::move(text);
    return true;
  }

  bool open(JsonNode::Kind kind) {
    if (open_.size() >= kMostDepth) {
      refuse("is nested deeper than " + std::to_string(kMostDepth) + ", which no transcript is");
    }
    JsonNode& node = place();
    node.kind = kind;
    node.line = line();
    open_.push_back(&node);  // Good until its parent grows, which is after it was closed.
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::uint32_t line() const { return static_cast<std::uint32_t>(position_.line()); }

  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const {
    formats::refuse_line(name_, position_.line(), problem, advice);
  }

  std::string name_;
  const formats::JsonPosition& position_;
  JsonNode root_;
  std::vector<JsonNode*> open_;
  std::string key_;
  std::size_t values_ = 0;
};

JsonNode node_of(JsonNode::Kind kind, std::string text) {
  JsonNode node;
  node.kind = kind;
  node.text = std::move(text);
  return node;
}

}  // namespace

const JsonNode* JsonNode::find(std::string_view key) const {
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

JsonNode* JsonNode::find(std::string_view key) {
  return const_cast<JsonNode*>(std::as_const(*this).find(key));
}

void JsonNode::set(std::string_view key, JsonNode value) {
  if (JsonNode* const known = find(key)) {
    *known = std::move(value);
    return;
  }
  keys.emplace_back(key);
  items.push_back(std::move(value));
}

void JsonNode::remove(std::string_view key) {
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (keys[i] != key) continue;
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(i));
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

JsonNode json_string(std::string_view text) {
  return node_of(JsonNode::Kind::string, formats::valid_utf8(text));
}
JsonNode json_number(std::string spelled) {
  return node_of(JsonNode::Kind::number, std::move(spelled));
}
JsonNode json_array() { return node_of(JsonNode::Kind::array, {}); }
JsonNode json_object() { return node_of(JsonNode::Kind::object, {}); }

JsonDocument parse_json(std::string_view text, const std::string& name) {
  JsonDocument document;
  std::string sound;
  if (formats::valid_utf8(text) != text) {
    document.shielded = true;
    sound = shielded(text);
    text = sound;
  }
  formats::JsonPosition position;
  Builder builder(name, position);
  formats::read_json_events(text, position, builder);
  document.root = builder.take();
  document.layout = layout_of(text);
  return document;
}

std::string unshielded(const JsonDocument& document, std::string_view text) {
  if (!document.shielded) return std::string(text);
  std::string bytes;
  while (!text.empty()) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.size() >= 4 && text.starts_with(kShield) && at(2) >= 0xBE) {
      bytes += static_cast<char>((at(2) & 0x03U) << 6U | (at(3) & 0x3FU));
      text.remove_prefix(4);
    } else {
      bytes += text.front();
      text.remove_prefix(1);
    }
  }
  return bytes;
}

}  // namespace diarist::transcripts
