// The trunk in the precision that was asked for: see resnet.hpp for what goes in and comes out.
#pragma once

#include <variant>

#include "diarist/options.hpp"

#include "nets/integer_resnet.hpp"
#include "nets/resnet.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class Trunk {
 public:
  /// `precision` is f32 or int8; bottlenecks are run in f32 with either. Where there is a `pool`,
  /// see ResNet: wait() before run().
  Trunk(const model::Pack& pack, const EmbeddingShape& shape, const kernels::KernelSet& kernels,
        Precision precision, ThreadPool* pool = nullptr);

  void wait() const;

  class Workspace {
   public:
    /// Room for up to `max_frames` feature frames, in memory of its own.
    Workspace(const Trunk& trunk, int max_frames);
    /// In the layout's.
    Workspace(const Trunk& trunk, int max_frames, MemoryLayout& layout);
    int max_frames() const;

   private:
    friend class Trunk;
    std::variant<ResNet::Workspace, IntegerResNet::Workspace> space_;
  };

  /// As ResNet::run.
  void run(const float* features, int frames, Workspace& workspace, float* out,
           const Checkpoint& checkpoint = {}) const;

 private:
  std::variant<ResNet, IntegerResNet> net_;
};

}  // namespace diarist::nets
