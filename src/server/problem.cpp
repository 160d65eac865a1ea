#include "server/problem.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "sqlite/database.hpp"

namespace diarist::server {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 21> kTitles = {{
    {400, "The request cannot be read"},
    {401, "A token is wanted"},
    {403, "The request comes from another site"},
    {404, "There is no such thing"},
    {405, "Not a method of this resource"},
    {406, "No such format is given"},
    {408, "The request took too long"},
    {409, "Not in this state"},
    {411, "The length must be told"},
    {413, "Too large"},
    {415, "Not a type that is taken"},
    {416, "No such range"},
    {417, "Not an expectation that is met"},
    {421, "Not a name of this server"},
    {422, "A value that cannot be"},
    {426, "Only over a WebSocket"},
    {429, "Too much at once"},
    {431, "The request's head is too large"},
    {500, "A mistake of the server"},
    {503, "Not now"},
    {507, "No space left"},
}};

}  // namespace

std::string_view title_of(int status) {
  for (const auto& [code, title] : kTitles) {
    if (code == status) return title;
  }
  return "Something went wrong";
}

Problem::Problem(int status, std::string_view kind, std::string detail, std::string field)
    : status_(status), kind_(kind), detail_(std::move(detail)), field_(std::move(field)) {}

Problem Problem::of(const Error& error) {
  if (dynamic_cast<const sqlite::NoSpace*>(&error) != nullptr) {
    return no_space("the server has no space left on its disk");
  }
  std::string detail = error.problem();
  if (!error.advice().empty()) detail += "; " + error.advice();
  switch (error.code()) {
    case ErrorCode::invalid_argument:
      return {422, "invalid-value", error.subject() + ": " + detail};
    case ErrorCode::wrong_model:
      return {409, "other-model", detail};
    case ErrorCode::unsupported_audio:
    case ErrorCode::corrupt_audio:
      return {422, "bad-audio", detail};
    case ErrorCode::io:
      // Where files lie is no business of clients, and is in the log.
      return {500, "storage", "the server cannot read or write what it keeps"};
    default:
      return {500, "internal", "something went wrong in the server; its log has more"};
  }
}

Problem Problem::with(std::string name, std::string value) && {
  headers_.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

std::string Problem::json() const {
  nlohmann::ordered_json document;
  document["type"] = "urn:diarist:problem:" + kind_;
  document["title"] = title_of(status_);
  document["status"] = status_;
  document["detail"] = detail_;
  if (!field_.empty()) document["field"] = field_;
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Problem bad_value(std::string field, const std::string& detail) {
  return {422, "invalid-value", field + ": " + detail, field};
}

Problem no_space(const std::string& detail) {
  return Problem(507, "no-space", detail).with("Retry-After", "60");
}

Problem nothing_here(const std::string& what) { return {404, "not-found", what}; }

}  // namespace diarist::server
