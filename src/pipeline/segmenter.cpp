#include "diarist/segmenter.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "diarist/error.hpp"

#include "audio/reader.hpp"
#include "base/cancellation.hpp"
#include "base/thread_pool.hpp"
#include "nets/segmentation.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/window.hpp"

namespace diarist {

struct DIARIST_HIDDEN Segmenter::Implementation {
  Implementation(const Model& model, const PerformanceOptions& performance)
      : net(model.pack(), pipeline::kernels_for(performance),
            pipeline::resolved(performance.precision, pipeline::kernels_for(performance))),
        spaces(static_cast<std::size_t>(pipeline::threads_for(performance))),
        workers(static_cast<int>(spaces.size())) {}

  nets::Segmentation net;
  std::vector<pipeline::WorkerSpace> spaces;
  ThreadPool workers;  // last: ends before what its tasks use
};

Segmenter::Segmenter(const Model& model, PerformanceOptions performance)
    : implementation_(std::make_unique<Implementation>(model, performance)) {}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

int Segmenter::speakers() const { return implementation_->net.speakers(); }

LocalActivity Segmenter::segment(std::span<const float> samples,
                                 const CancellationToken& cancellation) const {
  pipeline::check_samples(samples, 1);
  constexpr int kBatch = pipeline::kBatches.most_windows;
  const int step =
      pipeline::step_frames(pipeline::parameters(Preset::exact).step_s) * pipeline::kFeatureShift;
  Implementation& own = *implementation_;
  LocalActivity activity;
  activity.speakers = own.net.speakers();
  const std::size_t window_activity = static_cast<std::size_t>(LocalActivity::kFrames) *
                                      static_cast<std::size_t>(activity.speakers);
  activity.windows = pipeline::window_count(static_cast<std::int64_t>(samples.size()), step);
  activity.active.resize(activity.windows * window_activity);
  activity.probability.resize(activity.windows * window_activity);

  own.workers.for_each((activity.windows + kBatch - 1) / kBatch, [&](int batch, int worker) {
    stop_if_cancelled(cancellation);
    const int first = batch * kBatch;
    const int windows = std::min(kBatch, activity.windows - first);
    const std::size_t begin = static_cast<std::size_t>(first) * static_cast<std::size_t>(step);
    const std::size_t wanted =
        static_cast<std::size_t>(windows - 1) * static_cast<std::size_t>(step) +
        pipeline::kWindowSamples;
    const std::size_t there = std::min(wanted, samples.size() - begin);
    const float* input = samples.data() + begin;
    pipeline::WorkerSpace& space = own.spaces[static_cast<std::size_t>(worker)];
    if (there < wanted) {
      float* padded = space.scratch(pipeline::WorkerSpace::Scratch::features, wanted);
      std::copy_n(input, there, padded);
      std::fill(padded + there, padded + wanted, 0.0F);
      input = padded;
    }
    own.net.run(input, windows, step, space.segmentation(own.net, pipeline::kBatches.most_windows),
                activity.active.data() + first * window_activity,
                activity.probability.data() + first * window_activity);
  });
  return activity;
}

}  // namespace diarist
