#include "server/job_options.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/problem.hpp"

namespace diarist::server {
namespace {

/// The field that is to blame, or "" where nothing is.
std::string blamed(const std::vector<std::pair<std::string, std::string>>& options) {
  JobOptionsReader reader;
  try {
    for (const auto& [name, value] : options) reader.take(name, value);
    reader.finish();
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 422);
    const std::string json = problem.json();
    const std::string key = "\"field\":\"";
    const std::size_t at = json.find(key) + key.size();
    return json.substr(at, json.find('"', at) - at);
  }
  return {};
}

TEST(JobOptions, OfAQueryAndOfJsonAreTheSame) {
  JobOptionsReader query;
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"name", "Größe"},
                                                        {"preset", "exact"},
                                                        {"step_s", "1.25"},
                                                        {"min_speakers", "2"},
                                                        {"max_speakers", "5"},
                                                        {"min_turn_s", "0.3"},
                                                        {"merge_gap_s", "0"},
                                                        {"relabel", "false"},
                                                        {"exclusive", "1"},
                                                        {"channel", "2"},
                                                        {"identify", "true"},
                                                        {"remember", "0"},
                                                        {"min_score", "-2.5"}}) {
    query.take(name, value);
  }
  JobOptionsReader json;
  json.take_json(
      R"({"name":"Größe","preset":"exact","step_s":1.25,"min_speakers":2,"max_speakers":5,
      "min_turn_s":0.3,"merge_gap_s":0,"relabel":false,"exclusive":true,"channel":2,
      "identify":true,"remember":false,"min_score":-2.5})");
  EXPECT_EQ(query.given(), json.given());
  const JobOptions options = query.finish();
  EXPECT_EQ(options.name, "Größe");
  EXPECT_EQ(options.behavior.preset, Preset::exact);
  EXPECT_EQ(options.behavior.step_s, 1.25);
  EXPECT_EQ(options.behavior.min_speakers, 2);
  EXPECT_EQ(options.behavior.max_speakers, 5);
  EXPECT_EQ(options.behavior.min_turn_s, 0.3);
  EXPECT_EQ(options.behavior.merge_gap_s, 0.0);
  EXPECT_FALSE(options.behavior.relabel);
  EXPECT_TRUE(options.behavior.exclusive);
  EXPECT_EQ(options.behavior.channel_mode, ChannelMode::pick);
  EXPECT_EQ(options.behavior.channel, 2);
  EXPECT_TRUE(options.identify);
  EXPECT_FALSE(options.remember);
  EXPECT_EQ(options.identification.min_score, -2.5);
  // As they are stored, they come back.
  const JobOptions stored = job_options_from(query.given());
  EXPECT_EQ(stored.behavior.step_s, 1.25);
  EXPECT_EQ(stored.behavior.channel, 2);
}

TEST(JobOptions, NoneAreTheDefaults) {
  const JobOptions options = job_options_from(JobOptionsReader().given());
  EXPECT_EQ(options.behavior.preset, Preset::balanced);
  EXPECT_FALSE(options.behavior.speakers.has_value());
  EXPECT_TRUE(options.behavior.relabel);
  EXPECT_EQ(options.behavior.channel_mode, ChannelMode::downmix);
}

TEST(JobOptions, WhatCannotBeIsBlamed) {
  EXPECT_EQ(blamed({{"speakers", "2"}}), "");
  EXPECT_EQ(blamed({{"speakers", ""}}), "speakers");
  EXPECT_EQ(blamed({{"speakers", "0"}}), "speakers");
  EXPECT_EQ(blamed({{"speakers", "2x"}}), "speakers");
  EXPECT_EQ(blamed({{"speakers", "1e400"}}), "speakers");
  EXPECT_EQ(blamed({{"speakers", "inf"}}), "speakers");
  EXPECT_EQ(blamed({{"min_turn_s", "nan"}}), "min_turn_s");
  EXPECT_EQ(blamed({{"min_turn_s", "-0.1"}}), "min_turn_s");
  EXPECT_EQ(blamed({{"step_s", "0.495"}}), "step_s");
  EXPECT_EQ(blamed({{"step_s", "1.005"}}), "step_s");
  EXPECT_EQ(blamed({{"relabel", "yes"}}), "relabel");
  EXPECT_EQ(blamed({{"nonsense", "1"}}), "nonsense");
  EXPECT_EQ(blamed({{"name", std::string(201, 'x')}}), "name");
  EXPECT_EQ(blamed({{"name", "a\nb"}}), "name");
  EXPECT_EQ(blamed({{"speakers", "2"}, {"speakers", "2"}}), "speakers");
  EXPECT_EQ(blamed({{"speakers", "2"}, {"min_speakers", "2"}}), "speakers");
  EXPECT_EQ(blamed({{"min_speakers", "3"}, {"max_speakers", "2"}}), "min_speakers");
  EXPECT_EQ(blamed({{"channel", "1"}, {"per_channel", "true"}}), "channel");
  EXPECT_EQ(blamed({{"remember", "true"}}), "remember");
  EXPECT_EQ(blamed({{"min_score", "1"}}), "min_score");
}

TEST(JobOptions, OnlyThoseThatThereAre) {
  JobOptionsReader reader({"speakers"});
  reader.take("speakers", "2");
  EXPECT_THROW(reader.take("identify", "true"), Problem);
}

}  // namespace
}  // namespace diarist::server
