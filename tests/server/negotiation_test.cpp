#include "server/negotiation.hpp"

#include <gtest/gtest.h>

#include "server/problem.hpp"

namespace diarist::server {
namespace {

std::string chosen(std::string_view accept, std::optional<std::string> format = std::nullopt) {
  try {
    const Wanted wanted = negotiated(format, accept);
    return wanted.format ? std::string(to_string(*wanted.format)) : "job";
  } catch (const Problem& problem) {
    return std::to_string(problem.status());
  }
}

TEST(Negotiation, ByAccept) {
  EXPECT_EQ(chosen(""), "job");
  EXPECT_EQ(chosen("*/*"), "job");
  EXPECT_EQ(chosen("application/json"), "job");
  EXPECT_EQ(chosen("APPLICATION/JSON; charset=utf-8"), "job");
  EXPECT_EQ(chosen("application/*"), "job");
  EXPECT_EQ(chosen("text/csv"), "csv");
  EXPECT_EQ(chosen("text/*"), "html");
  EXPECT_EQ(chosen("text/csv;q=0.5, text/vtt;q=0.6"), "vtt");
  EXPECT_EQ(chosen("application/json;q=0.5, application/x-subrip"), "srt");
  EXPECT_EQ(chosen("*/*, application/json;q=0"), "json");
  EXPECT_EQ(chosen("application/vnd.diarist.diarization+json"), "json");
  // What browsers send.
  EXPECT_EQ(chosen("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "html");
  EXPECT_EQ(chosen("image/png"), "406");
  EXPECT_EQ(chosen("text/csv;q=0"), "406");
  EXPECT_EQ(chosen(",,;;q=,"), "406");
}

TEST(Negotiation, Weights) {
  EXPECT_EQ(weight_of("gzip"), 1000);
  EXPECT_EQ(weight_of("gzip;q=0.5"), 500);
  EXPECT_EQ(weight_of("gzip; Q=0.25"), 250);
  EXPECT_EQ(weight_of("gzip;q=0"), 0);
  EXPECT_EQ(weight_of("gzip;q=0.000"), 0);
  EXPECT_EQ(weight_of("gzip;q=7"), 1000);
  EXPECT_EQ(weight_of("text/csv;seq=0"), 1000);
  EXPECT_EQ(weight_of("text/csv;a=\"q=0\";q=0.5"), 500);
}

TEST(Negotiation, TheQueryDecides) {
  EXPECT_EQ(chosen("text/csv", "rttm"), "rttm");
  EXPECT_EQ(chosen("image/png", "textgrid-short"), "textgrid-short");
  EXPECT_EQ(chosen("", "mp3"), "422");
  EXPECT_EQ(chosen("", ""), "422");
}

TEST(Negotiation, EveryFormatHasAType) {
  for (const FormatInfo& info : file_formats()) {
    EXPECT_NE(media_type_of(info.format), "application/octet-stream") << info.name;
  }
}

}  // namespace
}  // namespace diarist::server
