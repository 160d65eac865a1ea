#include "linking/apartness.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace diarist::linking {

Apartness::Apartness(std::size_t groups) : set_of_(groups), recordings_(groups), names_(groups, 0) {
  std::iota(set_of_.begin(), set_of_.end(), 0U);
  table_.reserve(groups);
}

void Apartness::add_recording(std::size_t group, std::uint32_t recording) {
  const std::uint32_t set = set_of_[group];
  if (table_.insert(key(set, recording)).second) recordings_[set].push_back(recording);
}

void Apartness::add_name(std::size_t group, NameKind kind) {
  names_[group] |= static_cast<std::uint8_t>(kind);
}

bool Apartness::apart(std::size_t a, std::size_t b) const {
  if ((names_[a] & names_[b]) != 0) return true;
  std::uint32_t small = set_of_[a];
  std::uint32_t large = set_of_[b];
  if (recordings_[small].size() > recordings_[large].size()) std::swap(small, large);
  return std::any_of(
      recordings_[small].begin(), recordings_[small].end(),
      [&](std::uint32_t recording) { return table_.contains(key(large, recording)); });
}

void Apartness::merge(std::size_t into, std::size_t from) {
  std::uint32_t small = set_of_[from];
  std::uint32_t large = set_of_[into];
  if (recordings_[small].size() > recordings_[large].size()) std::swap(small, large);
  for (const std::uint32_t recording : recordings_[small]) {
    table_.erase(key(small, recording));
    table_.insert(key(large, recording));
  }
  std::vector<std::uint32_t>& all = recordings_[large];
  all.insert(all.end(), recordings_[small].begin(), recordings_[small].end());
  recordings_[small] = {};
  set_of_[into] = large;
  set_of_[from] = small;
  names_[into] |= names_[from];
}

}  // namespace diarist::linking
