#include "modeltools/pytorch_objects.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "diarist/error.hpp"

#include "modeltools/printable.hpp"

namespace diarist::modeltools {
namespace {

/// What stands in for the result of a call.
enum class Meaning {
  storage,     ///< A class of storages: not called, but named in persistent ids.
  tensor,      ///< (storage, offset, shape, strides, ...).
  parameter,   ///< (tensor, ...): the tensor.
  dictionary,  ///< Empty, or of a list of pairs.
  inert,       ///< An object of which nothing is kept.
};

struct Admitted {
  std::string_view name;
  Meaning meaning;
  model::DataType type = model::DataType::f32;  ///< Of a storage.
};

// The classes of `inert` hold only data, and stand in checkpoints next to the weights: versions,
// what a pyannote model was trained for, hyper-parameters in OmegaConf's or Lightning's
// dictionaries, NumPy's numbers. docs/pack-format.md lists them.
constexpr Admitted kAdmitted[] = {
    {"torch.DoubleStorage", Meaning::storage, model::DataType::f64},
    {"torch.FloatStorage", Meaning::storage, model::DataType::f32},
    {"torch.HalfStorage", Meaning::storage, model::DataType::f16},
    {"torch.BFloat16Storage", Meaning::storage, model::DataType::bf16},
    {"torch.LongStorage", Meaning::storage, model::DataType::i64},
    {"torch.IntStorage", Meaning::storage, model::DataType::i32},
    {"torch.ShortStorage", Meaning::storage, model::DataType::i16},
    {"torch.CharStorage", Meaning::storage, model::DataType::i8},
    {"torch.ByteStorage", Meaning::storage, model::DataType::u8},
    {"torch.BoolStorage", Meaning::storage, model::DataType::boolean},
    {"torch._utils._rebuild_tensor", Meaning::tensor},
    {"torch._utils._rebuild_tensor_v2", Meaning::tensor},
    {"torch._utils._rebuild_parameter", Meaning::parameter},
    {"torch._utils._rebuild_parameter_with_state", Meaning::parameter},
    {"collections.OrderedDict", Meaning::dictionary},
    {"collections.defaultdict", Meaning::inert},
    {"builtins.dict", Meaning::inert},
    {"builtins.list", Meaning::inert},
    {"builtins.set", Meaning::inert},
    {"builtins.int", Meaning::inert},
    {"builtins.float", Meaning::inert},
    {"builtins.str", Meaning::inert},
    {"builtins.bool", Meaning::inert},
    {"__builtin__.dict", Meaning::inert},
    {"__builtin__.list", Meaning::inert},
    {"__builtin__.set", Meaning::inert},
    {"__builtin__.int", Meaning::inert},
    {"__builtin__.long", Meaning::inert},
    {"__builtin__.float", Meaning::inert},
    {"__builtin__.unicode", Meaning::inert},
    {"__builtin__.bool", Meaning::inert},
    {"typing.Any", Meaning::inert},
    {"argparse.Namespace", Meaning::inert},
    {"pathlib.Path", Meaning::inert},
    {"pathlib.PosixPath", Meaning::inert},
    {"pathlib.WindowsPath", Meaning::inert},
    {"torch.Size", Meaning::inert},
    {"torch.device", Meaning::inert},
    {"torch.float64", Meaning::inert},
    {"torch.float32", Meaning::inert},
    {"torch.float16", Meaning::inert},
    {"torch.bfloat16", Meaning::inert},
    {"torch.int64", Meaning::inert},
    {"torch.torch_version.TorchVersion", Meaning::inert},
    {"pyannote.audio.core.task.Specifications", Meaning::inert},
    {"pyannote.audio.core.task.Problem", Meaning::inert},
    {"pyannote.audio.core.task.Resolution", Meaning::inert},
    {"pyannote.audio.core.model.Introspection", Meaning::inert},
    {"omegaconf.listconfig.ListConfig", Meaning::inert},
    {"omegaconf.dictconfig.DictConfig", Meaning::inert},
    {"omegaconf.base.ContainerMetadata", Meaning::inert},
    {"omegaconf.base.Metadata", Meaning::inert},
    {"omegaconf.nodes.AnyNode", Meaning::inert},
    {"omegaconf.nodes.StringNode", Meaning::inert},
    {"omegaconf.nodes.IntegerNode", Meaning::inert},
    {"omegaconf.nodes.FloatNode", Meaning::inert},
    {"omegaconf.nodes.BooleanNode", Meaning::inert},
    {"pytorch_lightning.utilities.parsing.AttributeDict", Meaning::inert},
    {"lightning.pytorch.utilities.parsing.AttributeDict", Meaning::inert},
    {"lightning.fabric.utilities.data.AttributeDict", Meaning::inert},
    {"lightning_fabric.utilities.data.AttributeDict", Meaning::inert},
    {"pytorch_lightning.callbacks.early_stopping.EarlyStopping", Meaning::inert},
    {"pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint", Meaning::inert},
    {"numpy.dtype", Meaning::inert},
    {"numpy.core.multiarray.scalar", Meaning::inert},
    {"numpy._core.multiarray.scalar", Meaning::inert},
    {"_codecs.encode", Meaning::inert},
};

constexpr std::size_t kMaxRank = 8;

const Admitted* admitted(std::string_view name) {
  const auto* found = std::find_if(std::begin(kAdmitted), std::end(kAdmitted),
                                   [&](const Admitted& each) { return each.name == name; });
  return found == std::end(kAdmitted) ? nullptr : found;
}

std::optional<std::vector<std::int64_t>> integers(const PickleValues& values,
                                                  const PickleValue& tuple) {
  if (tuple.kind != PickleKind::tuple || tuple.items.size() > kMaxRank) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const PickleIndex item : tuple.items) {
    if (values[item].kind != PickleKind::integer) return std::nullopt;
    numbers.push_back(values[item].integer);
  }
  return numbers;
}

}  // namespace

void PytorchObjects::bad(const std::string& where, const std::string& problem) const {
  throw Error(ErrorCode::corrupt_model, name_, where + " " + problem);
}

void PytorchObjects::admit(const std::string& name, const std::string& where) {
  if (admitted(name) != nullptr) return;
  throw Error(ErrorCode::corrupt_model, name_,
              where + " names '" + printable(name) +
                  "', which is no part of a checkpoint's tensors; it was not run",
              "if you trust the file, save its tensors alone: torch.save(model.state_dict(), ...)");
}

PickleValue PytorchObjects::call(const PickleValues& values, const PickleValue& callable,
                                 const PickleValue& arguments, const std::string& where) {
  switch (admitted(callable.text)->meaning) {
    case Meaning::tensor:
      return tensor(values, arguments, where);
    case Meaning::parameter:
      if (arguments.items.empty() || values[arguments.items[0]].kind != PickleKind::tensor) {
        bad(where, "makes a parameter of what is no tensor");
      }
      return values[arguments.items[0]];
    case Meaning::dictionary:
      return dictionary(values, arguments, where);
    case Meaning::inert:
      return {PickleKind::object, 0, 0, {}, {}};
    case Meaning::storage:
      break;
  }
  bad(where, "makes a storage, which only a persistent id does");
}

PickleValue PytorchObjects::resolve(const PickleValues& values, const PickleValue& id,
                                    const std::string& where) {
  // ('storage', class, key, location, number of values).
  if (id.kind != PickleKind::tuple || id.items.size() != 5) {
    bad(where, "has a persistent id that is no storage's");
  }
  const auto part = [&](std::size_t i) -> const PickleValue& { return values[id.items[i]]; };
  const Admitted* type = part(1).kind == PickleKind::name ? admitted(part(1).text) : nullptr;
  const std::string& key = part(2).text;
  const bool is_key =
      part(2).kind == PickleKind::text && !key.empty() && key.size() <= 20 &&
      std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (part(0).text != "storage" || type == nullptr || type->meaning != Meaning::storage ||
      !is_key || part(4).kind != PickleKind::integer || part(4).integer < 0) {
    bad(where, "has a persistent id that is no storage's");
  }
  storages_.push_back({key, type->type, static_cast<std::uint64_t>(part(4).integer)});
  return {PickleKind::referent, static_cast<std::int64_t>(storages_.size() - 1), 0, {}, {}};
}

PickleValue PytorchObjects::tensor(const PickleValues& values, const PickleValue& arguments,
                                   const std::string& where) {
  const auto& items = arguments.items;
  if (items.size() < 4 || values[items[0]].kind != PickleKind::referent ||
      values[items[1]].kind != PickleKind::integer) {
    bad(where, "makes a tensor without a storage");
  }
  auto shape = integers(values, values[items[2]]);
  auto strides = integers(values, values[items[3]]);
  if (!shape || !strides) bad(where, "makes a tensor without shape or strides");
  PytorchTensor tensor;
  tensor.storage = static_cast<std::size_t>(values[items[0]].integer);
  tensor.view = {std::move(*shape), std::move(*strides), values[items[1]].integer};
  const std::uint64_t room = storages_[tensor.storage].values;
  if (!tensor.view.fits(room)) {
    bad(where, "makes a tensor of shape " + model::shape_to_string(tensor.view.shape) +
                   " and strides " + model::shape_to_string(tensor.view.strides) + " from value " +
                   std::to_string(tensor.view.offset) + " on, in a storage of " +
                   std::to_string(room));
  }
  tensors_.push_back(std::move(tensor));
  return {PickleKind::tensor, static_cast<std::int64_t>(tensors_.size() - 1), 0, {}, {}};
}

PickleValue PytorchObjects::dictionary(const PickleValues& values, const PickleValue& arguments,
                                       const std::string& where) const {
  PickleValue made{PickleKind::dictionary, 0, 0, {}, {}};
  if (arguments.items.empty()) return made;
  const PickleValue& pairs = values[arguments.items[0]];
  if (pairs.kind != PickleKind::list && pairs.kind != PickleKind::tuple) {
    bad(where, "makes a dictionary of what is no list");
  }
  for (const PickleIndex pair : pairs.items) {
    const PickleKind kind = values[pair].kind;
    if ((kind != PickleKind::list && kind != PickleKind::tuple) || values[pair].items.size() != 2) {
      bad(where, "makes a dictionary of what are no pairs");
    }
    made.items.push_back(values[pair].items[0]);
    made.items.push_back(values[pair].items[1]);
  }
  return made;
}

}  // namespace diarist::modeltools
