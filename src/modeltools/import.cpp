#include "diarist/import.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/quantization.hpp"

#include "model/half.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/checkpoint.hpp"
#include "modeltools/measured_norms.hpp"
#include "modeltools/part_source.hpp"
#include "modeltools/provenance.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist {
namespace modeltools {
namespace {

// The largest value that rounds to a finite half: 65504 plus just less than half a unit.
constexpr double kHalfLimit = 65520.0;

template <typename Stored, typename Convert>
std::vector<std::byte> stored_as(const std::vector<double>& values, Convert convert) {
  std::vector<std::byte> bytes(values.size() * sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored stored = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof(Stored), &stored, sizeof(Stored));
  }
  return bytes;
}

void check_range(const std::string& file, const std::string& tensor,
                 const std::vector<double>& values, double limit, const std::string& type,
                 const std::string& advice) {
  for (const double value : values) {
    if (std::fabs(value) < limit) continue;
    throw Error(
        ErrorCode::invalid_argument, file,
        "tensor '" + tensor + "' holds " + std::to_string(value) + ", too large for " + type,
        advice);
  }
}

TensorToWrite converted(const std::string& file, const std::string& source_name,
                        const std::vector<double>& values, bool is_double,
                        const model::TensorSpec& spec, WeightStorage storage) {
  TensorToWrite tensor{spec.name, model::DataType::f32, spec.shape, {}};
  if (spec.role == model::Role::plda && is_double) {
    tensor.type = model::DataType::f64;
    tensor.bytes = stored_as<double>(values, [](double v) { return v; });
  } else if (storage == WeightStorage::f16 && spec.half) {
    check_range(file, source_name, values, kHalfLimit, "F16", "import with f32 storage");
    tensor.type = model::DataType::f16;
    tensor.bytes = stored_as<std::uint16_t>(
        values, [](double v) { return model::float_to_half(static_cast<float>(v)); });
  } else {
    check_range(file, source_name, values, std::numeric_limits<float>::max(), "F32", {});
    tensor.bytes = stored_as<float>(values, [](double v) { return static_cast<float>(v); });
  }
  return tensor;
}

std::string segmentation_json(const model::SegmentationArchitecture& a) {
  const auto& channels = a.convolution_channels;
  return nlohmann::ordered_json{
      {"type", "sincnet-bilstm-powerset"},
      {"sinc_filters", a.sinc_filters},
      {"sinc_taps", model::kSincTaps},
      {"sinc_stride", model::kSincStride},
      {"convolution_channels", channels[0] == channels[1] ? nlohmann::ordered_json(channels[0])
                                                          : nlohmann::ordered_json(channels)},
      {"convolution_taps", model::kConvolutionTaps},
      {"lstm_layers", a.lstm_layers},
      {"lstm_hidden", a.lstm_hidden},
      {"linear", a.linear},
      {"classes", a.classes}}
      .dump();
}

std::string embedding_json(const model::EmbeddingArchitecture& a) {
  return nlohmann::ordered_json{
      {"type", "resnet" + std::to_string(a.depth()) + "-statistics-pooling"},
      {"mel_bins", model::EmbeddingArchitecture::kMelBins},
      {"blocks", a.blocks},
      {"channels", a.channels},
      {"dimensions", a.dimensions}}
      .dump();
}

std::string plda_json(const model::PldaArchitecture& a) {
  return nlohmann::ordered_json{
      {"type", "two-covariance-plda"}, {"embedding", a.embedding}, {"features", a.features}}
      .dump();
}

std::map<std::string, std::string> metadata_for(WeightStorage storage,
                                                const model::Architecture& a) {
  std::map<std::string, std::string> metadata = {
      {std::string(model::kFormatKey), std::string(model::kFormatName)},
      {std::string(model::kFormatVersionKey), std::string(model::kFormatVersion)},
      {"storage", std::string(to_string(storage))},
      {"segmentation.architecture", segmentation_json(a.segmentation)},
      {"embedding.architecture", embedding_json(a.embedding)},
      {"plda.architecture", plda_json(a.plda)},
  };
  const model::SegmentationArchitecture usual;
  if (a.segmentation.speakers != usual.speakers ||
      a.segmentation.speakers_at_once != usual.speakers_at_once) {
    metadata[model::kSpeakersKey] = std::to_string(a.segmentation.speakers);
    metadata[model::kAtOnceKey] = std::to_string(a.segmentation.speakers_at_once);
  }
  return metadata;
}

std::string net_of(const model::Part& part) {
  return std::string(part.prefix.substr(0, part.prefix.size() - 1));
}

/// A pack being put together.
class Assembly {
 public:
  Assembly(WeightStorage storage, const model::Architecture& architecture)
      : storage_(storage), metadata_(metadata_for(storage, architecture)) {}

  void add(const PartSource& source, const model::Part& part) {
    const Checkpoint& checkpoint = *source.checkpoint;
    bool published = true;
    for (const model::TensorSpec& spec : part.tensors) {
      const std::string name = source.name_of(spec);
      const CheckpointTensor& tensor = checkpoint.tensors.find(name)->second;
      const std::vector<double> values = tensor.doubles();
      tensors_.push_back(
          converted(checkpoint.name, name, values, tensor.is_double, spec, storage_));
      published = published && is_published(spec, values);
      used_.insert(&tensor);
    }
    add_provenance(checkpoint, net_of(part), published);
    pack_.parts.push_back({std::string(part.title), checkpoint.name, part.tensors.size()});
  }

  ImportedPack take(const std::vector<Checkpoint>& sources) {
    for (const Checkpoint& checkpoint : sources) {
      for (const auto& [name, tensor] : checkpoint.tensors) {
        if (!used_.contains(&tensor) && !is_counter(name))
          pack_.left_out.push_back(checkpoint.name + ": " + name);
      }
    }
    pack_.bytes = safetensors_bytes(std::move(tensors_), metadata_);
    return std::move(pack_);
  }

 private:
  /// What a pack says of itself is passed on; else what we know of the weights.
  void add_provenance(const Checkpoint& checkpoint, const std::string& net, bool published) {
    if (checkpoint.metadata.contains(net + ".licence")) {
      for (const std::string key : {".source", ".licence", ".attribution"}) {
        const auto found = checkpoint.metadata.find(net + key);
        if (found != checkpoint.metadata.end()) metadata_[net + key] = found->second;
      }
      return;
    }
    auto known = published ? published_provenance(net) : unknown_provenance(net, checkpoint.name);
    // Of a net in two parts, the one that is not known speaks for both.
    if (published && metadata_.contains(net + ".licence")) return;
    known.merge(metadata_);
    metadata_ = std::move(known);
  }

  WeightStorage storage_;
  ImportedPack pack_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorToWrite> tensors_;
  std::set<const CheckpointTensor*> used_;
};

/// The parts' sizes, `found` being in their order.
model::Architecture architecture_in(const std::vector<PartSource>& found,
                                    const std::optional<ImportOptions::Powerset>& powerset) {
  model::Shapes plda = shapes_of(found[2]);
  plda.merge(shapes_of(found[3]));
  model::Architecture a{model::segmentation_architecture(shapes_of(found[0])),
                        model::embedding_architecture(shapes_of(found[1])),
                        model::plda_architecture(plda)};
  if (powerset) {
    a.segmentation.speakers = powerset->speakers;
    a.segmentation.speakers_at_once = powerset->at_once;
  } else {
    model::read_powerset(found[0].checkpoint->metadata, a.segmentation);
  }
  return a;
}

/// Throws Error{wrong_model} where these nets are none that run.
void check_runs(const std::vector<PartSource>& found, const model::Architecture& architecture) {
  const auto refuse_unless_empty = [](const PartSource& source, const std::string& reason) {
    if (!reason.empty()) throw Error(ErrorCode::wrong_model, source.checkpoint->name, reason);
  };
  refuse_unless_empty(found[0], model::why_not_run(architecture.segmentation));
  refuse_unless_empty(found[1], model::why_not_run(architecture.embedding));
  refuse_unless_empty(found[2], model::why_not_run(architecture.plda));
  refuse_unless_empty(found[2], model::why_not_together(architecture));
}

/// Without norms, 8-bit activations would span what nobody knows.
void measure_folded_norms(ImportedPack& pack) {
  const auto parsed = model::Pack::parse("the imported pack", pack.bytes);
  if (!has_folded_norms(*parsed)) return;
  const CalibrationRecording recording = builtin_calibration_recording();
  pack.bytes = with_measured_norms(*parsed, {&recording, 1}, {});
  pack.notices.push_back(
      "the embedding net's batch norms were folded into its convolutions; what 8-bit activations "
      "have to span was measured on half a minute that is built in (`diarist quantize --method "
      "int8 --measure-ranges --calibrate AUDIO` measures it on other recordings)");
}

}  // namespace
}  // namespace modeltools

std::string_view to_string(WeightStorage storage) {
  return storage == WeightStorage::f32 ? "f32" : "f16";
}

WeightStorage weight_storage_from_string(std::string_view name) {
  for (const WeightStorage storage : {WeightStorage::f32, WeightStorage::f16}) {
    if (to_string(storage) == name) return storage;
  }
  throw Error(ErrorCode::invalid_argument, "storage", "'" + std::string(name) + "' is unknown",
              "expected f32 or f16");
}

ImportedPack import_checkpoints(const std::vector<std::filesystem::path>& sources,
                                const ImportOptions& options) {
  using namespace modeltools;
  std::vector<Checkpoint> checkpoints;
  checkpoints.reserve(sources.size());
  for (const auto& source : sources) checkpoints.push_back(read_checkpoint(source));
  std::vector<Checkpoint> base;
  if (options.base) base.push_back(checkpoint_of(*options.base));

  std::vector<PartSource> found;
  for (const model::Part& part : model::parts()) {
    PartSource source = find_part(checkpoints, part);
    if (source.checkpoint == nullptr) source = find_part(base, part);
    if (source.checkpoint == nullptr) {
      throw Error(
          ErrorCode::wrong_model, std::string(part.title),
          "is in none of the sources (they hold no tensor '" + std::string(part.signature) + "')",
          "give also the checkpoint of " + std::string(part.kind) + ", or a pack to take it from");
    }
    found.push_back(source);
  }
  const model::Architecture architecture = architecture_in(found, options.powerset);
  const std::vector<model::Part> parts = model::parts(architecture);
  for (std::size_t i = 0; i < parts.size(); ++i) check_part(found[i], parts[i]);
  check_runs(found, architecture);
  Assembly assembly(options.storage, architecture);
  for (std::size_t i = 0; i < parts.size(); ++i) assembly.add(found[i], parts[i]);
  ImportedPack pack = assembly.take(checkpoints);
  measure_folded_norms(pack);
  return pack;
}

}  // namespace diarist
