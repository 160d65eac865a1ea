#include "modeltools/report/integration_guide.hpp"

#include "modeltools/report/test_script.hpp"

namespace diarist::modeltools::report {
namespace {

constexpr std::string_view kBuiltin = "built-in";

/// `text` as a string literal of C++.
std::string literal(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string load(const std::string& pack) {
  return pack == kBuiltin ? "diarist::Model::builtin()"
                          : "diarist::Model::load(" + literal(pack) + ")";
}

std::string model_option(const std::string& pack) {
  return pack == kBuiltin ? "" : " --model " + shell_word(pack);
}

}  // namespace

std::string integration_guide(const QuantizationAttempt& taken, const ReportSubject& subject) {
  const bool integers = subject.options.method == QuantizationMethod::int8;
  const std::string precision = integers ? " --precision int8" : "";
  const std::string performance =
      integers ? "  performance.precision = diarist::Precision::int8;\n" : "";
  return "# Using " + subject.result + "\n\nMade of " + subject.original + " by " + taken.method +
         ": " + taken.outcome + R"(.

`report.html` and `report.json` have the figures; `test.sh` checks them again, on any machine and any recordings.

## On the command line

```sh
diarist meeting.wav)" +
         model_option(subject.result) + precision + R"(
```

## From C++

```cpp
#include <iostream>

#include <diarist/diarizer.hpp>
#include <diarist/error.hpp>
#include <diarist/model.hpp>

// The quantized pack, or the one that it was made from where that cannot be read.
diarist::Model model() {
  try {
    return )" +
         load(subject.result) + R"(;
  } catch (const diarist::Error& error) {
    std::cerr << error.what() << "; going on with the original\n";
    return )" +
         load(subject.original) + R"(;
  }
}

int main(int argc, char** argv) {
  diarist::PerformanceOptions performance;
)" + performance +
         R"(  const diarist::Diarizer diarizer(model(), performance);
  for (int i = 1; i < argc; ++i) {
    const diarist::Diarization heard = diarizer.diarize(argv[i]);
    for (const diarist::Turn& turn : heard.turns) {
      std::cout << turn.start_s << " " << turn.end_s << " " << heard.speakers[turn.speaker].name << "\n";
    }
  }
}
```

A Model and a Diarizer are made once and kept: any number of threads may call them.

## Watching accuracy

What is heard changes with rooms and microphones, so the proof above holds for recordings like those that it was made on.

- Now and then run both packs on what came in lately, and look at how far their turns are from each other. No reference is needed:

  ```sh
  diarist compare )" +
         shell_word(subject.original) + " " + shell_word(subject.result) +
         R"( recent.wav --check
  ```

  Exit code 9 says that a limit was missed; `--json` gives the figures to a monitor. `der_between` is the share of speech time that
  the two packs label otherwise.
- Where people correct turns, keep their RTTM beside the recording under its name: the same command then gives the DER of both.
- Limits that were used here are in `report.json` under `limits`. Tighten them where confusion of speakers is expensive.

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
