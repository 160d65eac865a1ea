// Which groups may never become one: those that were heard in the same recording, and those that
// have names of their own.
//
// Holds for each group the recordings of all its looks, in one table. Two groups' recordings are
// compared in the time of the smaller one's, and becoming one moves the smaller one's: n log n in
// all, also where one person is in most recordings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace diarist::linking {

/// Names that a group brings; two of one kind stay apart.
enum class NameKind : std::uint8_t {
  none = 0,
  person = 1,  ///< Of a person that was linked before.
  voice = 2,   ///< Of a voice in the store.
};

class Apartness {
 public:
  explicit Apartness(std::size_t groups);

  /// Recordings are numbered by the caller. Each look of a group is another recording's.
  void add_recording(std::size_t group, std::uint32_t recording);
  void add_name(std::size_t group, NameKind kind);

  /// Whether two groups must stay apart.
  bool apart(std::size_t a, std::size_t b) const;
  /// `from`'s recordings and names go to `into`; they must not be apart.
  void merge(std::size_t into, std::size_t from);

 private:
  static std::uint64_t key(std::uint32_t set, std::uint32_t recording) {
    return std::uint64_t{set} << 32 | recording;
  }

  std::vector<std::uint32_t> set_of_;                   ///< A group's set of recordings.
  std::vector<std::vector<std::uint32_t>> recordings_;  ///< Of a set.
  std::unordered_set<std::uint64_t> table_;             ///< Every set's recordings.
  std::vector<std::uint8_t> names_;
};

}  // namespace diarist::linking
