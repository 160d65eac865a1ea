// A pack made smaller through C; minutes of networks in 32-bit floats.
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "capi/calls.hpp"

namespace diarist::testing {
namespace {

using Error = diarist_error**;

TEST(CQuantize, MakesASmallerPackAndTellsOfIt) {
  const std::string made = ::testing::TempDir() + "capi_linear.safetensors";
  std::filesystem::remove(made);
  const CModel model = builtin_model();
  std::string told;
  auto quantization = fresh(diarist_quantization_init);
  quantization.method = DIARIST_METHOD_LINEAR;
  const char* const only = "embedding.*";
  quantization.only = &only;
  quantization.only_count = 1;
  quantization.measure_ranges = 1;
  quantization.user = &told;
  quantization.attempt = [](const char* method, std::int32_t taken, const char* outcome,
                            void* user) {
    auto& to = *static_cast<std::string*>(user);
    to += std::string(method) + (taken != 0 ? " taken " : " not taken ") + outcome;
  };
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_quantize(model.get(), nullptr, 0, &quantization, made.c_str(), e);
  }));
  EXPECT_NE(told.find("linear"), std::string::npos) << told;
  EXPECT_NE(told.find(" taken "), std::string::npos) << told;
  EXPECT_NE(told.find("ranges of activations measured"), std::string::npos) << told;
  diarist_model* smaller = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) { return diarist_model_load(made.c_str(), &smaller, e); }));
  EXPECT_TRUE(succeeds([&](Error e) { return diarist_model_check(smaller, nullptr, e); }));
  diarist_model_free(smaller);
  EXPECT_LT(std::filesystem::file_size(made), 12'000'000u);
  std::filesystem::remove(made);

  quantization.attempt = [](const char*, std::int32_t, const char*, void*) {
    throw std::runtime_error("enough");
  };
  EXPECT_TRUE(says(DIARIST_CALLBACK_FAILED, "enough", [&](Error e) {
    return diarist_quantize(model.get(), nullptr, 0, &quantization, made.c_str(), e);
  }));
  EXPECT_FALSE(std::filesystem::exists(made));

  diarist_cancellation* cancellation = nullptr;
  ASSERT_EQ(diarist_cancellation_new(&cancellation, nullptr), DIARIST_OK);
  ASSERT_EQ(diarist_cancellation_cancel(cancellation, nullptr), DIARIST_OK);
  quantization.attempt = nullptr;
  quantization.cancellation = cancellation;
  EXPECT_TRUE(ends_with(DIARIST_CANCELLED, [&](Error e) {
    return diarist_quantize(model.get(), nullptr, 0, &quantization, made.c_str(), e);
  }));
  EXPECT_FALSE(std::filesystem::exists(made));
  quantization.cancellation = nullptr;
  diarist_cancellation_free(cancellation);

  const char* const nothing = "no such tensor";
  quantization.only = &nothing;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "no such tensor", [&](Error e) {
    return diarist_quantize(model.get(), nullptr, 0, &quantization, made.c_str(), e);
  }));
}

}  // namespace
}  // namespace diarist::testing
