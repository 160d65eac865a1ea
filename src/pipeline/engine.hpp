// What is loaded once and shared by all recordings: networks, tables, workers and their workspaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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
  /// Both workspaces lie in the same memory: each is good until the other is asked for.
  /// For at least that many windows.
  nets::Segmentation::Workspace& segmentation(const nets::Segmentation& net, int windows);
  /// For at least that many feature frames.
  nets::Trunk::Workspace& trunk(const nets::Trunk& net, int frames);
  /// `size` floats, contents undefined; `which` of a few that are in use at once.
  enum class Scratch { features, trunk, statistics };
  float* scratch(Scratch which, std::size_t size);
  /// Gives all memory back, to be made anew.
  void release();

  /// For the checkpoints of tasks that take long: runs what is urgent. Does nothing in the space of
  /// urgent tasks.
  std::function<void()> urgent = [] {};

 private:
  template <class Workspace, class... Arguments>
  void place(std::unique_ptr<Workspace>& workspace, const Arguments&... arguments);

  AlignedBuffer<std::byte> memory_;
  // Of the net that was there last: a stream of one precision after one of another has them made
  // anew.
  const void* segmentation_net_ = nullptr;
  std::unique_ptr<nets::Segmentation::Workspace> segmentation_;
  int segmentation_windows_ = 0;
  const void* trunk_net_ = nullptr;
  std::unique_ptr<nets::Trunk::Workspace> trunk_;
  AlignedBuffer<float> scratch_[3];
};

/// Both networks in one precision.
class Networks {
 public:
  /// Returns with the segmentation network, and while the pool's workers still pack the weights of
  /// the other one, which is needed only once something has been segmented. `pack` and this must
  /// outlive the pool.
  Networks(const model::Pack& pack, const kernels::KernelSet& kernels, Precision precision,
           ThreadPool& pool);

  const nets::Segmentation& segmentation() const { return segmentation_; }
  /// Of the other one, which is not waited for.
  const nets::EmbeddingShape& embedding_shape() const { return embedding_.shape(); }
  /// Waits for it; for tasks of the pool that were handed in since. Throws Error{corrupt_model}.
  const nets::Embedding& embedding() const {
    embedding_.wait();
    return embedding_;
  }

 private:
  nets::Segmentation segmentation_;
  nets::Embedding embedding_;
};

class LookBatches;

/// Throws Error as Diarizer's constructor does. Safe from any thread. `model` must outlive it.
class Engine {
 public:
  Engine(const Model& model, const PerformanceOptions& performance);
  ~Engine();

  const kernels::KernelSet& kernels() const { return kernels_; }
  /// The networks for a preset that wants `preset_precision`, unless the options said another one.
  /// Made when they are first needed, and kept.
  const Networks& networks(Precision preset_precision);
  /// Where live streams have their looks segmented by those.
  LookBatches& look_batches(Precision preset_precision);
  /// Which of the two those are in.
  Precision precision(Precision preset_precision) const;
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
  const model::Pack& pack_;
  const kernels::KernelSet& kernels_;
  const Precision precision_;
  std::mutex networks_mutex_;
  std::map<Precision, Networks> networks_;
  std::map<Precision, LookBatches> look_batches_;
  dsp::Fbank fbank_;
  mutable std::mutex streams_mutex_;
  int streams_ = 0;
  std::vector<WorkerSpace> spaces_;  ///< By task number: the second half are urgent ones'.
  ThreadPool workers_;               // last: ends before what its tasks use
};

/// The kernels that the options ask for.
const kernels::KernelSet& kernels_for(const PerformanceOptions& performance);
/// f32 or int8: what `asked` comes to on these kernels. Integer products are faster on every
/// instruction set; the scalar twin, which is there to be compared with, keeps to f32.
Precision resolved(Precision asked, const kernels::KernelSet& kernels);
/// The number of workers that the options ask for. Throws Error{invalid_argument}.
int threads_for(const PerformanceOptions& performance);

/// Throws Error{corrupt_audio} where there are fewer samples than `least`, or one is not finite.
void check_samples(std::span<const float> samples, int least);

}  // namespace diarist::pipeline
