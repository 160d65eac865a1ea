#include "base/digest.hpp"

#include <array>
#include <cstdint>
#include <new>
#include <xxhash.h>

namespace diarist {

struct Digest::State {
  State() : running(XXH3_createState()) {
    if (running == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(running);
  }
  ~State() { XXH3_freeState(running); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  XXH3_state_t* running;
};

Digest::Digest() : state_(std::make_unique<State>()) {}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::add(std::span<const std::byte> bytes) {
  XXH3_128bits_update(state_->running, bytes.data(), bytes.size());
}

void Digest::add(std::string_view text) {
  std::array<std::byte, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<std::byte>((std::uint64_t{text.size()} >> (8 * i)) & 0xff);
  }
  add(std::span<const std::byte>(length));
  add(std::as_bytes(std::span(text)));
}

std::string Digest::hex() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_->running));
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace diarist
