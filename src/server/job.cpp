#include "server/job.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <openssl/rand.h>

#include "diarist/error.hpp"

namespace diarist::server {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"queued", "running", "succeeded", "failed",
                                                     "cancelled"};
constexpr std::size_t kIdBytes = 16;
constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

std::string_view to_string(JobState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<JobState> job_state_from(std::string_view word) {
  const auto* const found = std::find(kStates.begin(), kStates.end(), word);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<JobState>(found - kStates.begin());
}

std::string random_id() {
  std::array<unsigned char, kIdBytes> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error(ErrorCode::internal, "randomness", "cannot be had from the system");
  }
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kHex[byte >> 4];
    id += kHex[byte & 15];
  }
  return id;
}

bool is_id(std::string_view text) {
  return text.size() == 2 * kIdBytes && text.find_first_not_of(kHex) == std::string_view::npos;
}

}  // namespace diarist::server
