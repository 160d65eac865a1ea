#include "server/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diarist::server {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, SumsKeepTheirDigits) {
  Metrics metrics;
  metrics.count_job("succeeded", 12345678.25, 1.5);
  metrics.count_job("succeeded", 0.5, 1);
  metrics.count_request("GET", "/healthz", 200, 0.25);
  const std::string text = metrics.text("");
  EXPECT_THAT(text, HasSubstr("\ndiarist_audio_seconds_total 12345678.75\n"));
  EXPECT_THAT(text, HasSubstr("\ndiarist_job_seconds_total 2.5\n"));
  EXPECT_THAT(text, HasSubstr("{end=\"succeeded\"} 2\n"));
  // Bounds are told as they are written.
  EXPECT_THAT(text, HasSubstr("le=\"0.1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.5\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.001\"} 0\n"));
}

}  // namespace
}  // namespace diarist::server
