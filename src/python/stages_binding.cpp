// Each stage by itself: features, segmentation, embeddings, clustering; and audio as they want it.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diarist/clustering.hpp"
#include "diarist/embedder.hpp"
#include "diarist/error.hpp"
#include "diarist/features.hpp"
#include "diarist/segmenter.hpp"

#include "audio/reader.hpp"
#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/performance.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

/// One stage's engine, made from a model and performance options, and what closes it.
template <class Engine>
class Stage {
 public:
  Stage(const char* what, const Model& model, const PerformanceOptions& performance)
      : handle_(what, watched([&] { return Engine(model, performance); })) {}

  std::shared_ptr<const Engine> get() const { return handle_.get(); }
  bool closed() const { return handle_.closed(); }
  void close() {
    const nb::gil_scoped_release unlocked;
    handle_.close();
  }

 private:
  Handle<Engine> handle_;
};

class PythonSegmenter : public Stage<Segmenter> {
 public:
  using Stage::Stage;
  nb::tuple segment(const Floats& samples) const {
    const auto engine = get();
    LocalActivity activity = watched([&](const CancellationToken& cancellation) {
      return engine->segment(span_of(samples), cancellation);
    });
    const auto windows = static_cast<std::size_t>(activity.windows);
    const std::size_t frames = LocalActivity::kFrames;
    const auto speakers = static_cast<std::size_t>(activity.speakers);
    return nb::make_tuple(array_of(std::move(activity.active), {windows, frames, speakers}),
                          array_of(std::move(activity.probability), {windows, frames, speakers}));
  }
};

class PythonEmbedder : public Stage<Embedder> {
 public:
  using Stage::Stage;

  nb::object embed(const Floats& sound, bool features) const {
    const auto engine = get();
    std::vector<float> embedding = watched([&](const CancellationToken& cancellation) {
      return features ? engine->embed_features(span_of(sound), cancellation)
                      : engine->embed(span_of(sound), cancellation);
    });
    const std::size_t dimensions = embedding.size();
    return array_of(std::move(embedding), {dimensions});
  }

  /// `masks`: [masks, frames].
  nb::object embed_masked(const Floats& sound, const Floats& masks, bool features) const {
    const auto engine = get();
    const auto frames = static_cast<int>(masks.shape(1));
    std::vector<float> embeddings = watched([&](const CancellationToken& cancellation) {
      return features ? engine->embed_features(span_of(sound), span_of(masks), frames, cancellation)
                      : engine->embed(span_of(sound), span_of(masks), frames, cancellation);
    });
    const auto dimensions = static_cast<std::size_t>(engine->dimensions());
    return array_of(std::move(embeddings), {masks.shape(0), dimensions});
  }

  int dimensions() const { return get()->dimensions(); }
};

template <class PythonStage>
void make(PythonStage* place, const char* what, const Model& model, int threads,
          const std::optional<std::string>& isa, const std::string& precision) {
  const PerformanceOptions performance = performance_of(threads, isa, precision);
  new (place) PythonStage(what, model, performance);
}

nb::tuple cluster_arrays(const Model& model, const Bytes& active, const Floats& embeddings,
                         const ClusteringOptions& options) {
  LocalActivity activity;
  if (active.ndim() != 3 || active.shape(1) != std::size_t{LocalActivity::kFrames}) {
    throw Error(ErrorCode::invalid_argument, "activity", "has another shape than Segmenter gives",
                "give [windows, " + std::to_string(LocalActivity::kFrames) + ", speakers]");
  }
  activity.windows = static_cast<int>(active.shape(0));
  activity.speakers = static_cast<int>(active.shape(2));
  activity.active.assign(active.data(), active.data() + active.size());
  activity.probability.resize(activity.active.size());
  std::transform(activity.active.begin(), activity.active.end(), activity.probability.begin(),
                 [](std::uint8_t on) { return static_cast<std::uint8_t>(on ? 255 : 0); });

  Clustering clustering = watched([&](const CancellationToken& cancellation) {
    return cluster(model, activity, span_of(embeddings), options, cancellation);
  });
  const auto windows = static_cast<std::size_t>(activity.windows);
  const auto clusters = static_cast<std::size_t>(clustering.clusters);
  const std::size_t dimensions = clusters > 0 ? clustering.centroids.size() / clusters : 0;
  const std::size_t speakers = active.shape(2);
  nb::list notices;
  for (const std::string& notice : clustering.notices) notices.append(text(notice));
  return nb::make_tuple(array_of(std::move(clustering.labels), {windows, speakers}),
                        array_of(std::move(clustering.certainty), {windows, speakers}),
                        array_of(std::move(clustering.centroids), {clusters, dimensions}), notices);
}

/// All of a recording at the networks' rate: [channels, samples], or [1, samples] of their mean.
std::vector<float> all_of(audio::Reader& reader, const CancellationToken& cancellation) {
  constexpr std::size_t kBlock = audio::kModelRateHz;
  std::vector<float> samples;
  for (;;) {
    if (cancellation.cancelled()) throw Error(ErrorCode::cancelled, "reading", "was stopped");
    const std::size_t before = samples.size();
    samples.resize(before + kBlock);
    float* const place = samples.data() + before;
    const std::size_t count = reader.read({&place, 1}, kBlock);
    samples.resize(before + count);
    if (count == 0) return samples;
  }
}

template <class Open>
nb::object samples_of(const Open& open) {
  std::vector<float> samples = watched([&](const CancellationToken& cancellation) {
    const auto reader = open();
    return all_of(*reader, cancellation);
  });
  const std::size_t count = samples.size();
  return array_of(std::move(samples), {count});
}

nb::object read_audio(const nb::bytes& encoded, std::optional<int> channel) {
  const std::filesystem::path path = path_of(encoded);
  return samples_of([&] {
    return audio::Reader::open(path, channel ? ChannelMode::pick : ChannelMode::downmix,
                               channel.value_or(1));
  });
}

nb::object resample(const Floats& samples, int sample_rate_hz) {
  return samples_of([&] { return audio::Reader::over(span_of(samples), sample_rate_hz); });
}

nb::object extract(const FeatureExtractor& extractor, const Floats& samples) {
  std::vector<float> features = watched([&](const CancellationToken& cancellation) {
    return extractor.extract(span_of(samples), cancellation);
  });
  const std::size_t bins = FeatureExtractor::kBins;
  const std::size_t frames = features.size() / bins;
  return array_of(std::move(features), {frames, bins});
}

void bind_clustering(nb::module_& module) {
  nb::class_<ClusteringOptions>(module, "ClusteringOptions")
      .def(nb::init<>())
      .def_rw("ahc_threshold", &ClusteringOptions::ahc_threshold)
      .def_rw("fa", &ClusteringOptions::fa)
      .def_rw("fb", &ClusteringOptions::fb)
      .def_rw("max_iterations", &ClusteringOptions::max_iterations)
      .def_rw("min_elbo_gain", &ClusteringOptions::min_elbo_gain)
      .def_rw("min_speaker_weight", &ClusteringOptions::min_speaker_weight)
      .def_rw("min_clean_share", &ClusteringOptions::min_clean_share)
      .def_rw("min_speakers", &ClusteringOptions::min_speakers, nb::arg().none())
      .def_rw("max_speakers", &ClusteringOptions::max_speakers, nb::arg().none());
  module.def("cluster", &cluster_arrays, nb::arg(), nb::arg().noconvert(), nb::arg().noconvert(),
             nb::arg());
  module.attr("UNASSIGNED") = kUnassigned;
}

}  // namespace

void bind_stages(nb::module_& module) {
  nb::class_<FeatureExtractor>(module, "FeatureExtractor")
      .def(nb::init<>())
      .def("extract", &extract, nb::arg().noconvert())
      .def_prop_ro_static("bins", [](nb::handle) { return int{FeatureExtractor::kBins}; });
  nb::class_<PythonSegmenter>(module, "Segmenter")
      .def(
          "__init__",
          [](PythonSegmenter* place, const Model& model, int threads,
             const std::optional<std::string>& isa, const std::string& precision) {
            make(place, "Segmenter", model, threads, isa, precision);
          },
          nb::arg(), nb::arg(), nb::arg().none(), nb::arg())
      .def("segment", &PythonSegmenter::segment, nb::arg().noconvert())
      .def("close", &PythonSegmenter::close)
      .def_prop_ro("closed", &PythonSegmenter::closed);
  nb::class_<PythonEmbedder>(module, "Embedder")
      .def(
          "__init__",
          [](PythonEmbedder* place, const Model& model, int threads,
             const std::optional<std::string>& isa, const std::string& precision) {
            make(place, "Embedder", model, threads, isa, precision);
          },
          nb::arg(), nb::arg(), nb::arg().none(), nb::arg())
      .def("embed", &PythonEmbedder::embed, nb::arg().noconvert(), nb::arg())
      .def("embed_masked", &PythonEmbedder::embed_masked, nb::arg().noconvert(),
           nb::arg().noconvert(), nb::arg())
      .def("close", &PythonEmbedder::close)
      .def_prop_ro("closed", &PythonEmbedder::closed)
      .def_prop_ro("dimensions",
                   [](const PythonEmbedder& embedder) { return embedder.dimensions(); });
  bind_clustering(module);
  module.def("read_audio", &read_audio, nb::arg(), nb::arg().none());
  module.def("resample", &resample, nb::arg().noconvert(), nb::arg());
  module.attr("SAMPLE_RATE") = int{audio::kModelRateHz};
}

}  // namespace diarist::python
