#include "audio/resampler.hpp"

#include <algorithm>
#include <random>

#include "audio/recordings.hpp"

namespace diarist::audio {
namespace {

using namespace testing;

std::vector<float> resample(const std::vector<float>& samples, int rate_hz, std::size_t block) {
  return read_all(*Reader::over(samples, rate_hz), block).front();
}

class Rate : public ::testing::TestWithParam<int> {};

TEST_P(Rate, KeepsASine) {
  const int rate = GetParam();
  const auto count = static_cast<std::size_t>(rate) * 2;
  const std::vector<float> read = resample(sine(count, 440, rate), rate, 4096);
  const std::vector<float> expected = sine(2 * kModelRateHz, 440, kModelRateHz);
  ASSERT_EQ(read.size(), expected.size());
  // 20 bit is 1e-6 of full scale; the filter's skirt sees the abrupt ends for some 100 samples.
  constexpr std::size_t kEdge = 400;
  for (std::size_t i = kEdge; i < expected.size() - kEdge; ++i) {
    ASSERT_NEAR(read[i], expected[i], 2e-5) << i;
  }
}

TEST_P(Rate, DoesNotDependOnBlocks) {
  const int rate = GetParam();
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> noise(static_cast<std::size_t>(rate) + 77);
  std::generate(noise.begin(), noise.end(), [&] { return uniform(random); });
  const std::vector<float> expected = resample(noise, rate, 4096);
  for (const std::size_t block : {1U, 7U, 160U, 16000U, 1000000U}) {
    EXPECT_EQ(resample(noise, rate, block), expected) << block;
  }
}

TEST_P(Rate, PushesOfAnySizeGiveTheSame) {
  const int rate = GetParam();
  const std::vector<float> samples = sine(30011, 300, rate);
  std::vector<std::vector<float>> outputs;
  for (const std::size_t step : {30011U, 1024U, 313U}) {
    Resampler resampler(rate, 1);
    std::vector<std::vector<float>> output(1);
    for (std::size_t at = 0; at < samples.size(); at += step) {
      const float* const from = samples.data() + at;
      resampler.push({&from, 1}, std::min(step, samples.size() - at), output);
    }
    resampler.finish(output);
    outputs.push_back(output[0]);
  }
  EXPECT_EQ(outputs[0], outputs[1]);
  EXPECT_EQ(outputs[0], outputs[2]);
}

INSTANTIATE_TEST_SUITE_P(All, Rate,
                         ::testing::Values(8000, 11025, 16000, 22050, 44100, 48000, 96000));

TEST(Resampler, LengthIsRounded) {
  for (const int rate :
       {1, 7, 1000, 8000, 11025, 12345, 15999, 16000, 16001, 44100, 48000, 192000, 768000}) {
    for (const std::size_t count : {1U, 2U, 3U, 399U, 400U, 401U, 16000U, 16001U, 50021U}) {
      if (rate < 100 && count > 500) continue;  // Hours of output.
      const std::vector<float> samples(count, 0.25F);
      const double exact = static_cast<double>(count) * kModelRateHz / rate;
      const std::size_t got = resample(samples, rate, 16000).size();
      EXPECT_EQ(got, static_cast<std::size_t>(std::max(1.0, std::floor(exact + 0.5))))
          << count << " at " << rate;
    }
  }
}

TEST(Resampler, RemovesWhatTheModelRateCannotHold) {
  const std::vector<float> read = resample(sine(96000, 12000, 48000), 48000, 4096);
  const auto inner = std::span(read).subspan(400, read.size() - 800);
  const float loudest = *std::max_element(inner.begin(), inner.end());
  EXPECT_LT(loudest, 1e-5);
}

TEST(Resampler, LeavesTheModelRateUntouched) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-2, 2);
  std::vector<float> noise(54321);
  std::generate(noise.begin(), noise.end(), [&] { return uniform(random); });
  EXPECT_EQ(resample(noise, kModelRateHz, 999), noise);
}

TEST(Resampler, StreamsStayApart) {
  const std::vector<float> low = sine(44100, 200, 44100);
  const std::vector<float> high = sine(44100, 3000, 44100);
  Resampler resampler(44100, 2);
  std::vector<std::vector<float>> output(2);
  const std::vector<const float*> pointers = {low.data(), high.data()};
  resampler.push(pointers, low.size(), output);
  resampler.finish(output);
  EXPECT_EQ(output[0], resample(low, 44100, 4096));
  EXPECT_EQ(output[1], resample(high, 44100, 4096));
}

}  // namespace
}  // namespace diarist::audio
