// Values of diarist's own JSON documents, out and in.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace diarist::formats {

/// Without line breaks; what is no UTF-8 becomes U+FFFD.
std::string one_line(const nlohmann::ordered_json& json);

/// The double whose shortest decimals are those of `value`: 0.1f prints as 0.1, and reads back as
/// 0.1f.
double shortest(float value);

/// Reads fields of a document with their kinds. Each refusal names the document and the place.
class JsonFields {
 public:
  using Json = nlohmann::ordered_json;

  /// `name` is the document's; `advice` says where a right one comes from.
  JsonFields(std::string name, std::string advice);

  /// Throws Error{malformed}, as all of these do. `where`: the place in the document, or empty.
  [[noreturn]] void refuse(const std::string& where, const std::string& problem) const;

  /// Of the whole document, which must have the schema and version.
  Json parse(std::string_view document, const char* schema, int version) const;

  const Json& field(const Json& json, const char* key, const std::string& where) const;
  const Json& array(const Json& json, const char* key, const std::string& where) const;
  std::string text(const Json& json, const char* key, const std::string& where) const;
  bool truth(const Json& json, const char* key, const std::string& where) const;
  /// Finite as a float; `what` is what the value is called.
  double number(const Json& value, const char* what, const std::string& where) const;

 private:
  std::string name_;
  std::string advice_;
};

}  // namespace diarist::formats
