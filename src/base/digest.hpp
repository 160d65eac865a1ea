// A short name for many bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace diarist {

/// 128 bits of XXH3 over all that was added: what is the same has the same digest, and what is not,
/// by all that chance can do, another one. No defence against who makes two alike on purpose. Not
/// safe to share between threads.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  /// Where one piece ends and the next begins makes no difference.
  void add(std::span<const std::byte> bytes);
  /// With its length, so that neighbours do not run into each other.
  void add(std::string_view text);

  /// 32 hexadecimal digits.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diarist
