#include "modeltools/part_source.hpp"

#include <optional>
#include <set>
#include <string_view>

#include "diarist/error.hpp"

#include "model/safetensors.hpp"

namespace diarist::modeltools {
namespace {

// Enough to see a pattern; a checkpoint of another network would list hundreds.
constexpr std::size_t kListedAtMost = 8;

/// Layers that other members of the family have beside those in the table: a second linear layer
/// with its norm (WeSpeaker's two_emb_layer).
constexpr std::string_view kFurtherLayers[] = {"seg_2", "seg_bn_1"};

std::string_view layer_of(std::string_view name) { return name.substr(0, name.find('.')); }

std::optional<std::string> prefix_in(const Checkpoint& checkpoint, const model::Part& part) {
  std::optional<std::string> prefix;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (!name.ends_with(part.signature)) continue;
    const std::string before = name.substr(0, name.size() - part.signature.size());
    if (!before.empty() && before.back() != '.') continue;
    if (prefix) {
      throw Error(ErrorCode::wrong_model, checkpoint.name,
                  "holds the " + std::string(part.title) + " twice: tensors '" + *prefix +
                      std::string(part.signature) + "' and '" + name + "'",
                  "save one of them alone");
    }
    prefix = before;
  }
  return prefix;
}

/// Problems as they are found, the first few of them kept.
class Problems {
 public:
  void add(const std::string& problem) {
    if (++count_ <= kListedAtMost) text_ += (count_ > 1 ? ", " : "") + problem;
  }
  void throw_if_any(const std::string& file, const std::string& advice) const {
    if (count_ == 0) return;
    const std::string more =
        count_ > kListedAtMost ? " and " + std::to_string(count_ - kListedAtMost) + " more" : "";
    throw Error(ErrorCode::wrong_model, file, text_ + more, advice);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

PartSource find_part(const std::vector<Checkpoint>& checkpoints, const model::Part& part) {
  PartSource source;
  for (const Checkpoint& checkpoint : checkpoints) {
    const auto prefix = prefix_in(checkpoint, part);
    if (!prefix) continue;
    if (source.checkpoint != nullptr) {
      throw Error(
          ErrorCode::invalid_argument, checkpoint.name,
          "holds the " + std::string(part.title) + ", and so does " + source.checkpoint->name,
          "give one of them");
    }
    source = {&checkpoint, *prefix};
  }
  return source;
}

bool is_counter(std::string_view name) { return name.ends_with(".num_batches_tracked"); }

model::Shapes shapes_of(const PartSource& source) {
  model::Shapes shapes;
  const auto& tensors = source.checkpoint->tensors;
  for (auto each = tensors.lower_bound(source.prefix);
       each != tensors.end() && each->first.starts_with(source.prefix); ++each) {
    shapes.emplace(each->first.substr(source.prefix.size()), each->second.shape);
  }
  return shapes;
}

void check_part(const PartSource& source, const model::Part& part) {
  const auto& tensors = source.checkpoint->tensors;
  Problems problems;
  std::set<std::string, std::less<>> expected;
  std::set<std::string, std::less<>> layers(std::begin(kFurtherLayers), std::end(kFurtherLayers));
  for (const model::TensorSpec& spec : part.tensors) {
    const std::string name = source.name_of(spec);
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      problems.add("tensor '" + name + "' is missing (expected shape " +
                   model::shape_to_string(spec.shape) + ")");
    } else if (found->second.shape != spec.shape) {
      problems.add("tensor '" + name + "' has shape " +
                   model::shape_to_string(found->second.shape) + ", expected " +
                   model::shape_to_string(spec.shape));
    }
    expected.insert(name);
    layers.emplace(layer_of(spec.source_name));
  }
  for (auto each = tensors.lower_bound(source.prefix);
       each != tensors.end() && each->first.starts_with(source.prefix); ++each) {
    const std::string& name = each->first;
    if (expected.contains(name) || is_counter(name)) continue;
    if (!layers.contains(layer_of(std::string_view(name).substr(source.prefix.size())))) continue;
    problems.add("tensor '" + name + "' of shape " + model::shape_to_string(each->second.shape) +
                 " is none of the net's");
  }
  problems.throw_if_any(source.checkpoint->name, "is this a " + std::string(part.kind) + "?");
}

}  // namespace diarist::modeltools
