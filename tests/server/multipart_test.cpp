#include "server/multipart.hpp"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/problem.hpp"

namespace diarist::server {
namespace {

using ::testing::ElementsAre;

/// "name|file|type|content" of each part.
class Recorder : public PartListener {
 public:
  void begin_part(const PartHead& head) override {
    parts.push_back(head.name + "|" + head.file + "|" + head.type + "|");
    ++open;
  }
  void part_bytes(std::string_view bytes) override {
    EXPECT_EQ(open, 1);
    EXPECT_FALSE(bytes.empty());
    parts.back().append(bytes);
  }
  void end_part() override { --open; }

  std::vector<std::string> parts;
  int open = 0;
};

std::vector<std::string> parse(const std::string& body, std::size_t piece = 1 << 20,
                               const std::string& boundary = "b") {
  Recorder recorder;
  MultipartParser parser(boundary, recorder);
  for (std::size_t at = 0; at < body.size(); at += piece) parser.feed(body.substr(at, piece));
  parser.finish();
  EXPECT_EQ(recorder.open, 0);
  return recorder.parts;
}

bool refused(const std::string& body, const std::string& boundary = "b") {
  try {
    parse(body, 1 << 20, boundary);
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 400);
    return true;
  }
  return false;
}

const std::string kAudio = "Content-Disposition: form-data; name=\"audio\"; filename=\"a.wav\"\r\n";

TEST(Multipart, PartsComeAsTheyWereSentHoweverTheBodyIsDivided) {
  const std::vector<std::string> expected = {
      "speakers|||2", "audio|a.wav|audio/wav|\r\n-\r\n--\r\n--a\r\n--", "x|||"};
  const std::string whole =
      "--b\r\nContent-Disposition: form-data; name=\"speakers\"\r\n\r\n2\r\n--b\r\n" + kAudio +
      "Content-Type: Audio/WAV; rate=1\r\n\r\n\r\n-\r\n--\r\n--a\r\n--\r\n"
      "--b  \r\nCONTENT-DISPOSITION:form-data;name=x\r\n\r\n\r\n--b--\r\nepilogue";
  for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
    EXPECT_EQ(parse(whole, piece), expected) << piece;
  }
}

TEST(Multipart, BytesOfAnyKindGoThrough) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::string content(random() % 5000, '\0');
    for (char& c : content) c = "\r\n-b\0x"[random() % 6];
    if (content.find("\r\n--b") != std::string::npos) continue;
    const std::string body = "--b\r\n" + kAudio + "\r\n" + content + "\r\n--b--";
    if (content.starts_with("--b")) continue;
    EXPECT_THAT(parse(body, 1 + random() % 100), ElementsAre("audio|a.wav||" + content));
  }
}

TEST(Multipart, EmptyPartsAndNone) {
  EXPECT_THAT(parse("--b\r\n" + kAudio + "\r\n\r\n--b--\r\n"), ElementsAre("audio|a.wav||"));
  EXPECT_THAT(parse("--b--"), ElementsAre());
  EXPECT_THAT(parse("preamble\r\n--b--"), ElementsAre());
}

TEST(Multipart, NamesAreTakenAsBrowsersWriteThem) {
  EXPECT_THAT(parse("--b\r\nContent-Disposition: form-data; name=audio; "
                    "filename=\"C:\\\\x\\\"y.wav\"\r\n\r\nz\r\n--b--"),
              ElementsAre("audio|C:\\x\"y.wav||z"));
}

TEST(Multipart, WhatIsNoneIsRefused) {
  for (const std::string& body :
       {std::string(), std::string("--b"), std::string("--b\r\n"), "--b\r\n" + kAudio + "\r\nx",
        "--b\r\n" + kAudio + "\r\nx\r\n--b", "--bx\r\n" + kAudio + "\r\nx\r\n--bx--",
        std::string("--b\r\nno field\r\n\r\nx\r\n--b--"), std::string("--b\r\n\r\nx\r\n--b--"),
        std::string("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"),
        std::string("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        std::string("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--"),
        std::string("--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b--"),
        "--b\r\n" + kAudio + "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
        "--b\r\n" + kAudio + "X: " + std::string(10000, 'y') + "\r\n\r\nx\r\n--b--",
        std::string(3000, 'x') + "\r\n--b--"}) {
    EXPECT_TRUE(refused(body)) << body.substr(0, 200);
  }
  std::string many;
  for (int i = 0; i <= kMostParts; ++i) many += "--b\r\n" + kAudio + "\r\nx\r\n";
  EXPECT_TRUE(refused(many + "--b--"));
  EXPECT_TRUE(refused("--b--", ""));
  EXPECT_TRUE(refused("--b--", std::string(71, 'b')));
}

}  // namespace
}  // namespace diarist::server
