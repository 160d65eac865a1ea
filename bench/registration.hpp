// How benchmarks get their names and their figures.
//
// Names read KERNEL/SHAPE/ARITHMETIC/SET, where ARITHMETIC says whose and which: "f32", "int16"
// (codes of 16 bits), "f32_winograd" and "int8_winograd" are ours, "onednn_f32" and "onednn_u8s8"
// oneDNN's. kernels.py builds its tables from them.
#pragma once

#include <string>

#include <benchmark/benchmark.h>

#include "diarist/instruction_set.hpp"

namespace diarist::bench {

/// `work` done `per_round` in each round of the benchmark, as a rate in thousands of millions a
/// second of processor time, so that others on the machine disturb it little.
inline void report_rate(benchmark::State& state, const char* unit, double per_round) {
  state.counters[unit] = benchmark::Counter(
      per_round * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

template <class Body>
benchmark::internal::Benchmark* add_benchmark(const std::string& name, InstructionSet isa,
                                              const Body& body) {
  return benchmark::RegisterBenchmark((name + "/" + std::string(to_string(isa))).c_str(), body)
      ->Unit(benchmark::kMicrosecond);
}

/// Runs `body` as often as the benchmark asks.
template <class Body>
void measure(benchmark::State& state, const char* unit, double per_round, const Body& body) {
  for (auto _ : state) {
    body();
    benchmark::ClobberMemory();
  }
  report_rate(state, unit, per_round);
}

// Each file of benchmarks registers its own for one instruction set.

/// Layers as single kernels. With `onednn`, oneDNN's beside them.
void register_layers(InstructionSet isa, bool onednn);
/// Kernels that multiply no matrices.
void register_other_kernels(InstructionSet isa);
/// Whole networks on the built-in model.
void register_networks(InstructionSet isa);

}  // namespace diarist::bench
