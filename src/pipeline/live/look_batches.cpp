#include "pipeline/live/look_batches.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "diarist/segmenter.hpp"

#include "pipeline/live/parameters.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {

// As many tasks as looks: those that come after one that took several find nothing to do.
void LookBatches::add(SegmentedLook& look) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&look);
  }
  try {
    engine_.workers().submit_urgent([this](int worker) { run(worker); });
  } catch (...) {
    // Unless another's task has taken it, which is as good.
    const std::lock_guard lock(mutex_);
    if (std::erase(waiting_, &look) > 0) throw;
  }
}

// Whatever fails, each of them goes on: somebody waits for it.
void LookBatches::run(int worker) {
  std::array<SegmentedLook*, kLive.most_looks_at_once> room{};
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    while (count < room.size() && !waiting_.empty()) {
      room[count++] = waiting_.front();
      waiting_.pop_front();
    }
  }
  if (count == 0) return;
  const std::span<SegmentedLook*> looks(room.data(), count);
  try {
    WorkerSpace& space = engine_.space(worker);
    const std::size_t size = static_cast<std::size_t>(LocalActivity::kFrames) *
                             static_cast<std::size_t>(net_.speakers());
    std::array<nets::SincNet::Window, kLive.most_looks_at_once> windows;
    std::ranges::transform(looks, windows.begin(), &SegmentedLook::window);
    std::vector<std::uint8_t> active(looks.size() * size);
    std::vector<std::uint8_t> probability(looks.size() * size);
    net_.run(std::span<const nets::SincNet::Window>(windows.data(), looks.size()),
             space.segmentation(net_, static_cast<int>(looks.size())), active.data(),
             probability.data());
    for (std::size_t i = 0; i < looks.size(); ++i) {
      const auto first = static_cast<std::ptrdiff_t>(i * size);
      const auto end = static_cast<std::ptrdiff_t>((i + 1) * size);
      looks[i]->active.assign(active.begin() + first, active.begin() + end);
      looks[i]->probability.assign(probability.begin() + first, probability.begin() + end);
    }
  } catch (...) {
    for (SegmentedLook* look : looks) look->failure = std::current_exception();
  }
  // The first goes on here, the others on whichever worker is free.
  for (SegmentedLook* look : looks.subspan(1)) {
    try {
      engine_.workers().submit_urgent([look](int other) { look->then(other); });
    } catch (...) {
      look->then(worker);
    }
  }
  looks[0]->then(worker);
}

}  // namespace diarist::pipeline
