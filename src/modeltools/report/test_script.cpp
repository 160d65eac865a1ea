#include "modeltools/report/test_script.hpp"

#include <charconv>

namespace diarist::modeltools::report {
namespace {

/// The shortest text that reads as the same number, in any locale.
std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(std::begin(text), std::end(text), value);
  return {text, end.ptr};
}

std::string recordings_of(const ReportSubject& subject) {
  std::string words;
  for (const std::string& recording : subject.recordings) words += " " + shell_word(recording);
  return words;
}

}  // namespace

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string check_options(const ReportSubject& subject) {
  const AccuracyLimits& limits = subject.options.limits;
  const bool integers = subject.options.method == QuantizationMethod::int8;
  return std::string("--check") + (integers ? " --precision int8" : "") + " --max-der-increase " +
         number(limits.max_der_increase) + " --min-cosine " + number(limits.min_embedding_cosine) +
         " --min-agreement " + number(limits.min_segmentation_agreement);
}

std::string test_script(const ReportSubject& subject) {
  return R"(#!/bin/sh
# Does the quantized pack still hear what the original hears? Prints sizes, signal to noise of each tensor, accuracy and
# times of both, and ends with 0 only where the new pack is within the limits that it was made with.
#   test.sh [RECORDING...]
# Recordings: of your own, each with its reference NAME.rttm beside it where there is one; without any, those that the
# pack was proven on. DIARIST, ORIGINAL and RESULT in the environment name other programs and packs.
set -eu
diarist=${DIARIST:-diarist}
original=${ORIGINAL:-)" +
         shell_word(subject.original) + R"(}
result=${RESULT:-)" +
         shell_word(subject.result) + R"(}
if [ $# -eq 0 ]; then
  set --)" +
         recordings_of(subject) + R"(
fi
"$diarist" inspect "$result" >/dev/null
status=0
"$diarist" compare "$original" "$result" "$@" )" +
         check_options(subject) + R"( || status=$?
if [ "$status" -eq 0 ]; then
  echo "PASS: $result"
else
  echo "FAIL: $result (exit code $status); go on with $original" >&2
fi
exit "$status"
)";
}

}  // namespace diarist::modeltools::report
