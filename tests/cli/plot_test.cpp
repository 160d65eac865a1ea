// `diarist plot`: pictures that programs which read pictures take, and what is refused.
#include <cairo.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "plotting/pictures.hpp"

namespace diarist::cli {
namespace {

using diarist::testing::Picture;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A PNG, decoded.
class Pixels {
 public:
  explicit Pixels(const std::filesystem::path& file)
      : surface_(cairo_image_surface_create_from_png(file.c_str())) {
    EXPECT_EQ(cairo_surface_status(surface_), CAIRO_STATUS_SUCCESS);
  }
  ~Pixels() { cairo_surface_destroy(surface_); }
  Pixels(const Pixels&) = delete;
  Pixels& operator=(const Pixels&) = delete;

  int width() const { return cairo_image_surface_get_width(surface_); }
  int height() const { return cairo_image_surface_get_height(surface_); }
  /// 0xRRGGBB.
  unsigned at(double x, double y) const {
    const unsigned char* row = cairo_image_surface_get_data(surface_) +
                               static_cast<int>(y) * cairo_image_surface_get_stride(surface_);
    return reinterpret_cast<const unsigned*>(row)[static_cast<int>(x)] & 0xFFFFFF;
  }

 private:
  cairo_surface_t* surface_;
};

class PlotCommand : public diarist::testing::ProgramTest {
 protected:
  PlotCommand() {
    write_text("talk.rttm",
               "SPEAKER talk 1 0.500 2.000 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER talk 1 2.000 1.500 <NA> <NA> Bob <NA> <NA>\n"
               "SPEAKER talk 1 5.000 4.000 <NA> <NA> Ann <NA> <NA>\n");
  }
};

TEST_F(PlotCommand, AnSvgOfTurns) {
  const auto outcome = run({"plot", "talk.rttm", "-o", "talk.svg"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(outcome.out + outcome.err, IsEmpty());
  const std::string svg = read_text("talk.svg");
  const Picture picture(svg);
  EXPECT_THAT(picture.texts("speaker"), ElementsAre("Ann", "Bob"));
  EXPECT_EQ(picture.of("turn").size(), 3U);
  EXPECT_EQ(picture.of("overlap").size(), 1U);
  ASSERT_EQ(run({"plot", "talk.rttm", "-o", "again.svg"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("again.svg"), svg);
}

TEST_F(PlotCommand, APngShowsWhatTheSvgSays) {
  for (const char* theme : {"light", "dark"}) {
    ASSERT_EQ(run({"plot", "talk.rttm", "-o", "talk.svg", "--theme", theme}).exit_code, kSuccess);
    ASSERT_EQ(run({"plot", "talk.rttm", "-o", "talk.PNG", "--theme", theme}).exit_code, kSuccess);
    const Picture picture(read_text("talk.svg"));
    const Pixels pixels(path("talk.PNG"));
    EXPECT_EQ(pixels.width(), 1200);
    EXPECT_EQ(pixels.height(), picture.root().attribute("height").as_int());
    const auto color = [](const pugi::xml_node& node) {
      return static_cast<unsigned>(std::strtoul(node.attribute("fill").value() + 1, nullptr, 16));
    };
    using diarist::testing::number;
    for (const pugi::xml_node& turn : picture.of("turn")) {
      EXPECT_EQ(pixels.at(number(turn, "x") + number(turn, "width") / 2,
                          number(turn, "y") + number(turn, "height") / 2),
                color(turn));
    }
    EXPECT_EQ(pixels.at(1, 1), color(picture.of("background").front()));
    // Letters of a name, somewhere.
    const pugi::xml_node name = picture.of("speaker").front();
    bool letters = false;
    for (int i = 1; i < 20; ++i)
      letters |= pixels.at(number(name, "x") - i, number(name, "y") - 4) != pixels.at(1, 1);
    EXPECT_TRUE(letters);
    const std::string first = read_text("talk.PNG");
    ASSERT_EQ(run({"plot", "talk.rttm", "-o", "talk.PNG", "--theme", theme}).exit_code, kSuccess);
    EXPECT_EQ(read_text("talk.PNG"), first);
  }
}

TEST_F(PlotCommand, ReferencePartAndSize) {
  write_text("truth.csv", "start,end,speaker\n0.5,2.4,Anna\n2,3.5,Robert\n");
  const auto outcome = run({"plot", "talk.rttm", "--reference", "truth.csv", "-o", "both.svg",
                            "--width", "800", "--height", "400", "--from", "1", "--to", "6"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  const Picture picture(read_text("both.svg"));
  EXPECT_THAT(picture.texts("speaker"), ElementsAre("Ann", "Bob", "Anna", "Robert"));
  EXPECT_EQ(picture.root().attribute("width").as_int(), 800);
  EXPECT_EQ(picture.root().attribute("height").as_int(), 400);
  EXPECT_EQ(picture.texts("time").front(), "0:01");
}

TEST_F(PlotCommand, ARecordingIsDiarizedFirst) {
  cut_sample("talk.wav", 6, 16);
  ASSERT_EQ(run({"plot", "talk.wav", "-o", "heard.svg", "--threads", "2"}).exit_code, kSuccess);
  ASSERT_EQ(run({"talk.wav", "-o", "talk.json"}).exit_code, kSuccess);
  ASSERT_EQ(run({"plot", "talk.json", "-o", "read.svg"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("heard.svg"), read_text("read.svg"));
}

TEST_F(PlotCommand, VoicesOfARecording) {
  cut_sample("talk.wav", 0, 30);
  for (const char* file : {"voices.svg", "again.svg", "voices.png"}) {
    const auto outcome = run({"plot", "talk.wav", "--embeddings", "-o", file, "--speakers", "2"});
    ASSERT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  }
  const Picture picture(read_text("voices.svg"));
  EXPECT_GT(picture.of("point").size(), 50U);
  EXPECT_EQ(picture.of("middle").size(), 2U);
  EXPECT_EQ(read_text("voices.svg"), read_text("again.svg"));
  EXPECT_EQ(Pixels(path("voices.png")).width(), 1200);
}

TEST_F(PlotCommand, OneOfSeveralRecordings) {
  write_text("all.rttm",
             "SPEAKER a 1 0 1 <NA> <NA> Eve <NA> <NA>\nSPEAKER b 1 0 1 <NA> <NA> Ann <NA> <NA>\n");
  const auto outcome = run({"plot", "all.rttm", "-o", "x.svg"});
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("holds turns of 'a', 'b', none of them 'all'; name one"));
  ASSERT_EQ(run({"plot", "all.rttm", "--recording", "b", "-o", "x.svg"}).exit_code, kSuccess);
  EXPECT_THAT(Picture(read_text("x.svg")).texts("speaker"), ElementsAre("Ann"));
}

TEST_F(PlotCommand, TurnsWithoutATellingName) {
  write_text("turns", read_text("talk.rttm"));
  EXPECT_EQ(run({"plot", "turns", "-o", "a.svg"}).exit_code, kSuccess);
  write_text("labels", "0\t1\tAnn\n");
  EXPECT_EQ(run({"plot", "labels", "--from-format", "audacity", "-o", "b.svg"}).exit_code,
            kSuccess);
  EXPECT_THAT(Picture(read_text("b.svg")).texts("speaker"), ElementsAre("Ann"));
}

TEST_F(PlotCommand, Refuses) {
  const auto refused = [this](std::vector<std::string> arguments, int exit_code,
                              const std::string& message) {
    arguments.insert(arguments.begin(), "plot");
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << message << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  write_noise("noise.wav", 1);
  write_text("bad.rttm", "SPEAKER talk 1 one 2 <NA> <NA> Ann <NA> <NA>\n");
  const std::vector<std::string> before = listing();
  refused({"talk.rttm"}, kUsage, "--output is required");
  refused({"-o", "x.svg"}, kUsage, "FILE is required");
  refused({"talk.rttm", "-o", "x.pdf"}, kUsage, "x.pdf: its ending tells no kind of picture");
  refused({"talk.rttm", "-o", "-"}, kUsage, "-o: needs the name of a file");
  refused({"none.rttm", "-o", "x.svg"}, kInput, "none.rttm");
  refused({"none.wav", "-o", "x.svg"}, kInput, "none.wav");
  refused({"bad.rttm", "-o", "x.svg"}, kMalformed, "bad.rttm:1:");
  refused({"talk.rttm", "-o", "x.svg", "--width", "10"}, kUsage, "width: 10 pixels");
  refused({"talk.rttm", "-o", "x.svg", "--height", "99999"}, kUsage, "height: 99999 pixels");
  refused({"talk.rttm", "-o", "x.png", "--width", "16000", "--height", "16000"}, kUsage,
          "too large");
  refused({"talk.rttm", "-o", "x.svg", "--from", "5", "--to", "4"}, kUsage,
          "--from: is not before --to");
  refused({"talk.rttm", "-o", "x.svg", "--from", "-1"}, kUsage, "--from: is no time");
  refused({"talk.rttm", "-o", "x.svg", "--from", "60"}, kUsage, "from: ");
  refused({"talk.rttm", "-o", "x.svg", "--theme", "blue"}, kUsage, "--theme");
  refused({"talk.rttm", "-o", "x.svg", "--embeddings"}, kUsage, "name the recording");
  refused({"talk.rttm", "-o", "x.svg", "--speakers", "2"}, kUsage,
          "--speakers: is about diarizing");
  refused({"talk.rttm", "-o", "x.svg", "--reference", "none.rttm"}, kInput, "none.rttm");
  refused({"talk.rttm", "-o", "x.svg", "--recording", "other"}, kUsage, "none of them 'other'");
  refused({"noise.wav", "-o", "x.svg", "--recording", "noise"}, kUsage,
          "--recording: is about files");
  refused({"noise.wav", "-o", "x.svg", "--embeddings", "--from", "1"}, kUsage,
          "--embeddings: is no timeline");
  refused({"noise.wav", "-o", "x.svg", "--embeddings"}, kUsage, "too few for a picture");
  refused({"talk.rttm", "-o", "talk.rttm/x.svg"}, kOutput, "cannot be written");
  EXPECT_EQ(listing(), before);
  std::filesystem::create_symlink("talk.rttm", path("link.svg"));
  refused({"talk.rttm", "-o", "link.svg"}, kUsage, "would overwrite talk.rttm");
}

}  // namespace
}  // namespace diarist::cli
