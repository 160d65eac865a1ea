#include "kernels/kernel_set.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "testing/instruction_sets.hpp"

namespace diarist::kernels {
namespace {

using ::testing::HasSubstr;

constexpr std::array kAll{InstructionSet::scalar,      InstructionSet::sse4,
                          InstructionSet::avx2,        InstructionSet::avx512,
                          InstructionSet::avx512_vnni, InstructionSet::neon};

class Kernels : public testing::EachInstructionSet {};

TEST_P(Kernels, AreAllThere) {
  EXPECT_EQ(kernels_.isa, GetParam());
  EXPECT_GT(kernels_.panel, 0);
  EXPECT_NE(kernels_.contract, nullptr);
  EXPECT_NE(kernels_.lstm_cell, nullptr);
  EXPECT_NE(kernels_.affine_abs_max_pool, nullptr);
  EXPECT_NE(kernels_.max_pool, nullptr);
  EXPECT_NE(kernels_.instance_norm_leaky, nullptr);
  EXPECT_NE(kernels_.statistics_pool, nullptr);
  EXPECT_EQ(&kernel_set(GetParam()), &kernels_) << "made once";
}

// A set that quietly ran another one's code would pass every other test. Without integers AVX-512
// is all that VNNI has.
TEST_P(Kernels, AreTheirOwn) {
  const auto is_512 = [](InstructionSet isa) {
    return isa == InstructionSet::avx512 || isa == InstructionSet::avx512_vnni;
  };
  for (const InstructionSet other : supported_instruction_sets()) {
    if (other == GetParam()) continue;
    EXPECT_NE(kernel_set(other).contract_i16, kernels_.contract_i16) << to_string(other);
    EXPECT_NE(kernel_set(other).winograd, kernels_.winograd) << to_string(other);
    const bool shared = is_512(other) && is_512(GetParam());
    EXPECT_EQ(kernel_set(other).contract == kernels_.contract, shared) << to_string(other);
    EXPECT_EQ(kernel_set(other).lstm_cell == kernels_.lstm_cell, shared) << to_string(other);
    EXPECT_EQ(kernel_set(other).statistics_pool == kernels_.statistics_pool, shared)
        << to_string(other);
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(Kernels);

TEST(InstructionSets, NamesRoundTrip) {
  std::set<std::string> names;
  for (const InstructionSet isa : kAll) {
    EXPECT_EQ(instruction_set_from_string(to_string(isa)), isa);
    names.insert(std::string(to_string(isa)));
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"scalar", "sse4", "avx2", "avx512", "avx512_vnni", "neon"}));
}

TEST(InstructionSets, UnknownNamesAreRefused) {
  for (const char* name : {"", "AVX2", "avx", "mmx"}) {
    try {
      instruction_set_from_string(name);
      ADD_FAILURE() << name << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("scalar, sse4, neon, avx2, avx512, avx512_vnni"));
    }
  }
}

TEST(InstructionSets, ScalarComesFirstAndTheBestLast) {
  const auto supported = supported_instruction_sets();
  ASSERT_FALSE(supported.empty());
  EXPECT_EQ(supported.front(), InstructionSet::scalar);
  EXPECT_EQ(supported.back(), best_instruction_set());
  EXPECT_GT(supported.size(), 1U) << "every machine that we build for has SIMD";
  EXPECT_EQ(std::set(supported.begin(), supported.end()).size(), supported.size());
}

// NEON and x86's sets never come together, so that every machine lacks one.
TEST(InstructionSets, WhatThisMachineLacksIsRefusedWithWhatItHas) {
  const auto supported = supported_instruction_sets();
  int refused = 0;
  for (const InstructionSet isa : kAll) {
    if (std::find(supported.begin(), supported.end(), isa) != supported.end()) continue;
    ++refused;
    try {
      kernel_set(isa);
      ADD_FAILURE() << to_string(isa) << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.subject(), HasSubstr(std::string(to_string(isa))));
      for (const InstructionSet here : supported) {
        EXPECT_THAT(error.advice(), HasSubstr(std::string(to_string(here))));
      }
      EXPECT_THAT(error.advice(), ::testing::Not(HasSubstr(std::string(to_string(isa)))));
    }
  }
  EXPECT_GE(refused, 1);
}

}  // namespace
}  // namespace diarist::kernels
