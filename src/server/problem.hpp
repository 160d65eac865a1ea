// What a request gets that cannot be answered otherwise: problem details (RFC 9457).
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

namespace diarist::server {

/// Thrown by whatever finds it, and made a response in one place.
class Problem : public std::exception {
 public:
  /// `kind` is what stands behind "urn:diarist:problem:"; `field` the option, header or part of the
  /// request that is to blame, or empty.
  Problem(int status, std::string_view kind, std::string detail, std::string field = {});
  /// What the library says. Its subject is named where that is no file of ours.
  static Problem of(const Error& error);

  /// A header that the response has besides.
  Problem with(std::string name, std::string value) &&;

  const char* what() const noexcept override { return detail_.c_str(); }
  int status() const { return status_; }
  const std::string& kind() const { return kind_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
  /// The document: application/problem+json.
  std::string json() const;

 private:
  int status_;
  std::string kind_;
  std::string detail_;
  std::string field_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

/// What a status is called, for people: the title of its problems.
std::string_view title_of(int status);

/// 422 of an option or a field.
Problem bad_value(std::string field, const std::string& detail);
/// 507: the disk is full, or as much of it as the server may take.
Problem no_space(const std::string& detail);
/// 404.
Problem nothing_here(const std::string& what);

}  // namespace diarist::server
