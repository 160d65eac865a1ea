// Reads Python pickles without Python: a stack machine that builds data and runs nothing.
//
// Format: the comments of CPython's pickletools, protocols 2 to 5. Only the operations that a
// pickler emits for numbers, texts, lists, tuples, dictionaries, sets and the objects below are
// there; any other is refused. A pickle names classes and functions and asks to call them: each
// name is put before a PickleWorld, which refuses it or says what stands in for the result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::modeltools {

enum class PickleKind {
  none,
  boolean,
  integer,
  real,
  text,
  bytes,
  tuple,
  list,
  set,
  dictionary,
  name,      ///< A class or function that the world let pass; `text` is "module.name".
  object,    ///< Something of which nothing is kept.
  referent,  ///< What a persistent id stands for: the world's, `integer` says which.
  tensor,    ///< Likewise.
};

/// Values refer to one another by index: no cycle of pointers, no depth to recurse into.
using PickleIndex = std::uint32_t;

struct PickleValue {
  PickleKind kind = PickleKind::none;
  std::int64_t integer = 0;  ///< Also a boolean.
  double real = 0;
  std::string text;                ///< Texts, bytes and names.
  std::vector<PickleIndex> items;  ///< Of a dictionary: key, value, key, value.
};

/// All values that a pickle made. Grows to a bound only.
class PickleValues {
 public:
  const PickleValue& operator[](PickleIndex index) const { return values_[index]; }
  PickleValue& operator[](PickleIndex index) { return values_[index]; }
  std::size_t size() const { return values_.size(); }
  PickleIndex add(PickleValue value);

  /// The value under a text key of a dictionary; null where there is none (or no dictionary).
  const PickleValue* at(const PickleValue& dictionary, std::string_view key) const;

 private:
  std::vector<PickleValue> values_;
};

/// What a pickle may refer to outside of itself. Each function refuses by throwing Error.
class PickleWorld {
 public:
  PickleWorld() = default;
  PickleWorld(const PickleWorld&) = delete;
  PickleWorld& operator=(const PickleWorld&) = delete;
  virtual ~PickleWorld() = default;

  /// Whether this class or function may be named. `where` is for messages.
  virtual void admit(const std::string& name, const std::string& where) = 0;
  /// What stands in for the result of calling `callable` (kind name, admitted) with the tuple
  /// `arguments`.
  virtual PickleValue call(const PickleValues& values, const PickleValue& callable,
                           const PickleValue& arguments, const std::string& where) = 0;
  /// What a persistent id stands for.
  virtual PickleValue resolve(const PickleValues& values, const PickleValue& id,
                              const std::string& where) = 0;
};

/// Runs a pickle to its end; `name` stands for it in messages. Returns the index of its result.
/// Throws Error{corrupt_model} that names the operation and its offset: for bytes that are no such
/// pickle, an operation that is not read here, and for more than a million values or eight million
/// references, which no checkpoint has. Memory stays within a small multiple of `bytes` and of
/// that.
PickleIndex read_pickle(const std::string& name, std::span<const std::byte> bytes,
                        PickleWorld& world, PickleValues& values);

}  // namespace diarist::modeltools
