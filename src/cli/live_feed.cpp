#include "cli/live_feed.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "diarist/error.hpp"

namespace diarist::cli {

LiveFeed::LiveFeed(LiveAudio audio, std::string subject, CancellationToken stop)
    : audio_(std::move(audio)),
      subject_(std::move(subject)),
      stop_(std::move(stop)),
      sample_rate_hz_(audio_.sample_rate_hz()),
      reader_([this] { read_all(); }) {}

LiveFeed::~LiveFeed() {
  stop_.cancel();
  {
    const std::lock_guard lock(mutex_);
    dropped_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

void LiveFeed::read_all() {
  std::exception_ptr failure;
  try {
    std::int64_t before = 0;
    std::vector<float> samples(static_cast<std::size_t>(sample_rate_hz_));
    for (;;) {
      const std::size_t got = audio_.read(samples);
      if (got == 0) break;
      const auto end = samples.begin() + static_cast<std::ptrdiff_t>(got);
      const auto bad = std::find_if_not(samples.begin(), end,
                                        [](float sample) { return std::isfinite(sample); });
      before += bad - samples.begin();
      put({samples.begin(), bad});
      if (bad == end) continue;
      char at[64];
      std::snprintf(at, sizeof at, "has a sample at %.3f s that is not finite",
                    static_cast<double>(before) / sample_rate_hz_);
      throw Error(ErrorCode::corrupt_audio, subject_, at,
                  "look for a division by zero where it was made");
    }
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    ended_ = true;
  }
  changed_.notify_all();
}

void LiveFeed::put(std::vector<float> block) {
  std::unique_lock lock(mutex_);
  if (!since_first_) since_first_.emplace();
  changed_.wait(lock, [this] { return waiting_s() < kMostWaiting_s || dropped_; });
  if (dropped_ || block.empty()) return;
  waiting_ += block.size();
  blocks_.push_back(std::move(block));
  changed_.notify_all();
}

bool LiveFeed::next(std::vector<float>& samples) {
  samples.clear();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !blocks_.empty() || ended_; });
  const auto most = static_cast<std::size_t>(sample_rate_hz_);
  while (!blocks_.empty() && (samples.empty() || samples.size() + blocks_.front().size() <= most)) {
    samples.insert(samples.end(), blocks_.front().begin(), blocks_.front().end());
    waiting_ -= blocks_.front().size();
    blocks_.pop_front();
  }
  changed_.notify_all();
  if (!samples.empty()) return true;
  if (failure_) std::rethrow_exception(failure_);
  return false;
}

double LiveFeed::behind_s(double analysed_s) const {
  const std::lock_guard lock(mutex_);
  if (!since_first_) return 0;
  return std::clamp(since_first_->seconds() - analysed_s, 0.0, waiting_s());
}

bool LiveFeed::full() const {
  const std::lock_guard lock(mutex_);
  return waiting_s() >= kMostWaiting_s;
}

}  // namespace diarist::cli
