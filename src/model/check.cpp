#include <string>

#include "diarist/error.hpp"

#include "model/pack.hpp"
#include "model/tensor_table.hpp"

namespace diarist::model {
namespace {

// Enough to see a pattern; a pack of another network would list hundreds.
constexpr int kListedAtMost = 4;

void check_version(const Pack& pack) {
  const auto& metadata = pack.metadata();
  const auto format = metadata.find(std::string(kFormatKey));
  if (format == metadata.end() || format->second != kFormatName) {
    throw Error(ErrorCode::wrong_model, pack.name(), "is safetensors, but no diarist model pack",
                "make one from checkpoints with `diarist import`");
  }
  const auto version = metadata.find(std::string(kFormatVersionKey));
  if (version == metadata.end() ||
      (version->second != kFormatVersion && version->second != kQuantizedFormatVersion)) {
    throw Error(ErrorCode::wrong_model, pack.name(),
                version == metadata.end() ? std::string("does not say its format version")
                                          : "has format version " + version->second.substr(0, 20),
                "this diarist reads versions " + std::string(kFormatVersion) + " and " +
                    std::string(kQuantizedFormatVersion));
  }
}

/// Empty where the tensor is as the table wants it.
std::string problem_with(const Pack& pack, const TensorSpec& spec) {
  const std::string subject = "tensor '" + spec.name + "' ";
  if (!pack.contains(spec.name)) {
    return subject + "is missing (expected shape " + shape_to_string(spec.shape) + ")";
  }
  if (pack.shape(spec.name) != spec.shape) {
    return subject + "has shape " + shape_to_string(pack.shape(spec.name)) + ", expected " +
           shape_to_string(spec.shape);
  }
  if (!pack.holds_weights(spec.name)) {
    return subject + "is stored as " + std::string(to_string(pack.type(spec.name))) +
           ", expected F64, F32, F16 or BF16";
  }
  return {};
}

}  // namespace

void check(const Pack& pack) {
  check_version(pack);
  const Architecture architecture = architecture_of(pack);
  for (const Part& part : parts(architecture)) {
    std::string problems;
    int count = 0;
    for (const TensorSpec& spec : part.tensors) {
      const std::string problem = problem_with(pack, spec);
      if (problem.empty()) continue;
      if (++count <= kListedAtMost) problems += (count > 1 ? ", " : "") + problem;
    }
    if (count == 0) continue;
    if (count > kListedAtMost)
      problems += " and " + std::to_string(count - kListedAtMost) + " more";
    throw Error(ErrorCode::wrong_model, pack.name(), problems,
                "is this a " + std::string(part.kind) + "?");
  }
  for (const std::string& reason :
       {why_not_run(architecture.segmentation), why_not_run(architecture.embedding),
        why_not_run(architecture.plda), why_not_together(architecture)}) {
    if (!reason.empty()) throw Error(ErrorCode::wrong_model, pack.name(), reason);
  }
}

}  // namespace diarist::model
