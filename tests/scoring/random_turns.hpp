// Random references, and hypotheses that are wrong in every way a diarizer is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "diarist/formats.hpp"

namespace diarist::testing {

class RandomTurns {
 public:
  explicit RandomTurns(std::uint64_t seed) : engine_(seed) {}

  /// Not std::uniform_*_distribution: those differ between standard libraries.
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(engine_() >> 11) * 0x1.0p-53);
  }
  /// From 0 to n - 1.
  int below(int n) { return static_cast<int>(uniform(0, n)); }
  bool chance(double p) { return uniform(0, 1) < p; }

  /// 1 to 6 speakers, at most `length_s` seconds; pauses, overlaps, turns that touch, and now and
  /// then a turn that overlaps with another of the same speaker, or has no length.
  Annotation reference(const std::string& recording, double length_s) {
    Annotation annotation{recording, {}};
    const int speakers = 1 + below(6);
    double at_s = uniform(0, 5);
    while (at_s < length_s - 10) {
      const double end_s = millisecond(at_s + uniform(0.2, 8));
      const std::string label = "ref" + std::to_string(below(speakers));
      add(annotation, at_s, end_s, label);
      if (chance(0.05)) add(annotation, end_s, millisecond(end_s + uniform(0.1, 1)), label);
      if (chance(0.05)) {
        const double inside_s = millisecond((at_s + end_s) / 2);
        add(annotation, inside_s, inside_s, label);
      }
      at_s = millisecond(std::max(0.0, end_s + uniform(-1.5, 1.5)));
    }
    return annotation;
  }

  /// `reference` with boundaries moved, speakers confused, turns lost, split, invented.
  Annotation hypothesis(const Annotation& reference) {
    Annotation annotation{reference.recording, {}};
    const int speakers = 1 + below(7);
    const double confusion = uniform(0, 0.4);
    for (const Segment& turn : reference.segments) {
      if (chance(0.1)) continue;
      const double start_s = millisecond(std::max(0.0, turn.start_s + uniform(-0.6, 0.6)));
      const double end_s = millisecond(turn.end_s + uniform(-0.6, 0.6));
      if (end_s <= start_s) continue;
      const int true_speaker = turn.label.back() - '0';
      const int speaker = chance(confusion) ? below(speakers) : true_speaker % speakers;
      const std::string label = "hyp" + std::to_string(speaker);
      const double middle_s = millisecond((start_s + end_s) / 2);
      if (chance(0.2) && middle_s > start_s && middle_s < end_s) {
        add(annotation, start_s, middle_s, label);
        add(annotation, middle_s, end_s, label);
      } else {
        add(annotation, start_s, end_s, label);
      }
      if (chance(0.1)) {
        const double invented_s = millisecond(uniform(0, reference.segments.back().end_s + 5));
        add(annotation, invented_s, millisecond(invented_s + uniform(0.1, 3)),
            "hyp" + std::to_string(below(speakers)));
      }
    }
    return annotation;
  }

  /// One to three stretches that together hold most of `length_s`.
  Annotation evaluation_map(const std::string& recording, double length_s) {
    Annotation annotation{recording, {}};
    const int parts = 1 + below(3);
    for (int i = 0; i < parts; ++i) {
      const double share = length_s / parts;
      add(annotation, millisecond(i * share + uniform(0, 0.2) * share),
          millisecond((i + 1) * share - uniform(0, 0.2) * share), "");
    }
    return annotation;
  }

 private:
  static double millisecond(double seconds) { return std::round(seconds * 1000) / 1000; }
  static void add(Annotation& annotation, double start_s, double end_s, const std::string& label) {
    annotation.segments.push_back({start_s, end_s, label, "1"});
  }

  std::mt19937_64 engine_;
};

}  // namespace diarist::testing
