// Text out of a stranger's file, made fit for a message.
#pragma once

#include <string>
#include <string_view>

namespace diarist::modeltools {

/// At most 200 characters, what is not printable ASCII as '?'.
inline std::string printable(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  std::string shown(text.substr(0, kMaxLength));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (text.size() > kMaxLength) shown += "...";
  return shown;
}

}  // namespace diarist::modeltools
