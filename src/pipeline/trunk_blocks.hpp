// The shared trunk's blocks, from when they are planned until no window needs them any more.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/buffer_pool.hpp"
#include "pipeline/trunk_plan.hpp"

namespace diarist::pipeline {

/// Not safe to share, but for what the members of a block say: its task may fill it in meanwhile.
class TrunkBlocks {
 public:
  /// Local speakers of a window, values of a trunk frame, and the first one that is ours.
  TrunkBlocks(int speakers, int dimensions, std::int64_t first = 0);

  struct Block {
    std::int64_t first = 0;  ///< Trunk frames [first, end), in eights of feature frames.
    std::int64_t end = 0;
    /// Feature frames that the trunk gets to see, with halos, where the recording goes on so far.
    std::int64_t input_first = 0;
    std::int64_t input_end = 0;
    int dimensions = 0;
    std::vector<float>
        output;         ///< [*, dimensions] from input_first on; the task's own until `done`.
    bool read = false;  ///< Its features are no longer needed.
    bool done = false;

    const float* row(std::int64_t frame) const;
  };

  TrunkPlan& plan() { return plan_; }
  const TrunkPlan& plan() const { return plan_; }

  /// Blocks to run, which stay where they are.
  std::vector<Block*> add(std::span<const TrunkPlan::Run> runs);

  /// Whether all that is needed of frames [first, end) is there.
  bool passed(std::int64_t first, std::int64_t end) const;
  /// Calls visit(block) for every block that holds any of frames [first, end), in order.
  template <typename Visit>
  void for_each(std::int64_t first, std::int64_t end, Visit visit) const {
    auto at = blocks_.upper_bound(first);
    if (at != blocks_.begin()) --at;
    for (; at != blocks_.end() && at->first < end; ++at) {
      if (at->second->end > first) visit(static_cast<const Block&>(*at->second));
    }
  }

  /// The first feature frame that is still to be read, or may come to be.
  std::int64_t unread() const;
  /// Forgets what lies before a frame.
  void drop_before(std::int64_t frame, BufferPool& buffers);

 private:
  TrunkPlan plan_;
  int dimensions_;
  std::map<std::int64_t, std::unique_ptr<Block>> blocks_;  ///< By first frame.
};

}  // namespace diarist::pipeline
