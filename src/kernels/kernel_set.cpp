#include "kernels/kernel_set.hpp"

#include <array>
#include <optional>
#include <string>

#include <hwy/highway.h>
#include <hwy/targets.h>

#include "diarist/error.hpp"

#include "kernels/reference.hpp"
#include "kernels/target.hpp"

namespace diarist {
namespace {

struct Implementation {
  InstructionSet isa;
  std::string_view name;
  std::int64_t target;  // one HWY_* bit; 0 for the scalar twin
};

// From slowest to fastest.
constexpr std::array<Implementation, 6> kImplementations{{
    {InstructionSet::scalar, "scalar", 0},
    {InstructionSet::sse4, "sse4", HWY_SSE4},
    {InstructionSet::neon, "neon", HWY_NEON},
    {InstructionSet::avx2, "avx2", HWY_AVX2},
    {InstructionSet::avx512, "avx512", HWY_AVX3},
    {InstructionSet::avx512_vnni, "avx512_vnni", HWY_AVX3_DL},
}};

bool runs_here(const Implementation& implementation) {
  return implementation.target == 0 ||
         (implementation.target & HWY_TARGETS & hwy::SupportedTargets()) != 0;
}

const Implementation& find(InstructionSet isa) {
  for (const Implementation& each : kImplementations) {
    if (each.isa == isa) return each;
  }
  throw Error(ErrorCode::internal, "instruction set", "has no name");
}

std::string names(bool only_here) {
  std::string list;
  for (const Implementation& each : kImplementations) {
    if (only_here && !runs_here(each)) continue;
    if (!list.empty()) list += ", ";
    list += each.name;
  }
  return list;
}

}  // namespace

std::string_view to_string(InstructionSet isa) { return find(isa).name; }

InstructionSet instruction_set_from_string(std::string_view name) {
  for (const Implementation& each : kImplementations) {
    if (each.name == name) return each.isa;
  }
  throw Error(ErrorCode::invalid_argument, "instruction set '" + std::string(name) + "'",
              "is not known", "choose one of " + names(false));
}

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> list;
  for (const Implementation& each : kImplementations) {
    if (runs_here(each)) list.push_back(each.isa);
  }
  return list;
}

InstructionSet best_instruction_set() { return supported_instruction_sets().back(); }

namespace kernels {

const KernelSet& kernel_set(InstructionSet isa) {
  // Constant once made; the compiler's guard makes the first call safe from any thread.
  static const auto kSets = [] {
    std::array<std::optional<KernelSet>, kImplementations.size()> sets;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const Implementation& each = kImplementations[i];
      if (!runs_here(each)) continue;
      if (each.target == 0) {
        sets[i] = reference_kernels();
        continue;
      }
      KernelSet set;
      set.isa = each.isa;
      fill_codes(set, each.target);
      fill_contraction(set, each.target);
      fill_contraction_i16(set, each.target);
      fill_lstm_cell(set, each.target);
      fill_lstm_step_i16(set, each.target);
      fill_matrix_product(set, each.target);
      fill_normalization(set, each.target);
      fill_statistics_pooling(set, each.target);
      fill_symmetric_fold(set, each.target);
      fill_winograd(set, each.target);
      fill_winograd_1d(set, each.target);
      sets[i] = set;
    }
    return sets;
  }();
  for (const auto& set : kSets) {
    if (set && set->isa == isa) return *set;
  }
  throw Error(ErrorCode::invalid_argument, "instruction set '" + std::string(to_string(isa)) + "'",
              "is not available on this machine", "choose one of " + names(true));
}

const KernelSet& fastest_kernels() { return kernel_set(best_instruction_set()); }

}  // namespace kernels
}  // namespace diarist
