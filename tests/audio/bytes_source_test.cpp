#include "audio/bytes_source.hpp"

#include <array>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "testing/shared.hpp"

namespace diarist::audio {
namespace {

std::vector<char> sample_wav() {
  std::ifstream file(testing::source_dir() / "samples" / "sample.wav", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::span<const std::byte> bytes_of(const std::vector<char>& file) {
  return std::as_bytes(std::span(file));
}

TEST(DecodeBytes, GivesEverySample) {
  const std::vector<char> file = sample_wav();
  const std::vector<float> samples = decode_bytes(bytes_of(file));
  ASSERT_EQ(samples.size(), 480000U);
  // 16 bits behind a header of 104 bytes.
  for (const std::size_t at : {0U, 1234U, 479999U}) {
    const std::size_t byte = file.size() - 960000 + 2 * at;
    const int value =
        static_cast<unsigned char>(file[byte]) + 256 * static_cast<signed char>(file[byte + 1]);
    EXPECT_EQ(samples[at], static_cast<float>(value) / 32768.0F) << at;
  }
}

TEST(DecodeBytes, RefusesWhatIsNoSoundFile) {
  constexpr std::array<std::byte, 64> kZeros{};
  EXPECT_THROW(decode_bytes(kZeros), Error);
  EXPECT_THROW(decode_bytes({}), Error);
}

TEST(DecodeBytes, RefusesAFileThatEndsInItsHeader) {
  std::vector<char> file = sample_wav();
  file.resize(30);
  EXPECT_THROW(decode_bytes(bytes_of(file)), Error);
}

}  // namespace
}  // namespace diarist::audio
