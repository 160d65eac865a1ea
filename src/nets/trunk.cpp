#include "nets/trunk.hpp"

namespace diarist::nets {
namespace {

using Net = std::variant<ResNet, IntegerResNet>;

Net make(const model::Pack& pack, const EmbeddingShape& shape, const kernels::KernelSet& kernels,
         Precision precision, ThreadPool* pool) {
  if (precision == Precision::int8 && !shape.bottleneck) {
    return IntegerResNet(pack, shape, kernels, pool);
  }
  return ResNet(pack, shape, kernels, pool);
}

}  // namespace

Trunk::Trunk(const model::Pack& pack, const EmbeddingShape& shape,
             const kernels::KernelSet& kernels, Precision precision, ThreadPool* pool)
    : net_(make(pack, shape, kernels, precision, pool)) {}

void Trunk::wait() const {
  std::visit([](const auto& net) { net.wait(); }, net_);
}

Trunk::Workspace::Workspace(const Trunk& trunk, int max_frames)
    : space_(std::visit(
          [&](const auto& net) -> decltype(space_) {
            return typename std::decay_t<decltype(net)>::Workspace(net.shape(), max_frames);
          },
          trunk.net_)) {}

Trunk::Workspace::Workspace(const Trunk& trunk, int max_frames, MemoryLayout& layout)
    : space_(std::visit(
          [&](const auto& net) -> decltype(space_) {
            return typename std::decay_t<decltype(net)>::Workspace(net.shape(), max_frames, layout);
          },
          trunk.net_)) {}

int Trunk::Workspace::max_frames() const {
  return std::visit([](const auto& space) { return space.max_frames; }, space_);
}

void Trunk::run(const float* features, int frames, Workspace& workspace, float* out,
                const Checkpoint& checkpoint) const {
  std::visit(
      [&](const auto& net) {
        using Space = typename std::decay_t<decltype(net)>::Workspace;
        net.run(features, frames, std::get<Space>(workspace.space_), out, checkpoint);
      },
      net_);
}

}  // namespace diarist::nets
