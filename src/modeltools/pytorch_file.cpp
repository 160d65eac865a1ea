#include "modeltools/pytorch_file.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "diarist/error.hpp"

#include "modeltools/pickle.hpp"
#include "modeltools/printable.hpp"
#include "modeltools/pytorch_objects.hpp"
#include "modeltools/tensor_values.hpp"

namespace diarist::modeltools {
namespace {

constexpr std::string_view kPickle = "data.pkl";
// segmentation-3.0's has 30 KB, with the optimizer's state.
constexpr std::uint64_t kMaxPickleBytes = std::uint64_t{16} << 20;
// Under which a dictionary keeps the state dict: Lightning, then others' habits.
constexpr std::string_view kStateDicts[] = {"state_dict", "model_state_dict", "model"};

using Bytes = std::shared_ptr<const std::vector<std::byte>>;

/// Index of the pickle: a member "FOLDER/data.pkl".
std::optional<std::size_t> pickle_in(const ZipArchive& archive) {
  const auto& members = archive.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string& name = members[i].name;
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos && name.substr(slash + 1) == kPickle) return i;
  }
  return std::nullopt;
}

/// One archive being read.
class Reader {
 public:
  explicit Reader(const ZipArchive& archive)
      : archive_(archive),
        pickle_(*pickle_in(archive)),
        folder_(archive.members()[pickle_].name.substr(
            0, archive.members()[pickle_].name.size() - kPickle.size())),
        pickle_name_(archive.name() + ": " + std::string(kPickle)),
        objects_(pickle_name_) {}

  Checkpoint read() {
    refuse_others();
    const std::uint64_t bytes = archive_.members()[pickle_].bytes;
    if (bytes > kMaxPickleBytes) {
      throw Error(ErrorCode::corrupt_model, pickle_name_,
                  "has " + std::to_string(bytes) + " bytes, more than any checkpoint's");
    }
    const std::vector<std::byte> pickle = archive_.unpack(pickle_, pickle_name_);
    const PickleIndex root = read_pickle(pickle_name_, pickle, objects_, values_);
    Checkpoint checkpoint{archive_.name(), {}, {}};
    for (const std::string_view key : kStateDicts) {
      const PickleValue* dictionary = values_.at(values_[root], key);
      if (dictionary != nullptr) collect(*dictionary, checkpoint);
      if (!checkpoint.tensors.empty()) return checkpoint;
    }
    collect(values_[root], checkpoint);
    if (checkpoint.tensors.empty()) {
      throw Error(ErrorCode::wrong_model, archive_.name(), "holds no dictionary of tensors",
                  "save one: torch.save(model.state_dict(), ...)");
    }
    return checkpoint;
  }

 private:
  void refuse_others() const {
    if (archive_.find(folder_ + "constants.pkl")) {
      throw Error(ErrorCode::wrong_model, archive_.name(), "is a TorchScript program",
                  "save its tensors alone: torch.save(torch.jit.load(...).state_dict(), ...)");
    }
    const auto order = archive_.find(folder_ + "byteorder");
    if (!order) return;  // Older than PyTorch 2.1: little-endian but on rare machines.
    const std::vector<std::byte> bytes = archive_.unpack(*order, archive_.name() + ": byteorder");
    const std::string text(reinterpret_cast<const char*>(bytes.data()),
                           std::min<std::size_t>(bytes.size(), 20));
    if (text != "little") {
      throw Error(ErrorCode::wrong_model, archive_.name(),
                  "has the byte order '" + printable(text) + "', expected 'little'",
                  "load and save it with PyTorch on a little-endian machine");
    }
  }

  /// The tensors of a dictionary with texts for keys; of equal keys the last.
  void collect(const PickleValue& dictionary, Checkpoint& checkpoint) {
    if (dictionary.kind != PickleKind::dictionary) return;
    for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
      const PickleValue& key = values_[dictionary.items[i]];
      const PickleValue& value = values_[dictionary.items[i + 1]];
      if (key.kind != PickleKind::text || value.kind != PickleKind::tensor) continue;
      const PytorchTensor& tensor = objects_.tensors()[static_cast<std::size_t>(value.integer)];
      const std::string name = printable(key.text);
      checkpoint.tensors[name] = checkpoint_tensor(name, tensor);
    }
  }

  CheckpointTensor checkpoint_tensor(const std::string& name, const PytorchTensor& tensor) {
    const PytorchStorage& storage = objects_.storages()[tensor.storage];
    const Bytes bytes = storage_bytes(name, storage);
    const model::DataType type = storage.type;
    return {tensor.view.shape, type == model::DataType::f64,
            [file = archive_.name(), name, type, bytes, view = tensor.view] {
              return finite_doubles(file, name, type, *bytes, view);
            }};
  }

  /// A storage's bytes, unpacked when the first tensor needs them.
  Bytes storage_bytes(const std::string& tensor, const PytorchStorage& storage) {
    const std::string subject =
        archive_.name() + ": storage '" + storage.key + "' of tensor '" + tensor + "'";
    Bytes& bytes = unpacked_[storage.key];
    if (!bytes) {
      const auto member = archive_.find(folder_ + "data/" + storage.key);
      if (!member) {
        throw Error(ErrorCode::corrupt_model, subject, "is not in the archive",
                    "it is truncated or damaged; fetch or make it anew");
      }
      bytes = std::make_shared<const std::vector<std::byte>>(archive_.unpack(*member, subject));
    }
    const std::size_t item = model::bytes_per_value(storage.type);
    if (bytes->size() % item != 0 || bytes->size() / item != storage.values) {
      throw Error(ErrorCode::corrupt_model, subject,
                  "has " + std::to_string(bytes->size()) + " bytes where " +
                      std::to_string(storage.values) + " values of " +
                      std::string(to_string(storage.type)) + " are expected");
    }
    return bytes;
  }

  const ZipArchive& archive_;
  std::size_t pickle_;
  std::string folder_;  ///< With its slash.
  std::string pickle_name_;
  PytorchObjects objects_;
  PickleValues values_;
  std::map<std::string, Bytes> unpacked_;
};

}  // namespace

bool is_pytorch(const ZipArchive& archive) { return pickle_in(archive).has_value(); }

Checkpoint pytorch_checkpoint(const ZipArchive& archive) { return Reader(archive).read(); }

}  // namespace diarist::modeltools
