#include "modeltools/import.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

#include "model/half.hpp"
#include "model/tensor_table.hpp"
#include "modeltools/checkpoint.hpp"
#include "modeltools/safetensors_writer.hpp"

namespace diarist::modeltools {
namespace {

/// What a pack says of where each net comes from; the licences ask for it.
struct Provenance {
  std::string_view net;
  std::string_view source;
  std::string_view licence;
  std::string_view attribution;
};
constexpr Provenance kProvenance[] = {
    {"segmentation", "pyannote/segmentation-3.0", "MIT",
     "pyannote segmentation-3.0, Copyright (c) CNRS; Alexis Plaquet and Herve Bredin, "
     "\"Powerset multi-class cross entropy loss for neural speaker diarization\", Interspeech "
     "2023"},
    {"embedding", "pyannote/wespeaker-voxceleb-resnet34-LM", "CC-BY-4.0",
     "WeSpeaker ResNet34-LM trained on VoxCeleb; Hongji Wang et al., \"WeSpeaker: A research and "
     "production oriented speaker embedding learning toolkit\", ICASSP 2023; converted by "
     "pyannote.audio"},
    {"plda", "pyannote/speaker-diarization-community-1", "CC-BY-4.0",
     "PLDA and x-vector transform by BUT Speech@FIT, Brno University of Technology; Federico "
     "Landini et al., \"Bayesian HMM clustering of x-vector sequences (VBx) in speaker "
     "diarization\", 2022"},
};

// The largest value that rounds to a finite half: 65504 plus just less than half a unit.
constexpr double kHalfLimit = 65520.0;

/// Where a part is: in this checkpoint, under this prefix.
struct Place {
  const Checkpoint* checkpoint = nullptr;
  std::string_view prefix;
};

std::optional<std::string_view> prefix_in(const Checkpoint& checkpoint, const model::Part& part) {
  for (const std::string_view prefix : part.source_prefixes) {
    if (checkpoint.tensors.contains(std::string(prefix) + std::string(part.signature))) {
      return prefix;
    }
  }
  return std::nullopt;
}

Place find_part(const std::vector<Checkpoint>& checkpoints, const model::Part& part) {
  Place place;
  for (const Checkpoint& checkpoint : checkpoints) {
    const auto prefix = prefix_in(checkpoint, part);
    if (!prefix) continue;
    if (place.checkpoint != nullptr) {
      throw Error(
          ErrorCode::invalid_argument, checkpoint.name,
          "holds the " + std::string(part.title) + ", and so does " + place.checkpoint->name,
          "give one of them");
    }
    place = {&checkpoint, *prefix};
  }
  if (place.checkpoint == nullptr) {
    throw Error(
        ErrorCode::wrong_model, std::string(part.title),
        "is in none of the sources (they hold no tensor '" + std::string(part.signature) + "')",
        "give also the checkpoint of " + std::string(part.kind));
  }
  return place;
}

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

TensorToWrite convert(const std::string& file, const std::string& source_name,
                      const CheckpointTensor& source, const model::TensorSpec& spec,
                      Storage storage) {
  if (source.shape != spec.shape) {
    throw Error(ErrorCode::wrong_model, file,
                "tensor '" + source_name + "' has shape " + model::shape_to_string(source.shape) +
                    ", expected " + model::shape_to_string(spec.shape));
  }
  const std::vector<double> values = source.doubles();
  TensorToWrite tensor{spec.name, model::DataType::f32, spec.shape, {}};
  if (spec.role == model::Role::plda && source.is_double) {
    tensor.type = model::DataType::f64;
    tensor.bytes = stored_as<double>(values, [](double v) { return v; });
  } else if (storage == Storage::f16 && spec.half) {
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

std::string segmentation_json() {
  const model::SegmentationArchitecture a;
  return nlohmann::ordered_json{{"type", "sincnet-bilstm-powerset"},
                                {"sinc_filters", a.sinc_filters},
                                {"sinc_taps", a.sinc_taps},
                                {"sinc_stride", a.sinc_stride},
                                {"convolution_channels", a.convolution_channels},
                                {"convolution_taps", a.convolution_taps},
                                {"lstm_layers", a.lstm_layers},
                                {"lstm_hidden", a.lstm_hidden},
                                {"linear", a.linear},
                                {"classes", a.classes}}
      .dump();
}

std::string embedding_json() {
  const model::EmbeddingArchitecture a;
  return nlohmann::ordered_json{{"type", "resnet34-statistics-pooling"},
                                {"mel_bins", a.mel_bins},
                                {"blocks", a.blocks},
                                {"channels", a.channels},
                                {"dimensions", a.dimensions}}
      .dump();
}

std::string plda_json() {
  const model::PldaArchitecture a;
  return nlohmann::ordered_json{
      {"type", "two-covariance-plda"}, {"embedding", a.embedding}, {"features", a.features}}
      .dump();
}

std::map<std::string, std::string> metadata_for(Storage storage) {
  std::map<std::string, std::string> metadata = {
      {std::string(model::kFormatKey), std::string(model::kFormatName)},
      {std::string(model::kFormatVersionKey), std::string(model::kFormatVersion)},
      {"storage", std::string(to_string(storage))},
      {"segmentation.architecture", segmentation_json()},
      {"embedding.architecture", embedding_json()},
      {"plda.architecture", plda_json()},
  };
  for (const Provenance& provenance : kProvenance) {
    const std::string net(provenance.net);
    metadata[net + ".source"] = provenance.source;
    metadata[net + ".licence"] = provenance.licence;
    metadata[net + ".attribution"] = provenance.attribution;
  }
  return metadata;
}

}  // namespace

std::string_view to_string(Storage storage) { return storage == Storage::f32 ? "f32" : "f16"; }

Storage storage_from_string(std::string_view name) {
  for (const Storage storage : {Storage::f32, Storage::f16}) {
    if (to_string(storage) == name) return storage;
  }
  throw Error(ErrorCode::invalid_argument, "storage", "'" + std::string(name) + "' is unknown",
              "expected f32 or f16");
}

ImportedPack import_checkpoints(const std::vector<std::filesystem::path>& sources,
                                Storage storage) {
  std::vector<Checkpoint> checkpoints;
  checkpoints.reserve(sources.size());
  for (const auto& source : sources) checkpoints.push_back(read_checkpoint(source));

  ImportedPack pack;
  std::vector<TensorToWrite> tensors;
  std::set<const CheckpointTensor*> used;
  for (const model::Part& part : model::parts()) {
    const Place place = find_part(checkpoints, part);
    const Checkpoint& checkpoint = *place.checkpoint;
    for (const model::TensorSpec& spec : part.tensors) {
      const std::string name = std::string(place.prefix) + spec.source_name;
      const auto found = checkpoint.tensors.find(name);
      if (found == checkpoint.tensors.end()) {
        throw Error(ErrorCode::wrong_model, checkpoint.name,
                    "has no tensor '" + name + "' (expected shape " +
                        model::shape_to_string(spec.shape) + ")",
                    "is this a " + std::string(part.kind) + "?");
      }
      tensors.push_back(convert(checkpoint.name, name, found->second, spec, storage));
      used.insert(&found->second);
    }
    pack.parts.push_back({std::string(part.title), checkpoint.name, part.tensors.size()});
  }
  for (const Checkpoint& checkpoint : checkpoints) {
    for (const auto& [name, tensor] : checkpoint.tensors) {
      if (!used.contains(&tensor)) pack.unused.push_back(checkpoint.name + ": " + name);
    }
  }
  pack.bytes = safetensors_bytes(std::move(tensors), metadata_for(storage));
  return pack;
}

}  // namespace diarist::modeltools
