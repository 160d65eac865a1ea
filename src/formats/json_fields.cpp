#include "formats/json_fields.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "diarist/error.hpp"

namespace diarist::formats {
namespace {

/// "'speech' that is no number", as the end of "has a".
std::string named(const char* key, const char* problem) {
  return "'" + std::string(key) + "' that is " + problem;
}

}  // namespace

std::string one_line(const nlohmann::ordered_json& json) {
  using Handler = nlohmann::ordered_json::error_handler_t;
  return json.dump(-1, ' ', false, Handler::replace);
}

double shortest(float value) {
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  double wide = static_cast<double>(value);
  std::from_chars(text.data(), written.ptr, wide);
  return wide;
}

JsonFields::JsonFields(std::string name, std::string advice)
    : name_(std::move(name)), advice_(std::move(advice)) {}

void JsonFields::refuse(const std::string& where, const std::string& problem) const {
  throw Error(ErrorCode::malformed, name_, where + (where.empty() ? "" : " ") + problem, advice_);
}

JsonFields::Json JsonFields::parse(std::string_view document, const char* schema,
                                   int version) const {
  Json json;
  try {
    // Of a string, as other rooms parse: the parser is one more for every kind of iterator.
    json = Json::parse(std::string(document));
  } catch (const Json::exception& error) {
    const std::string what = error.what();
    const std::size_t at = what.find("at line");
    refuse("", "is no JSON" + (at == std::string::npos ? "" : " (" + what.substr(at, 100) + ")"));
  }
  if (!json.is_object() || !json.contains("schema") || json["schema"] != schema) {
    refuse("", "is no document of schema " + std::string(schema));
  }
  if (!json.contains("version") || json["version"] != version) {
    refuse("", "is of another version than " + std::to_string(version));
  }
  return json;
}

const JsonFields::Json& JsonFields::field(const Json& json, const char* key,
                                          const std::string& where) const {
  if (!json.is_object()) refuse(where, "is no object");
  const auto at = json.find(key);
  if (at == json.end()) refuse(where, "has no '" + std::string(key) + "'");
  return *at;
}

const JsonFields::Json& JsonFields::array(const Json& json, const char* key,
                                          const std::string& where) const {
  const Json& value = field(json, key, where);
  if (!value.is_array()) refuse(where, "has a " + named(key, "no array"));
  return value;
}

std::string JsonFields::text(const Json& json, const char* key, const std::string& where) const {
  const Json& value = field(json, key, where);
  if (!value.is_string()) refuse(where, "has a " + named(key, "no string"));
  return value.get<std::string>();
}

bool JsonFields::truth(const Json& json, const char* key, const std::string& where) const {
  const Json& value = field(json, key, where);
  if (!value.is_boolean()) refuse(where, "has a " + named(key, "not true or false"));
  return value.get<bool>();
}

double JsonFields::number(const Json& value, const char* what, const std::string& where) const {
  const double wide = value.is_number() ? value.get<double>() : HUGE_VAL;
  if (!(std::fabs(wide) <= static_cast<double>(std::numeric_limits<float>::max()))) {
    refuse(where, "has something else than finite numbers as '" + std::string(what) + "'");
  }
  return wide;
}

}  // namespace diarist::formats
