// Tests that run once for each instruction set of this machine.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "diarist/instruction_set.hpp"

#include "kernels/kernel_set.hpp"
#include "kernels/reference.hpp"

namespace diarist::testing {

class EachInstructionSet : public ::testing::TestWithParam<InstructionSet> {
 protected:
  const kernels::KernelSet& kernels_ = kernels::kernel_set(GetParam());
  const kernels::KernelSet twin_ = kernels::reference_kernels();
};

inline std::string name_of(const ::testing::TestParamInfo<InstructionSet>& info) {
  return std::string(to_string(info.param));
}

/// Rounding error of one operation in f32, relative to its result.
inline constexpr double kRounding = 0x1p-24;

}  // namespace diarist::testing

/// After `class Suite : public testing::EachInstructionSet {}`.
#define DIARIST_FOR_EACH_INSTRUCTION_SET(Suite)                                          \
  INSTANTIATE_TEST_SUITE_P(All, Suite,                                                   \
                           ::testing::ValuesIn(::diarist::supported_instruction_sets()), \
                           ::diarist::testing::name_of)
