#include "pipeline/engine.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "diarist/error.hpp"

#include "base/memory_layout.hpp"
#include "pipeline/live/look_batches.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {
namespace {

// More workers than any machine has cores: a typing error rather than a wish.
constexpr int kMaxThreads = 1024;

}  // namespace

template <class Workspace, class... Arguments>
void WorkerSpace::place(std::unique_ptr<Workspace>& workspace, const Arguments&... arguments) {
  MemoryLayout counted;
  Workspace(arguments..., counted);
  if (memory_.size() < counted.bytes()) {
    segmentation_.reset();
    segmentation_net_ = nullptr;
    trunk_.reset();
    trunk_net_ = nullptr;
    memory_ = {};
    memory_ = AlignedBuffer<std::byte>(counted.bytes());
  }
  MemoryLayout layout(memory_.data());
  workspace = std::make_unique<Workspace>(arguments..., layout);
}

nets::Segmentation::Workspace& WorkerSpace::segmentation(const nets::Segmentation& net,
                                                         int windows) {
  if (segmentation_net_ != &net || segmentation_windows_ < windows) {
    place(segmentation_, net, windows);
    segmentation_net_ = &net;
    segmentation_windows_ = windows;
  }
  return *segmentation_;
}

nets::Trunk::Workspace& WorkerSpace::trunk(const nets::Trunk& net, int frames) {
  if (trunk_net_ != &net || trunk_->max_frames() < frames) {
    place(trunk_, net, frames);
    trunk_net_ = &net;
  }
  return *trunk_;
}

float* WorkerSpace::scratch(Scratch which, std::size_t size) {
  AlignedBuffer<float>& buffer = scratch_[static_cast<int>(which)];
  if (buffer.size() < size) buffer = AlignedBuffer<float>(size);
  return buffer.data();
}

void WorkerSpace::release() {
  segmentation_.reset();
  segmentation_net_ = nullptr;
  trunk_.reset();
  trunk_net_ = nullptr;
  memory_ = {};
  for (AlignedBuffer<float>& buffer : scratch_) buffer = {};
}

const kernels::KernelSet& kernels_for(const PerformanceOptions& performance) {
  return kernels::kernel_set(performance.isa.value_or(best_instruction_set()));
}

int threads_for(const PerformanceOptions& performance) {
  if (performance.threads < 0 || performance.threads > kMaxThreads) {
    throw Error(ErrorCode::invalid_argument, "threads = " + std::to_string(performance.threads),
                "is out of range",
                "give 1 to " + std::to_string(kMaxThreads) + ", or 0 for one per core");
  }
  return performance.threads == 0 ? available_cores() : performance.threads;
}

void check_samples(std::span<const float> samples, int least) {
  if (samples.size() < static_cast<std::size_t>(least)) {
    throw Error(ErrorCode::corrupt_audio, "samples",
                "are " + std::to_string(samples.size()) + ", too few to hear anything in",
                "give " + std::to_string(least) + " or more, at 16 kHz");
  }
  const auto bad = std::find_if_not(samples.begin(), samples.end(),
                                    [](float sample) { return std::isfinite(sample); });
  if (bad != samples.end()) {
    throw Error(ErrorCode::corrupt_audio, "samples",
                "number " + std::to_string(bad - samples.begin()) + " is not finite",
                "look for a division by zero where they were made");
  }
}

Precision resolved(Precision asked, const kernels::KernelSet& kernels) {
  if (asked != Precision::automatic) return asked;
  return kernels.isa == InstructionSet::scalar ? Precision::f32 : Precision::int8;
}

Networks::Networks(const model::Pack& pack, const kernels::KernelSet& kernels, Precision precision,
                   ThreadPool& pool)
    : segmentation_(pack, kernels, precision), embedding_(pack, kernels, precision, &pool) {
  pool.submit([&pack](int /*worker*/) { pack.release_pages(); });
}

Engine::Engine(const Model& model, const PerformanceOptions& performance)
    : pack_(model.pack()),
      kernels_(kernels_for(performance)),
      precision_(performance.precision),
      spaces_(2 * static_cast<std::size_t>(threads_for(performance))),
      workers_(threads_for(performance)) {
  for (int worker = 0; worker < workers_.threads(); ++worker) {
    space(worker).urgent = [this, worker] { workers_.run_urgent(worker); };
  }
}

Engine::~Engine() = default;

const Networks& Engine::networks(Precision preset_precision) {
  const Precision wanted = precision(preset_precision);
  const std::lock_guard lock(networks_mutex_);
  return networks_.try_emplace(wanted, pack_, kernels_, wanted, workers_).first->second;
}

LookBatches& Engine::look_batches(Precision preset_precision) {
  const nets::Segmentation& net = networks(preset_precision).segmentation();
  const std::lock_guard lock(networks_mutex_);
  return look_batches_.try_emplace(precision(preset_precision), *this, net).first->second;
}

Precision Engine::precision(Precision preset_precision) const {
  return resolved(precision_ == Precision::automatic ? preset_precision : precision_, kernels_);
}

void Engine::stream_begins() {
  const std::lock_guard lock(streams_mutex_);
  ++streams_;
}

int Engine::tasks_per_stream() const {
  const std::lock_guard lock(streams_mutex_);
  const int wanted = 2 * workers_.threads();
  return std::max(2, (wanted + streams_ - 1) / std::max(1, streams_));
}

void Engine::stream_ends(bool release_memory) {
  const std::lock_guard lock(streams_mutex_);
  // No stream, no task: nobody is in these, and nobody enters while we hold the lock.
  if (--streams_ == 0 && release_memory) {
    for (WorkerSpace& space : spaces_) space.release();
  }
}

}  // namespace diarist::pipeline
