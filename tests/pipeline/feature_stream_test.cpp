#include "pipeline/feature_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "testing/random_values.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kBins = 80;
constexpr int kSpan = 998;  // ten seconds

std::vector<float> noise(std::size_t samples) {
  auto values = testing::random_values(samples, 1);
  for (std::size_t i = 0; i < samples; ++i) {
    values[i] *= 0.02F + 0.1F * static_cast<float>(i / 8000 % 3);
  }
  return values;
}

class FeatureStreamTest : public ::testing::Test {
 protected:
  static std::vector<float> all(const FeatureStream& stream) {
    std::vector<float> out(static_cast<std::size_t>(stream.frames()) * kBins);
    stream.copy(0, stream.frames(), out.data());
    return out;
  }

  static std::vector<float> all_less_mean(const FeatureStream& stream, int span = kSpan) {
    std::vector<float> out(static_cast<std::size_t>(stream.frames()) * kBins);
    stream.copy_less_mean(0, stream.frames(), span, stream.frames(), out.data());
    return out;
  }

  /// The sliding mean as it is defined, summed anew for every frame.
  static std::vector<float> definition(const std::vector<float>& features, std::int64_t span) {
    const std::int64_t total = static_cast<std::int64_t>(features.size()) / kBins;
    std::vector<float> out(features.size());
    for (std::int64_t t = 0; t < total; ++t) {
      std::int64_t begin = t - span / 2;
      if (begin > total - span) begin = total - span;
      if (begin < 0) begin = 0;
      const std::int64_t end = std::min(begin + span, total);
      for (std::int64_t b = 0; b < kBins; ++b) {
        double mean = 0;
        for (std::int64_t i = begin; i < end; ++i) {
          mean += static_cast<double>(features[static_cast<std::size_t>(i * kBins + b)]);
        }
        mean /= static_cast<double>(end - begin);
        const auto at = static_cast<std::size_t>(t * kBins + b);
        out[at] = static_cast<float>(static_cast<double>(features[at]) - mean);
      }
    }
    return out;
  }

  const dsp::Fbank fbank_;
};

TEST_F(FeatureStreamTest, BlocksOfAnySizeGiveTheSameBits) {
  const auto samples = noise(50001);
  FeatureStream whole(fbank_);
  whole.push(samples);
  ASSERT_EQ(whole.frames(), fbank_.frames(50001));
  for (const std::size_t block : {1, 7, 159, 160, 161, 399, 400, 401, 1000, 16000, 49999}) {
    FeatureStream stream(fbank_);
    for (std::size_t at = 0; at < samples.size(); at += block) {
      const std::size_t end = std::min(samples.size(), at + block);
      stream.push(std::span(samples).subspan(at, end - at));
      ASSERT_EQ(stream.frames(), fbank_.frames(static_cast<std::int64_t>(end))) << block;
    }
    stream.push({});
    EXPECT_EQ(all(stream), all(whole)) << block;
    EXPECT_EQ(all_less_mean(stream), all_less_mean(whole)) << block;
  }
}

TEST_F(FeatureStreamTest, TooFewSamplesGiveNoFrame) {
  FeatureStream stream(fbank_);
  stream.push({});
  EXPECT_EQ(stream.frames(), 0);
  stream.push(noise(399));
  EXPECT_EQ(stream.frames(), 0);
  stream.push(noise(1));
  EXPECT_EQ(stream.frames(), 1);
}

// Recordings from one frame to three times the span; odd spans too.
TEST_F(FeatureStreamTest, SlidingMeanIsItsDefinition) {
  for (const int frames : {1, 2, 100, 997, 998, 999, 1500, 3000}) {
    FeatureStream stream(fbank_);
    stream.push(noise(static_cast<std::size_t>(400 + 160 * (frames - 1))));
    ASSERT_EQ(stream.frames(), frames);
    for (const int span : {kSpan, 301}) {
      const auto found = all_less_mean(stream, span);
      const auto expected = definition(all(stream), span);
      for (std::size_t i = 0; i < found.size(); ++i) {
        // The mean, up to 20 in size, is rounded to f32 once.
        ASSERT_NEAR(found[i], expected[i], 4e-6)
            << frames << " frames, span " << span << ", frame " << i / kBins;
      }
    }
  }
}

// As a stream it must answer before the end is known: what comes out may not change by then.
TEST_F(FeatureStreamTest, MeansDoNotWaitForTheEnd) {
  const auto samples = noise(400 + 160 * 2999);
  FeatureStream whole(fbank_);
  whole.push(samples);
  const auto expected = all_less_mean(whole);

  FeatureStream stream(fbank_);
  std::int64_t done = 0;
  std::vector<float> row(kBins);
  for (std::size_t at = 0; at < samples.size(); at += 5000) {
    stream.push(std::span(samples).subspan(at, std::min<std::size_t>(5000, samples.size() - at)));
    for (; stream.frames() >= std::max<std::int64_t>(kSpan, done + kSpan / 2); ++done) {
      stream.copy_less_mean(done, 1, kSpan, stream.frames(), row.data());
      ASSERT_TRUE(std::equal(row.begin(), row.end(), expected.begin() + done * kBins))
          << "frame " << done;
    }
    stream.drop_before(done - kSpan);
  }
  EXPECT_EQ(done, 3000 - kSpan / 2 + 1);
}

TEST_F(FeatureStreamTest, DropsWhatIsNoLongerNeeded) {
  const auto samples = noise(100000);
  FeatureStream whole(fbank_);
  whole.push(samples);
  const auto expected = all(whole);
  FeatureStream stream(fbank_);
  for (std::size_t at = 0; at < samples.size(); at += 777) {
    stream.push(std::span(samples).subspan(at, std::min<std::size_t>(777, samples.size() - at)));
    stream.drop_before(stream.frames() - 20);
    if (stream.frames() < 20) continue;
    std::vector<float> last(20 * kBins);
    stream.copy(stream.frames() - 20, 20, last.data());
    ASSERT_TRUE(
        std::equal(last.begin(), last.end(), expected.begin() + (stream.frames() - 20) * kBins));
  }
}

TEST(SubtractMean, LeavesColumnsWithoutMean) {
  auto features = testing::random_values(500 * kBins, 2);
  for (float& x : features) x += 10;
  const auto before = features;
  subtract_mean(features.data(), 500);
  for (std::size_t b = 0; b < kBins; ++b) {
    double mean = 0;
    for (std::size_t t = 0; t < 500; ++t) mean += static_cast<double>(before[t * kBins + b]) / 500;
    for (std::size_t t = 0; t < 500; ++t) {
      const std::size_t i = t * kBins + b;
      ASSERT_NEAR(features[i], static_cast<double>(before[i]) - mean, 2e-6);
    }
  }
}

}  // namespace
}  // namespace diarist::pipeline
