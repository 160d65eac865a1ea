#include "server/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

constexpr std::string_view kJob = "application/json";

// In the order of preference among what a client takes equally. A second form of TextGrid is by
// ?format= alone.
constexpr std::array<std::pair<FileFormat, std::string_view>, 14> kTypes = {{
    {FileFormat::json, "application/vnd.diarist.diarization+json"},
    {FileFormat::html, "text/html"},
    {FileFormat::csv, "text/csv"},
    {FileFormat::rttm, "text/x-rttm"},
    {FileFormat::srt, "application/x-subrip"},
    {FileFormat::vtt, "text/vtt"},
    {FileFormat::textgrid, "text/x-textgrid"},
    {FileFormat::tsv, "text/tab-separated-values"},
    {FileFormat::eaf, "text/x-eaf+xml"},
    {FileFormat::audacity, "text/x-audacity"},
    {FileFormat::ctm, "text/x-ctm"},
    {FileFormat::uem, "text/x-uem"},
    {FileFormat::txt, "text/plain"},
    {FileFormat::textgrid_short, "text/x-textgrid"},
}};

/// 0 to 1000 for a media type by the most specific range that takes it.
int quality_of(std::string_view accept, std::string_view media_type) {
  const std::string_view family = media_type.substr(0, media_type.find('/') + 1);
  int quality = 0;
  int specific = -1;
  for (const std::string_view item : list_items(accept)) {
    const std::string_view range = trimmed(item.substr(0, item.find(';')));
    int here = -1;
    if (range == "*/*") here = 0;
    if (range.size() > 2 && range.ends_with("/*") &&
        same_word(range.substr(0, range.size() - 1), family)) {
      here = 1;
    }
    if (same_word(range, media_type)) here = 2;
    if (here <= specific) continue;
    specific = here;
    quality = weight_of(item);
  }
  return quality;
}

}  // namespace

std::string_view media_type_of(FileFormat format) {
  for (const auto& [held, type] : kTypes) {
    if (held == format) return type;
  }
  return "application/octet-stream";
}

int weight_of(std::string_view item) {
  const auto parsed = parse_parameterized(item);
  const std::string told = parsed ? parsed->parameter("q").value_or("1") : "1";
  double weight = 1;
  std::from_chars(told.data(), told.data() + told.size(), weight);
  return static_cast<int>(std::clamp(weight, 0.0, 1.0) * 1000);
}

bool accepts(std::string_view accept, std::string_view media_type) {
  return accept.empty() || quality_of(accept, media_type) > 0;
}

Wanted negotiated(const std::optional<std::string>& format, std::string_view accept) {
  if (format) {
    try {
      return {file_format_from_string(*format)};
    } catch (const Error& error) {
      throw bad_value("format", error.problem() + "; " + error.advice());
    }
  }
  if (accept.empty()) return {};
  int best = quality_of(accept, kJob);
  Wanted wanted;
  for (const auto& [held, type] : kTypes) {
    const int quality = quality_of(accept, type);
    if (quality > best) {
      best = quality;
      wanted.format = held;
    }
  }
  if (best == 0) {
    std::string list(kJob);
    for (const auto& [held, type] : kTypes) {
      if (held != FileFormat::textgrid_short) list += ", " + std::string(type);
    }
    throw Problem(406, "not-acceptable", "nothing that Accept takes is given; there are " + list,
                  "Accept");
  }
  return wanted;
}

}  // namespace diarist::server
