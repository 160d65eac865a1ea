// Bearer tokens: who may use the server.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

namespace diarist::server {

/// Digests of the tokens; the tokens themselves are not kept.
class Tokens {
 public:
  /// None: everything is allowed.
  Tokens() = default;
  /// A token a line, of at least kLeastTokenCharacters; empty lines and those that begin with '#'
  /// are passed over. Throws Error{not_found, io, malformed} that names the file and the line.
  explicit Tokens(const std::filesystem::path& file);

  bool wanted() const { return !digests_.empty(); }
  /// In a time that does not depend on the tokens.
  bool allow(std::string_view token) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest_of(std::string_view token);
  std::vector<Digest> digests_;
};

/// What can be guessed is none: 16 characters of base64 are 96 bits.
inline constexpr std::size_t kLeastTokenCharacters = 16;

/// The token of an Authorization header; empty where it holds none.
std::string_view bearer_token(std::string_view authorization);

}  // namespace diarist::server
