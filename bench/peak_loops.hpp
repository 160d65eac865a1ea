// What one core can do at most: multiply-accumulates that never leave the registers.
//
// A kernel's speed means little by itself; its share of these, taken in the same run, tells how
// much there is left to gain. Safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "diarist/instruction_set.hpp"

namespace diarist::bench {

struct PeakLoop {
  /// "f32": fused multiply-add (SSE4: multiply, then add). "i16": pairs of 16-bit products into
  /// 32-bit sums (madd and add; VNNI: dpwssd). "u8s8": quads of 8-bit products into 32-bit sums
  /// (maddubs, madd and add; VNNI: dpbusd); on x86 only.
  const char* arithmetic;
  double macs_per_round;
  void (*run)(std::int64_t rounds);
};

/// The loops of an instruction set that this machine has; none for the scalar twin.
std::vector<PeakLoop> peak_loops(InstructionSet isa);

}  // namespace diarist::bench
