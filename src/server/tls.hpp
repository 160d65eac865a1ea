// TLS: certificate and key, and what is encrypted with them.
#pragma once

#include <filesystem>

struct ssl_ctx_st;
struct ssl_st;

namespace diarist::server {

/// Of one server; safe to share between threads.
class TlsContext {
 public:
  /// PEM files: the certificate with those that it rests on, and its key. TLS 1.2 and later. Throws
  /// Error{not_found, io, malformed} that names the file.
  TlsContext(const std::filesystem::path& certificate, const std::filesystem::path& key);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// Of a connection that was taken; its owner frees it with SSL_free. Null without memory.
  ssl_st* make(int socket) const;

 private:
  ssl_ctx_st* context_;
};

}  // namespace diarist::server
