#!/usr/bin/env bash
# How much of the code that reads what strangers write the fuzzers come to, with the inputs that they kept.
#   scripts/fuzz_coverage.sh [CORPUS_FOLDER]
# CORPUS_FOLDER has a folder for each fuzzer (build/fuzz/corpus if none is said, which `make fuzz` fills); the seeds in tests/ are run too.
# Builds the fuzzers once more, with Clang's coverage and no sanitizers, in build/fuzz-coverage. Prints a table of lines; what was not
# come to is in build/fuzz-coverage/reports/FUZZER.txt. Of a file that also writes, what writes counts where the fuzzer writes again.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=$(realpath "${1:-build/fuzz/corpus}")
build=build/fuzz-coverage
annotations="formats/annotation formats/columns formats/lines formats/number formats/reading formats/recording_name formats/held_name"
declare -A reads=(
  [onnx_fuzzer]="modeltools/onnx_graph modeltools/onnx_walk modeltools/onnx_embedding modeltools/onnx_segmentation"
  [pack_fuzzer]="model/safetensors model/tensor_table model/pack model/architecture model/coding model/coding_metadata"
  [pickle_fuzzer]="modeltools/pickle modeltools/pytorch_objects"
  [request_fuzzer]="server/byte_range server/job_options server/multipart server/negotiation server/text"
  [rttm_fuzzer]="formats/rttm $annotations"
  [transcripts_fuzzer]="transcripts/reading transcripts/cue_text transcripts/ctm transcripts/json_document transcripts/json_fields
    transcripts/json_layout transcripts/json_segments transcripts/whisper_cpp transcripts/characters transcripts/words formats/cues"
  [turns_fuzzer]="formats/audacity formats/csv formats/ctm formats/cues formats/eaf_reader formats/json_events formats/json_fields
    formats/json_reader formats/rttm formats/separated formats/speaker_tiers formats/srt formats/textgrid_reader formats/ticks
    formats/turn_list formats/unicode formats/vtt $annotations"
  [uem_fuzzer]="formats/uem $annotations"
  [voices_fuzzer]="voices/voice_document"
  [zip_fuzzer]="modeltools/zip_archive modeltools/npz modeltools/pytorch_file"
)
tool() { command -v "$1" || command -v "$1-14" || { echo "$1 is not installed (Debian: llvm)" >&2; exit 1; }; }
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)

cmake --preset fuzz -B "$build" -DDIARIST_SANITIZE= -DCMAKE_CXX_FLAGS="-fprofile-instr-generate -fcoverage-mapping" >/dev/null
cmake --build "$build" --target diarist_fuzzers >/dev/null
mkdir -p "$build/reports"
printf '| fuzzer | inputs | lines of its readers | come to |\n|---|---:|---:|---:|\n'
shopt -s nullglob
for fuzzer in "$build"/fuzzers/*; do
  name=$(basename "$fuzzer")
  [[ -n ${reads[$name]:-} ]] || { echo "$name is in no table of $0" >&2; exit 1; }
  files=()
  for each in ${reads[$name]}; do
    [[ -f src/$each.cpp ]] || { echo "src/$each.cpp is no file: see $0" >&2; exit 1; }
    files+=("$PWD/src/$each.cpp")
  done
  inputs=(tests/*/corpus/"$name")
  [[ ! -d $corpus/$name ]] || inputs=("$corpus/$name" "${inputs[@]}")
  ((${#inputs[@]})) || { echo "$name has no inputs" >&2; exit 1; }
  profile=$build/reports/$name
  LLVM_PROFILE_FILE=$profile.profraw "$fuzzer" -runs=0 -rss_limit_mb=4096 "${inputs[@]}" >"$profile.log" 2>&1 ||
    { tail -n 5 "$profile.log" >&2; exit 1; }
  "$profdata" merge -sparse "$profile.profraw" -o "$profile.profdata"
  "$cov" show "$fuzzer" -instr-profile="$profile.profdata" "${files[@]}" >"$profile.txt"
  "$cov" report "$fuzzer" -instr-profile="$profile.profdata" "${files[@]}" |
    awk -v name="$name" -v inputs="$(find "${inputs[@]}" -type f | wc -l)" \
      '$1 == "TOTAL" { printf "| %s | %d | %d | %.1f %% |\n", name, inputs, $8, 100 * ($8 - $9) / $8 }'
done
