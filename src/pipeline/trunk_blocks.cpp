#include "pipeline/trunk_blocks.hpp"

#include <algorithm>
#include <utility>

#include "nets/embedding.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kStride = nets::kTrunkStride;
static_assert(kSharedTrunk.block_frames % kStride == 0 && kSharedTrunk.halo_frames % kStride == 0 &&
              kSharedTrunk.cut_frames % kStride == 0);

}  // namespace

TrunkBlocks::TrunkBlocks(int speakers, int dimensions, std::int64_t first)
    : plan_({.most_frames = kSharedTrunk.block_frames / kStride,
             .least_gap = kSharedTrunk.least_gap_frames / kStride,
             .cut = kSharedTrunk.cut_frames / kStride,
             .speakers = speakers},
            first),
      dimensions_(dimensions) {}

const float* TrunkBlocks::Block::row(std::int64_t frame) const {
  return output.data() + (frame - input_first / kStride) * dimensions;
}

std::vector<TrunkBlocks::Block*> TrunkBlocks::add(std::span<const TrunkPlan::Run> runs) {
  std::vector<Block*> added;
  added.reserve(runs.size());
  for (const TrunkPlan::Run& run : runs) {
    auto block = std::make_unique<Block>();
    block->dimensions = dimensions_;
    block->first = run.first;
    block->end = run.end;
    block->input_first = std::max<std::int64_t>(0, run.first * kStride - kSharedTrunk.halo_frames);
    block->input_end = run.end * kStride + kSharedTrunk.halo_frames;
    added.push_back(block.get());
    blocks_[run.first] = std::move(block);
  }
  return added;
}

bool TrunkBlocks::passed(std::int64_t first, std::int64_t end) const {
  if (plan_.given_out() < end) return false;
  bool all = true;
  for_each(first, end, [&](const Block& block) { all = all && block.done; });
  return all;
}

std::int64_t TrunkBlocks::unread() const {
  for (const auto& [first, block] : blocks_) {
    if (!block->read) return block->input_first;
  }
  return std::max<std::int64_t>(0, plan_.given_out() * kStride - kSharedTrunk.halo_frames);
}

void TrunkBlocks::drop_before(std::int64_t frame, BufferPool& buffers) {
  while (!blocks_.empty() && blocks_.begin()->second->done &&
         blocks_.begin()->second->end <= frame) {
    buffers.give_back(std::move(blocks_.begin()->second->output));
    blocks_.erase(blocks_.begin());
  }
}

}  // namespace diarist::pipeline
