// Speed of every kernel, layer and network on one core, beside what the core can do at most and, on
// the same layers, beside oneDNN.
//
//     kernels_bench [--isa=SET] [--benchmark_filter=REGEX] [--benchmark_out=FILE.json]...
//     kernels_bench --list-sets
//
// Names read KERNEL/SHAPE/ARITHMETIC/SET, see registration.hpp. Without --isa all of this machine's
// sets run; oneDNN, which can be kept to one set only in a process, is then compared with the best.
// kernels.py runs this once for each set and makes tables of it.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"

#include "onednn_layers.hpp"
#include "peak_loops.hpp"
#include "registration.hpp"

namespace diarist::bench {
namespace {

// More often than all else, so that what the rest is measured against was surely reached once.
constexpr int kPeakRepetitions = 20;

void register_peaks(InstructionSet isa) {
  for (const PeakLoop& loop : peak_loops(isa)) {
    add_benchmark(std::string("peak/registers/") + loop.arithmetic, isa,
                  [loop](benchmark::State& state) {
                    constexpr std::int64_t kRounds = 100000;
                    measure(state, "GMAC/s", loop.macs_per_round * kRounds,
                            [&] { loop.run(kRounds); });
                  })
        ->Repetitions(kPeakRepetitions);
  }
}

int run(int argc, char** argv) {
  std::vector<InstructionSet> sets = supported_instruction_sets();
  std::vector<char*> theirs;
  for (int i = 0; i < argc; ++i) {
    const std::string_view argument = argv[i];
    constexpr std::string_view kIsa = "--isa=";
    if (argument == "--list-sets") {
      for (const InstructionSet isa : sets) std::puts(std::string(to_string(isa)).c_str());
      return 0;
    }
    if (argument.starts_with(kIsa)) {
      sets = {instruction_set_from_string(argument.substr(kIsa.size()))};
    } else {
      theirs.push_back(argv[i]);
    }
  }
  int count = static_cast<int>(theirs.size());
  benchmark::Initialize(&count, theirs.data());
  if (benchmark::ReportUnrecognizedArguments(count, theirs.data())) return 1;

  const InstructionSet best = sets.back();
  const std::string version = onednn_version();
  const bool compare = !version.empty() && cap_onednn(best);
  benchmark::AddCustomContext("onednn", compare ? version : "none");
  if (version.empty()) {
    std::fprintf(stderr, "NOT COMPARED with oneDNN: this build is without it (libdnnl-dev)\n");
  } else if (!compare) {
    std::fprintf(stderr, "NOT COMPARED with oneDNN: it has no %s\n",
                 std::string(to_string(best)).c_str());
  }
  for (const InstructionSet isa : sets) {
    register_peaks(isa);
    register_layers(isa, compare && isa == best);
    register_other_kernels(isa);
    register_networks(isa);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace diarist::bench

int main(int argc, char** argv) {
  try {
    return diarist::bench::run(argc, argv);
  } catch (const diarist::Error& e) {
    std::fprintf(stderr, "kernels_bench: %s\n", e.what());
    return 2;
  }
}
