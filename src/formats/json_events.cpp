#include "formats/json_events.hpp"

#include <iterator>

namespace diarist::formats {
namespace {

/// The text's characters, which tells what was read of it.
class Characters {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Characters(const char* at, JsonPosition* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  Characters& operator++() {
    position_->newlines_before = position_->newlines;
    if (*at_ == '\n') ++position_->newlines;
    ++at_;
    return *this;
  }
  bool operator==(const Characters& other) const { return at_ == other.at_; }
  bool operator!=(const Characters& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  JsonPosition* position_;
};

}  // namespace

void read_json_events(std::string_view text, JsonPosition& position, JsonEvents& events) {
  const Characters begin(text.data(), &position);
  const Characters end(text.data() + text.size(), &position);
  nlohmann::json::sax_parse(begin, end, &events);
}

}  // namespace diarist::formats
