// The `nist` convention against NIST's own md-eval.pl, on random recordings.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/scoring.hpp"

#include "scoring/random_turns.hpp"
#include "scoring/timeline.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

constexpr int kRecordingsPerRun = 32;  // Times eight ways to score: 256 pairs.
/// Third decimal of what md-eval prints: seconds, and per cent of DER.
constexpr double kTolerance = 0.0005;

struct Figures {
  double total_s = 0, miss_s = 0, false_alarm_s = 0, confusion_s = 0, der_percent = 0;
};

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("diarist-md-eval-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// md-eval.pl, but its figures are printed with six decimals instead of two.
std::string precise_md_eval() {
  std::ifstream file(DIARIST_MD_EVAL);
  std::string script{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  replace_all(script, "%10.2f secs", "%14.6f secs");
  replace_all(script, "ERROR = %.2f percent", "ERROR = %.6f percent");
  return script;
}

std::string decimal(double value) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

std::string rttm(const Annotation& annotation) {
  std::string text;
  for (const Segment& turn : annotation.segments) {
    text += "SPEAKER " + annotation.recording + " " + turn.channel + " " + decimal(turn.start_s) +
            " " + decimal(turn.end_s - turn.start_s) + " <NA> <NA> " + turn.label + " <NA> <NA>\n";
  }
  return text;
}

std::string uem(const Annotation& annotation) {
  std::string text;
  for (const Segment& part : annotation.segments) {
    text += annotation.recording + " " + part.channel + " " + decimal(part.start_s) + " " +
            decimal(part.end_s) + "\n";
  }
  return text;
}

std::map<std::string, Figures> read_figures(const std::string& report) {
  std::map<std::string, Figures> figures;
  Figures* current = nullptr;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    const std::string title = "*** Performance analysis for Speaker Diarization for ";
    if (line.rfind(title, 0) == 0) {
      const std::string name = line.substr(title.size(), line.find(" ***") - title.size());
      current = &figures[name.rfind("f=", 0) == 0 ? name.substr(2) : name];
      continue;
    }
    const auto take = [&line, &current](const std::string& label, double Figures::*field) {
      const std::size_t at = line.find(label);
      if (current && at != std::string::npos) {
        current->*field = std::strtod(line.c_str() + at + label.size(), nullptr);
      }
    };
    take("SCORED SPEAKER TIME =", &Figures::total_s);
    take("MISSED SPEAKER TIME =", &Figures::miss_s);
    take("FALARM SPEAKER TIME =", &Figures::false_alarm_s);
    take("SPEAKER ERROR TIME =", &Figures::confusion_s);
    take("OVERALL SPEAKER DIARIZATION ERROR =", &Figures::der_percent);
  }
  return figures;
}

struct Way {
  double collar_s;
  bool skip_overlap;
  bool with_uem;
};

class AgainstMdEval : public ::testing::TestWithParam<Way> {};

/// Every fourth recording has a second channel, with turns of its own.
void add_second_channel(Annotation& to, const Annotation& from) {
  for (Segment turn : from.segments) {
    turn.channel = "2";
    to.segments.push_back(turn);
  }
}

/// A map none of whose stretches ends inside an overlap of the reference: where that overlap starts
/// at the end of another, md-eval -1 scores a part that it should skip (docs/scoring.md).
Annotation evaluation_map(testing::RandomTurns& random, const Annotation& reference,
                          double length_s) {
  const scoring::Timeline overlaps = scoring::overlaps(reference.segments);
  const auto ends_in_overlap = [&overlaps](const Segment& part) {
    return std::any_of(overlaps.begin(), overlaps.end(), [&part](const scoring::Stretch& overlap) {
      return overlap.start_s < part.end_s && part.end_s < overlap.end_s;
    });
  };
  while (true) {
    Annotation map = random.evaluation_map(reference.recording, length_s);
    if (std::none_of(map.segments.begin(), map.segments.end(), ends_in_overlap)) return map;
  }
}

TEST_P(AgainstMdEval, AgreesToTheThirdDecimal) {
  if (!fs::exists(DIARIST_MD_EVAL)) {
    GTEST_SKIP() << "needs md-eval.pl: install Debian's sctk";
  }
  const Way way = GetParam();
  testing::RandomTurns random(20261 + static_cast<std::uint64_t>(way.collar_s * 16) +
                              (way.skip_overlap ? 2 : 0) + (way.with_uem ? 1 : 0));
  std::string reference_text, hypothesis_text, uem_text;
  for (int i = 0; i < kRecordingsPerRun; ++i) {
    const std::string name = "rec" + std::to_string(i);
    const double length_s = random.uniform(60, 240);
    Annotation reference = random.reference(name, length_s);
    Annotation hypothesis = random.hypothesis(reference);
    Annotation evaluated = evaluation_map(random, reference, length_s);
    if (i % 4 == 3) {
      const Annotation second = random.reference(name, length_s);
      add_second_channel(hypothesis, random.hypothesis(second));
      add_second_channel(reference, second);
      add_second_channel(evaluated, evaluation_map(random, second, length_s));
    }
    reference_text += rttm(reference);
    hypothesis_text += rttm(hypothesis);
    uem_text += uem(evaluated);
  }

  const Folder folder;
  std::string command = "perl '" + folder.write("md-eval.pl", precise_md_eval()) + "' -af -c " +
                        decimal(way.collar_s) + (way.skip_overlap ? " -1" : "") + " -r '" +
                        folder.write("reference.rttm", reference_text) + "' -s '" +
                        folder.write("hypothesis.rttm", hypothesis_text) + "'";
  if (way.with_uem) command += " -u '" + folder.write("all.uem", uem_text) + "'";
  command += " > '" + (folder / "report") + "' 2> '" + (folder / "messages") + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream report_file(folder / "report");
  const std::map<std::string, Figures> theirs =
      read_figures({std::istreambuf_iterator<char>(report_file), std::istreambuf_iterator<char>()});
  ASSERT_EQ(theirs.size(), kRecordingsPerRun + 1u) << "md-eval's report is not what was expected";

  ScoringOptions options;
  options.convention = ScoringConvention::nist;
  options.collar_s = way.collar_s;
  options.skip_overlap = way.skip_overlap;
  const auto references = parse_rttm(reference_text, "reference");
  const auto hypotheses = parse_rttm(hypothesis_text, "hypothesis");
  const auto maps = parse_uem(uem_text, "uem");
  Score all;
  const auto compare = [&theirs](const std::string& name, const Score& ours) {
    SCOPED_TRACE(name);
    const Figures& figures = theirs.at(name);
    EXPECT_GT(figures.total_s, 10);
    EXPECT_NEAR(ours.total_s, figures.total_s, kTolerance);
    EXPECT_NEAR(ours.miss_s, figures.miss_s, kTolerance);
    EXPECT_NEAR(ours.false_alarm_s, figures.false_alarm_s, kTolerance);
    EXPECT_NEAR(ours.confusion_s, figures.confusion_s, kTolerance);
    EXPECT_NEAR(100 * ours.der(), figures.der_percent, kTolerance);
  };
  for (int i = 0; i < kRecordingsPerRun; ++i) {
    const auto n = static_cast<std::size_t>(i);
    const Score ours = score(references[n], hypotheses[n],
                             way.with_uem ? std::optional(maps[n]) : std::nullopt, options);
    compare(references[n].recording, ours);
    all += ours;
  }
  compare("ALL", all);
}

INSTANTIATE_TEST_SUITE_P(Ways, AgainstMdEval,
                         ::testing::Values(Way{0, false, false}, Way{0, false, true},
                                           Way{0, true, false}, Way{0, true, true},
                                           Way{0.25, false, false}, Way{0.25, false, true},
                                           Way{0.25, true, false}, Way{0.25, true, true}),
                         [](const auto& info) {
                           const Way& way = info.param;
                           return std::string(way.collar_s > 0 ? "Collar" : "NoCollar") +
                                  (way.skip_overlap ? "SkipOverlap" : "") +
                                  (way.with_uem ? "Uem" : "");
                         });

}  // namespace
}  // namespace diarist
