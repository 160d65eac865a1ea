#include "server/tokens.hpp"

#include <algorithm>
#include <fstream>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string>

#include "diarist/error.hpp"

#include "server/text.hpp"

namespace diarist::server {

Tokens::Digest Tokens::digest_of(std::string_view token) {
  Digest digest{};
  unsigned int length = 0;
  if (::EVP_Digest(token.data(), token.size(), digest.data(), &length, ::EVP_sha256(), nullptr) !=
          1 ||
      length != digest.size()) {
    throw Error(ErrorCode::internal, "SHA-256", "is not there");
  }
  return digest;
}

Tokens::Tokens(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    throw Error(ErrorCode::not_found, file.string(), "is not there", "check the name");
  }
  std::ifstream in(file);
  std::string line;
  int number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::string_view token = trimmed(line);
    if (token.empty() || token.front() == '#') continue;
    const bool plain =
        std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!plain || token.size() < kLeastTokenCharacters) {
      throw Error(ErrorCode::malformed, file.string() + ":" + std::to_string(number), "is no token",
                  "take at least " + std::to_string(kLeastTokenCharacters) +
                      " characters without blanks, such as `openssl rand -hex 32` gives");
    }
    digests_.push_back(digest_of(token));
  }
  if (in.bad() || !in.eof()) {
    throw Error(ErrorCode::io, file.string(), "cannot be read", "check its permissions");
  }
  if (digests_.empty()) {
    throw Error(ErrorCode::malformed, file.string(), "holds no token", "write one a line");
  }
}

bool Tokens::allow(std::string_view token) const {
  if (!wanted()) return true;
  const Digest given = digest_of(token);
  unsigned int found = 0;
  for (const Digest& digest : digests_) {
    // All are looked at, whichever it is.
    found |=
        static_cast<unsigned int>(::CRYPTO_memcmp(digest.data(), given.data(), digest.size()) == 0);
  }
  return found != 0;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() ||
      !same_word(authorization.substr(0, kScheme.size()), kScheme)) {
    return {};
  }
  return trimmed(authorization.substr(kScheme.size()));
}

}  // namespace diarist::server
