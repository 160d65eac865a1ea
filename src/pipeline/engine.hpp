// What is loaded once and shared by all recordings: networks, tables, workers and their workspaces.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "diarist/model.hpp"
#include "diarist/options.hpp"

#include "base/aligned_buffer.hpp"
#include "base/thread_pool.hpp"
#include "dsp/fbank.hpp"
#include "nets/embedding.hpp"
#include "nets/segmentation.hpp"

namespace diarist::pipeline {

/// Memory of one worker, made when it is first needed and kept. Only tasks of that worker use it.
class WorkerSpace {
 public:
  nets::Segmentation::Workspace& segmentation(const nets::Segmentation& net);
  /// For at least that many feature frames.
  nets::ResNet::Workspace& trunk(int frames);
  /// `size` floats, contents undefined; `which` of a few that are in use at once.
  enum class Scratch { features, trunk, statistics };
  float* scratch(Scratch which, std::size_t size);

 private:
  std::unique_ptr<nets::Segmentation::Workspace> segmentation_;
  std::unique_ptr<nets::ResNet::Workspace> trunk_;
  AlignedBuffer<float> scratch_[3];
};

/// Throws Error as Diarizer's constructor does. Safe from any thread.
class Engine {
 public:
  Engine(const Model& model, const PerformanceOptions& performance);

  const kernels::KernelSet& kernels() const { return kernels_; }
  const nets::Segmentation& segmentation() const { return segmentation_; }
  const nets::Embedding& embedding() const { return embedding_; }
  const dsp::Fbank& fbank() const { return fbank_; }

  /// Streams come and go through these; the last one to go may have the workers' memory given back,
  /// which clustering then has to itself. It is made anew when it is next needed.
  void stream_begins();
  void stream_ends(bool release_memory);
  /// Tasks that each stream of now may have waiting: together they keep every worker busy with its
  /// next task there, and streams do not heap up more than that.
  int tasks_per_stream() const;

  ThreadPool& workers() { return workers_; }
  WorkerSpace& space(int worker) { return spaces_[static_cast<std::size_t>(worker)]; }

 private:
  const kernels::KernelSet& kernels_;
  nets::Segmentation segmentation_;
  nets::Embedding embedding_;
  dsp::Fbank fbank_;
  mutable std::mutex streams_mutex_;
  int streams_ = 0;
  std::vector<WorkerSpace> spaces_;
  ThreadPool workers_;  // last: ends before what its tasks use
};

/// The kernels that the options ask for.
const kernels::KernelSet& kernels_for(const PerformanceOptions& performance);
/// The number of workers that the options ask for. Throws Error{invalid_argument}.
int threads_for(const PerformanceOptions& performance);

/// Throws Error{corrupt_audio} where there are fewer samples than `least`, or one is not finite.
void check_samples(std::span<const float> samples, int least);

}  // namespace diarist::pipeline
