// Segmentation for the looks of many live streams: windows that wait at the same time go through
// the network together, where each costs less than alone. What comes out does not depend on the
// company.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "base/thread_pool.hpp"
#include "nets/sincnet.hpp"
#include "pipeline/engine.hpp"

namespace diarist::pipeline {

/// One look's window, on its way; whoever adds it keeps it until `then` has run.
struct SegmentedLook {
  std::vector<float> samples;             ///< [kWindowSamples]
  nets::SincNet::Window window;           ///< Of these samples.
  std::vector<std::uint8_t> active;       ///< What nets::Segmentation::run() gives.
  std::vector<std::uint8_t> probability;  ///< Likewise.
  std::exception_ptr failure;             ///< What segmentation threw, if it did.
  std::function<void(int worker)> then;   ///< A task of the pool's, with or without a failure.
};

/// Safe from any thread. Must outlive what is added.
class LookBatches {
 public:
  LookBatches(Engine& engine, const nets::Segmentation& net) : engine_(engine), net_(net) {}
  void add(SegmentedLook& look);

 private:
  void run(int worker);

  Engine& engine_;
  const nets::Segmentation& net_;
  std::mutex mutex_;
  std::deque<SegmentedLook*> waiting_;
};

}  // namespace diarist::pipeline
