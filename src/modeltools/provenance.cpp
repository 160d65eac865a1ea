#include "modeltools/provenance.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "diarist/model.hpp"

#include "model/pack.hpp"

namespace diarist::modeltools {
namespace {

struct Provenance {
  std::string_view net;
  std::string_view source;
  std::string_view licence;
  std::string_view attribution;
};
constexpr Provenance kPublished[] = {
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

// A bfloat16 keeps eight bits; F16 and the built-in pack's own rounding are finer.
constexpr double kRelative = 1.0 / 256;
// Of what is so small that 16 bits lose it.
constexpr double kAbsolute = 1e-6;

}  // namespace

bool is_published(const model::TensorSpec& spec, const std::vector<double>& values) {
  const Model builtin = Model::builtin();
  const model::Pack& pack = builtin.pack();
  if (!pack.contains(spec.name) || pack.shape(spec.name) != spec.shape) return false;
  const std::vector<double> published = pack.doubles(spec.name, spec.shape);
  return std::equal(
      values.begin(), values.end(), published.begin(), published.end(),
      [](double a, double b) { return std::fabs(a - b) <= kRelative * std::fabs(b) + kAbsolute; });
}

std::map<std::string, std::string> published_provenance(std::string_view net) {
  std::map<std::string, std::string> metadata;
  for (const Provenance& each : kPublished) {
    if (each.net != net) continue;
    const std::string name(net);
    metadata[name + ".source"] = each.source;
    metadata[name + ".licence"] = each.licence;
    metadata[name + ".attribution"] = each.attribution;
  }
  return metadata;
}

std::map<std::string, std::string> unknown_provenance(std::string_view net,
                                                      const std::string& file) {
  const std::string name(net);
  return {{name + ".source", std::filesystem::path(file).filename().string()},
          {name + ".licence", "not known; ask whoever made the checkpoint"},
          {name + ".attribution", "not known"}};
}

}  // namespace diarist::modeltools
