#include "pipeline/trunk_plan.hpp"

#include <algorithm>

#include "pipeline/window.hpp"

namespace diarist::pipeline {

TrunkPlan::TrunkPlan(TrunkPlanParameters parameters, std::int64_t first)
    : parameters_(parameters), needed_(1, first), scanned_(first) {}

void TrunkPlan::add_window(const std::uint8_t* active, std::int64_t start, std::int64_t trunk_end) {
  const int speakers = parameters_.speakers;
  const TrunkSpan span = window_trunk_span(start);
  const std::int64_t end = std::min(span.end, trunk_end);
  if (end > needed_.end()) {
    const std::int64_t fresh = end - needed_.end();
    std::fill_n(needed_.grow(fresh), fresh, std::uint8_t{0});
  }
  for (std::int64_t frame = std::max(span.first, scanned_); frame < end; ++frame) {
    const std::uint8_t* here =
        active +
        static_cast<std::ptrdiff_t>(segmentation_frame(frame * nets::kTrunkStride - start)) *
            speakers;
    if (std::any_of(here, here + speakers, [](std::uint8_t a) { return a != 0; })) {
      *needed_.row(frame) = 1;
    }
  }
}

void TrunkPlan::close(std::vector<Run>& out) {
  out.push_back(run_);
  open_ = false;
}

std::vector<TrunkPlan::Run> TrunkPlan::settle(std::int64_t frame) {
  std::vector<Run> out;
  const std::int64_t end = std::min(frame, needed_.end());
  for (; scanned_ < end; ++scanned_) {
    if (open_ && scanned_ % parameters_.cut == 0) close(out);
    if (*needed_.row(scanned_) != 0) {
      if (open_ && scanned_ + 1 - run_.first > parameters_.most_frames) close(out);
      if (!open_) run_.first = scanned_;
      open_ = true;
      run_.end = scanned_ + 1;
    } else if (open_ && scanned_ + 1 - run_.end >= parameters_.least_gap) {
      close(out);
    }
  }
  needed_.drop_before(end);
  return out;
}

std::vector<TrunkPlan::Run> TrunkPlan::finish() {
  std::vector<Run> out = settle(needed_.end());
  if (open_) close(out);
  return out;
}

}  // namespace diarist::pipeline
