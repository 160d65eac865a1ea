#include "modeltools/report/integration_guide.hpp"

#include <string_view>

#include "modeltools/report/test_script.hpp"

namespace diarist::modeltools::report {
namespace {

constexpr std::string_view kBuiltin = "built-in";

/// `text` as a string literal: of C and C++, and of Python too.
std::string literal(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string model_option(const std::string& pack) {
  return pack == kBuiltin ? "" : " --model " + shell_word(pack);
}

/// Of a pack that was proven in integers; of any other nothing.
std::string for_integers(const ReportSubject& subject, const std::string& text) {
  return subject.options.method == QuantizationMethod::int8 ? text : "";
}

std::string command_line(const ReportSubject& subject) {
  return R"(## On the command line

```sh
diarist meeting.wav)" +
         model_option(subject.result) + " --fallback " + shell_word(subject.original) +
         for_integers(subject, " --precision int8") + R"(
```

Here as in every language below, a pack that cannot be loaded or fails its self-check (a checksum, and two seconds of sound whose
embedding it has to know) is replaced by the one that it was made from, and a notice says so.
)";
}

std::string cpp(const ReportSubject& subject) {
  return R"(## From C++

```cpp
#include <iostream>

#include <diarist/diarist.hpp>

int main(int count, char** arguments) {
  const char* file = count > 1 ? arguments[1] : "meeting.wav";
  try {
    diarist::PerformanceOptions performance;
)" + for_integers(subject, "    performance.precision = diarist::Precision::int8;\n") +
         R"(    // Make one and keep it: any number of threads may call it.
    const diarist::Diarizer diarizer(
        )" +
         literal(subject.result) + ",\n        " + literal(subject.original) + R"(, performance);
    const diarist::Diarization heard = diarizer.diarize(file);
    for (const std::string& notice : heard.notices) std::cerr << notice << "\n";
    for (const diarist::Turn& turn : heard.turns) {
      std::cout << turn.start_s << " " << turn.end_s << " " << heard.speakers[turn.speaker].name << "\n";
    }
  } catch (const diarist::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
```
)";
}

std::string c(const ReportSubject& subject) {
  return R"(## From C

```c
#include <stdio.h>

#include <diarist/diarist.h>

static int failed(diarist_error* error) {
  fprintf(stderr, "%s\n", diarist_error_message(error));
  diarist_error_free(error);
  return 1;
}

int main(int count, char** arguments) {
  const char* file = count > 1 ? arguments[1] : "meeting.wav";
  const char* pack = )" +
         literal(subject.result) + ";\n  const char* original = " + literal(subject.original) + R"(;
  diarist_error* error = NULL;
  diarist_performance performance;
  diarist_performance_init(&performance, sizeof performance, NULL);
)" + for_integers(subject, "  performance.precision = DIARIST_PRECISION_INT8;\n") +
         R"(
  diarist_model* model = NULL;
  if (diarist_model_choose(pack, original, &performance, &model, &error) != DIARIST_OK) return failed(error);
  diarist_diarizer* diarizer = NULL; /* make one and keep it: any number of threads may call it */
  if (diarist_diarizer_new(model, &performance, &diarizer, &error) != DIARIST_OK) return failed(error);
  diarist_diarization* heard = NULL;
  if (diarist_diarize_file(diarizer, file, NULL, NULL, &heard, &error) != DIARIST_OK) return failed(error);

  for (size_t i = 0; i < diarist_notice_count(heard); ++i) {
    fprintf(stderr, "%s\n", diarist_notice_at(heard, i));
  }
  for (size_t i = 0; i < diarist_turn_count(heard); ++i) {
    diarist_turn turn = {.size = sizeof turn};
    diarist_speaker speaker = {.size = sizeof speaker};
    diarist_turn_at(heard, i, &turn, NULL);
    diarist_speaker_at(heard, (size_t)turn.speaker, &speaker, NULL);
    printf("%g %g %s\n", turn.start_s, turn.end_s, speaker.name);
  }
  diarist_diarization_free(heard);
  diarist_diarizer_free(diarizer);
  diarist_model_free(model);
  return 0;
}
```
)";
}

std::string python(const ReportSubject& subject) {
  return R"(## From Python

```python
import sys

import diarist

# Make one and keep it: any number of threads may call it.
diarizer = diarist.Diarizer(
    )" + literal(subject.result) +
         ",\n    fallback=" + literal(subject.original) + ",\n" +
         for_integers(subject, "    precision=\"int8\",\n") + R"()
heard = diarizer.diarize(sys.argv[1] if len(sys.argv) > 1 else "meeting.wav")
for notice in heard.notices:
    print(notice, file=sys.stderr)
for turn in heard:
    print(turn.start, turn.end, turn.speaker)
```
)";
}

std::string watching(const ReportSubject& subject) {
  return R"(## Watching accuracy

What is heard changes with rooms and microphones, so the proof above holds for recordings like those that it was made on. Now and
then run both packs on what came in lately, and look at how far their turns are from each other. No reference is needed:

```sh
diarist compare )" +
         shell_word(subject.original) + " " + shell_word(subject.result) + " meeting.wav " +
         check_options(subject) + R"(
```

- Exit code 9 says that a limit was missed, and which; `--json` gives the figures to a monitor. `der_between` is the share of speech
  time that the two packs label otherwise.
- Where people correct turns, keep their RTTM beside the recording under its name: the same command then gives the DER of both.
- Limits that were used here are in `report.json` under `limits`. Tighten them where confusion of speakers is expensive.
- A notice that the original took over is worth an alarm: the pack's file has changed.
)";
}

}  // namespace

std::string integration_guide(const QuantizationAttempt& taken, const ReportSubject& subject) {
  return "# Using " + subject.result + "\n\nMade of " + subject.original + " by " + taken.method +
         ": " + taken.outcome + R"(.

`report.html` and `report.json` have the figures; `test.sh` checks them again, on any machine and any recordings.

)" + command_line(subject) +
         "\n" + cpp(subject) + "\n" + c(subject) + "\n" + python(subject) + "\n" +
         watching(subject) + R"(
## Going back

Nothing else changed with the pack: run without it, or with the original, and everything is as before.

```sh
diarist meeting.wav)" +
         model_option(subject.original) + R"(
```

Keep the original: a quantized pack cannot be turned into it again, and another method on top of this one is refused.
)";
}

}  // namespace diarist::modeltools::report
