#include "server/tls.hpp"

#include <array>
#include <cstring>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>

#include "diarist/error.hpp"

namespace diarist::server {
namespace {

std::string reason() {
  std::array<char, 256> text{};
  ::ERR_error_string_n(::ERR_peek_last_error(), text.data(), text.size());
  return text.data();
}

void check_there(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return;
  throw Error(ErrorCode::not_found, file.string(), "is not there", "check the name");
}

/// Clients that offer protocols are told the one that is spoken here.
int choose_protocol(ssl_st*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* in, unsigned int in_length, void*) {
  static constexpr std::array<unsigned char, 9> kHttp11 = {8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (::SSL_select_next_proto(&chosen, out_length, kHttp11.data(), kHttp11.size(), in, in_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContext::TlsContext(const std::filesystem::path& certificate, const std::filesystem::path& key)
    : context_(::SSL_CTX_new(::TLS_server_method())) {
  if (context_ == nullptr) throw std::bad_alloc();
  try {
    check_there(certificate);
    check_there(key);
    ::SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
    ::SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    ::SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
    // No question on the terminal, which nobody may sit at.
    ::SSL_CTX_set_default_passwd_cb(context_, [](char*, int, int, void*) { return 0; });
    ::SSL_CTX_set_alpn_select_cb(context_, choose_protocol, nullptr);
    if (::SSL_CTX_use_certificate_chain_file(context_, certificate.c_str()) != 1) {
      throw Error(ErrorCode::malformed, certificate.string(),
                  "holds no certificate (" + reason() + ")", "name a PEM file");
    }
    if (::SSL_CTX_use_PrivateKey_file(context_, key.c_str(), SSL_FILETYPE_PEM) != 1) {
      throw Error(ErrorCode::malformed, key.string(),
                  "holds no key of that certificate (" + reason() + ")",
                  "name a PEM file without a passphrase");
    }
  } catch (...) {
    ::SSL_CTX_free(context_);
    throw;
  }
}

TlsContext::~TlsContext() { ::SSL_CTX_free(context_); }

ssl_st* TlsContext::make(int socket) const {
  ssl_st* session = ::SSL_new(context_);
  if (session == nullptr) return nullptr;
  if (::SSL_set_fd(session, socket) != 1) {
    ::SSL_free(session);
    return nullptr;
  }
  ::SSL_set_accept_state(session);
  return session;
}

}  // namespace diarist::server
