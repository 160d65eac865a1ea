#include "modeltools/pickle.hpp"

#include <array>
#include <bit>
#include <unordered_map>
#include <utility>

#include "diarist/error.hpp"

namespace diarist::modeltools {
namespace {

// A checkpoint of segmentation-3.0 with its optimizer has some thousands of values.
constexpr std::size_t kMaxValues = 1'000'000;
constexpr std::size_t kMaxReferences = 8'000'000;
constexpr std::size_t kMaxMarks = 1000;  // Nesting of unfinished containers.
constexpr std::uint8_t kMaxProtocol = 5;

/// The operations that are read, by their codes in CPython's pickle.py.
enum class Operation : std::uint8_t {
  mark = '(',
  stop = '.',
  pop = '0',
  pop_mark = '1',
  dup = '2',
  binary_float = 'G',
  binary_int = 'J',
  binary_int1 = 'K',
  binary_int2 = 'M',
  none = 'N',
  binary_persistent_id = 'Q',
  reduce = 'R',
  binary_string = 'T',
  short_binary_string = 'U',
  binary_unicode = 'X',
  binary_bytes = 'B',
  short_binary_bytes = 'C',
  empty_list = ']',
  empty_tuple = ')',
  empty_dict = '}',
  append = 'a',
  build = 'b',
  global = 'c',
  dict = 'd',
  appends = 'e',
  binary_get = 'h',
  long_binary_get = 'j',
  list = 'l',
  binary_put = 'q',
  long_binary_put = 'r',
  set_item = 's',
  tuple = 't',
  set_items = 'u',
  protocol = 0x80,
  new_object = 0x81,
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  new_true = 0x88,
  new_false = 0x89,
  long1 = 0x8a,
  long4 = 0x8b,
  short_binary_unicode = 0x8c,
  binary_unicode8 = 0x8d,
  binary_bytes8 = 0x8e,
  empty_set = 0x8f,
  add_items = 0x90,
  frozen_set = 0x91,
  stack_global = 0x93,
  memoize = 0x94,
  frame = 0x95,
};

std::uint8_t code_of(Operation operation) { return static_cast<std::uint8_t>(operation); }

class Machine {
 public:
  Machine(const std::string& name, std::span<const std::byte> bytes, PickleWorld& world,
          PickleValues& values)
      : name_(name), bytes_(bytes), world_(world), values_(values) {}

  PickleIndex run() {
    while (true) {
      at_ = position_;
      operation_ = Operation{byte()};
      if (operation_ == Operation::stop) break;
      step();
    }
    const PickleIndex result = pop();
    if (!stack_.empty() || !marks_.empty()) bad("leaves values behind");
    if (position_ != bytes_.size()) bad("is followed by more bytes");
    return result;
  }

 private:
  [[noreturn]] void bad(const std::string& problem) const {
    throw Error(ErrorCode::corrupt_model, name_, where() + " " + problem);
  }
  /// "operation 'R' at byte 12": the name is that of the code itself where it is a letter.
  std::string where() const {
    static constexpr std::array<char, 17> kHex = {"0123456789abcdef"};
    const std::uint8_t code = code_of(operation_);
    const std::string name = code > ' ' && code <= '~'
                                 ? std::string("'") + static_cast<char>(code) + "'"
                                 : std::string("0x") + kHex[code >> 4] + kHex[code & 15];
    return "operation " + name + " at byte " + std::to_string(at_);
  }

  std::span<const std::byte> take(std::uint64_t count) {
    if (count > bytes_.size() - position_) bad("needs more bytes than there are");
    const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }
  std::uint8_t byte() {
    if (position_ == bytes_.size()) {
      throw Error(ErrorCode::corrupt_model, name_,
                  "ends at byte " + std::to_string(position_) + " without its stop",
                  "it is truncated; fetch or make it anew");
    }
    return std::to_integer<std::uint8_t>(bytes_[position_++]);
  }
  std::uint64_t little_endian(std::size_t count) {
    std::uint64_t value = 0;
    const auto taken = take(count);
    for (std::size_t i = 0; i < count; ++i) {
      value |= std::to_integer<std::uint64_t>(taken[i]) << (8 * i);
    }
    return value;
  }
  std::string text(std::uint64_t count) {
    const auto taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  std::string line() {
    const std::size_t start = position_;
    while (byte() != '\n') {
    }
    return {reinterpret_cast<const char*>(bytes_.data()) + start, position_ - 1 - start};
  }

  void spend(std::size_t references) {
    references_ += references;
    if (references_ > kMaxReferences) bad("makes more references than any checkpoint has");
  }
  PickleIndex add(PickleValue value) {
    if (values_.size() == kMaxValues) bad("makes more values than any checkpoint has");
    spend(value.items.size());
    return values_.add(std::move(value));
  }

  void push(PickleIndex index) {
    spend(1);
    stack_.push_back(index);
  }
  void push(PickleValue value) { push(add(std::move(value))); }
  void push_kind(PickleKind kind) { push(PickleValue{kind, 0, 0, {}, {}}); }
  void push_text(PickleKind kind, std::string value) {
    push(PickleValue{kind, 0, 0, std::move(value), {}});
  }
  void push_integer(std::int64_t value) {
    push(PickleValue{PickleKind::integer, value, 0, {}, {}});
  }
  /// The lowest index of the stack that may be taken: what lies below a mark is not.
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  PickleIndex top() const {
    if (stack_.size() <= floor()) bad("finds nothing on the stack");
    return stack_.back();
  }
  PickleIndex pop() {
    const PickleIndex index = top();
    stack_.pop_back();
    return index;
  }
  std::vector<PickleIndex> pop_to_mark() {
    if (marks_.empty()) bad("finds no mark on the stack");
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleIndex> items(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    return items;
  }
  std::vector<PickleIndex> pop_some(std::size_t count) {
    std::vector<PickleIndex> items(count);
    for (std::size_t i = count; i > 0; --i) items[i - 1] = pop();
    return items;
  }
  void push_container(PickleKind kind, std::vector<PickleIndex> items) {
    push(PickleValue{kind, 0, 0, {}, std::move(items)});
  }

  /// `items` become elements of the container on top. What nothing is kept of takes anything.
  void extend(PickleKind kind, const std::vector<PickleIndex>& items) {
    PickleValue& container = values_[top()];
    if (container.kind == PickleKind::object) return;
    if (container.kind != kind) bad("finds a value of another kind to add to");
    if (kind == PickleKind::dictionary && items.size() % 2 != 0) bad("has a key without a value");
    spend(items.size());
    container.items.insert(container.items.end(), items.begin(), items.end());
  }

  void memorize(std::uint64_t key) {
    const PickleIndex index = top();
    spend(1);
    memo_[key] = index;
  }
  void recall(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) bad("asks for memo " + std::to_string(key) + ", which is not there");
    push(found->second);
  }

  void global(const std::string& module, const std::string& name) {
    const std::string full = module + "." + name;
    world_.admit(full, where());
    push_text(PickleKind::name, full);
  }
  void call() {
    const PickleIndex arguments = pop();
    const PickleIndex callable = pop();
    if (values_[callable].kind != PickleKind::name) bad("calls what is no class or function");
    if (values_[arguments].kind != PickleKind::tuple) bad("has arguments that are no tuple");
    push(world_.call(values_, values_[callable], values_[arguments], where()));
  }
  void persistent() {
    const PickleIndex id = pop();
    push(world_.resolve(values_, values_[id], where()));
  }
  /// An object's state is kept of none: tensors carry hooks in it, dictionaries their versions.
  void build() {
    pop();
    const PickleKind kind = values_[top()].kind;
    if (kind != PickleKind::object && kind != PickleKind::dictionary &&
        kind != PickleKind::tensor) {
      bad("gives state to a value that has none");
    }
  }

  void integer(std::uint64_t size) {
    if (size > 8) {  // Beyond 64 bits: nothing that a tensor needs.
      take(size);
      push_kind(PickleKind::object);
      return;
    }
    const std::uint64_t bits = little_endian(static_cast<std::size_t>(size));
    // The last byte's highest bit is the sign.
    const int unused = 64 - 8 * static_cast<int>(size);
    push_integer(size == 0 ? 0 : static_cast<std::int64_t>(bits << unused) >> unused);
  }
  void real() {
    std::uint64_t bits = 0;
    for (const std::byte each : take(8)) bits = bits << 8 | std::to_integer<std::uint64_t>(each);
    push(PickleValue{PickleKind::real, 0, std::bit_cast<double>(bits), {}, {}});
  }

  void step() {
    switch (operation_) {
      case Operation::protocol:
        if (byte() > kMaxProtocol) bad("names a protocol that is not known");
        break;
      case Operation::frame:
        little_endian(8);  // How many bytes a reader should fetch at once.
        break;
      case Operation::mark:
        if (marks_.size() == kMaxMarks) bad("nests too deeply");
        marks_.push_back(stack_.size());
        break;
      case Operation::pop:
        if (!marks_.empty() && stack_.size() == marks_.back()) {
          marks_.pop_back();
        } else {
          pop();
        }
        break;
      case Operation::pop_mark:
        pop_to_mark();
        break;
      case Operation::dup:
        push(top());
        break;
      case Operation::binary_put:
        memorize(byte());
        break;
      case Operation::long_binary_put:
        memorize(little_endian(4));
        break;
      case Operation::memoize:
        memorize(memo_.size());
        break;
      case Operation::binary_get:
        recall(byte());
        break;
      case Operation::long_binary_get:
        recall(little_endian(4));
        break;
      case Operation::global: {
        const std::string module = line();
        global(module, line());
        break;
      }
      case Operation::stack_global: {
        const auto names = pop_some(2);
        if (values_[names[0]].kind != PickleKind::text ||
            values_[names[1]].kind != PickleKind::text) {
          bad("names a class by what is no text");
        }
        global(values_[names[0]].text, values_[names[1]].text);
        break;
      }
      case Operation::reduce:
      case Operation::new_object:
        call();
        break;
      case Operation::build:
        build();
        break;
      case Operation::binary_persistent_id:
        persistent();
        break;
      default:
        step_value();
    }
  }

  void step_value() {
    switch (operation_) {
      case Operation::none:
        push_kind(PickleKind::none);
        break;
      case Operation::new_true:
      case Operation::new_false:
        push(
            PickleValue{PickleKind::boolean, operation_ == Operation::new_true ? 1 : 0, 0, {}, {}});
        break;
      case Operation::binary_int:
        push_integer(static_cast<std::int32_t>(little_endian(4)));
        break;
      case Operation::binary_int1:
        push_integer(byte());
        break;
      case Operation::binary_int2:
        push_integer(static_cast<std::int64_t>(little_endian(2)));
        break;
      case Operation::long1:
        integer(byte());
        break;
      case Operation::long4:
        integer(little_endian(4));
        break;
      case Operation::binary_float:
        real();
        break;
      case Operation::short_binary_unicode:
      case Operation::short_binary_string:
        push_text(PickleKind::text, text(byte()));
        break;
      case Operation::binary_unicode:
      case Operation::binary_string:
        push_text(PickleKind::text, text(little_endian(4)));
        break;
      case Operation::binary_unicode8:
        push_text(PickleKind::text, text(little_endian(8)));
        break;
      case Operation::short_binary_bytes:
        push_text(PickleKind::bytes, text(byte()));
        break;
      case Operation::binary_bytes:
        push_text(PickleKind::bytes, text(little_endian(4)));
        break;
      case Operation::binary_bytes8:
        push_text(PickleKind::bytes, text(little_endian(8)));
        break;
      default:
        step_container();
    }
  }

  void step_container() {
    switch (operation_) {
      case Operation::empty_list:
        push_kind(PickleKind::list);
        break;
      case Operation::empty_tuple:
        push_kind(PickleKind::tuple);
        break;
      case Operation::empty_dict:
        push_kind(PickleKind::dictionary);
        break;
      case Operation::empty_set:
        push_kind(PickleKind::set);
        break;
      case Operation::tuple:
        push_container(PickleKind::tuple, pop_to_mark());
        break;
      case Operation::list:
        push_container(PickleKind::list, pop_to_mark());
        break;
      case Operation::frozen_set:
        push_container(PickleKind::set, pop_to_mark());
        break;
      case Operation::dict: {
        std::vector<PickleIndex> items = pop_to_mark();
        if (items.size() % 2 != 0) bad("has a key without a value");
        push_container(PickleKind::dictionary, std::move(items));
        break;
      }
      case Operation::tuple1:
      case Operation::tuple2:
      case Operation::tuple3:
        push_container(PickleKind::tuple,
                       pop_some(code_of(operation_) - code_of(Operation::tuple1) + 1U));
        break;
      case Operation::append:
        extend(PickleKind::list, pop_some(1));
        break;
      case Operation::appends:
        extend(PickleKind::list, pop_to_mark());
        break;
      case Operation::add_items:
        extend(PickleKind::set, pop_to_mark());
        break;
      case Operation::set_item:
        extend(PickleKind::dictionary, pop_some(2));
        break;
      case Operation::set_items:
        extend(PickleKind::dictionary, pop_to_mark());
        break;
      default:
        bad("is none that tensors need, and is not read");
    }
  }

  const std::string& name_;
  std::span<const std::byte> bytes_;
  PickleWorld& world_;
  PickleValues& values_;
  std::size_t position_ = 0;
  std::size_t at_ = 0;  ///< Of the operation.
  Operation operation_{};
  std::size_t references_ = 0;
  std::vector<PickleIndex> stack_;
  std::vector<std::size_t> marks_;  ///< Heights of the stack.
  std::unordered_map<std::uint64_t, PickleIndex> memo_;
};

}  // namespace

PickleIndex PickleValues::add(PickleValue value) {
  values_.push_back(std::move(value));
  return static_cast<PickleIndex>(values_.size() - 1);
}

const PickleValue* PickleValues::at(const PickleValue& dictionary, std::string_view key) const {
  if (dictionary.kind != PickleKind::dictionary) return nullptr;
  // The last of equal keys is the one that Python would keep.
  for (std::size_t i = dictionary.items.size(); i >= 2; i -= 2) {
    const PickleValue& each = values_[dictionary.items[i - 2]];
    if (each.kind == PickleKind::text && each.text == key) return &values_[dictionary.items[i - 1]];
  }
  return nullptr;
}

PickleIndex read_pickle(const std::string& name, std::span<const std::byte> bytes,
                        PickleWorld& world, PickleValues& values) {
  return Machine(name, bytes, world, values).run();
}

}  // namespace diarist::modeltools
