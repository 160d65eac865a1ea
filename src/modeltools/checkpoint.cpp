#include "modeltools/checkpoint.hpp"

#include <cmath>
#include <fstream>
#include <memory>
#include <utility>

#include "diarist/error.hpp"

#include "model/pack.hpp"
#include "modeltools/npz.hpp"

namespace diarist::modeltools {
namespace {

bool is_zip(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  char start[4] = {};
  in.read(start, sizeof(start));
  return in.gcount() == 4 && std::string_view(start, 4) == "PK\x03\x04";
}

Checkpoint from_safetensors(const std::filesystem::path& file) {
  Checkpoint checkpoint{file.string(), {}};
  const std::shared_ptr<const model::Pack> pack = model::Pack::read(file);
  for (const TensorInfo& info : pack->tensors()) {
    checkpoint.tensors[info.name] = {info.shape, info.type == "F64",
                                     [pack, info] { return pack->doubles(info.name, info.shape); }};
  }
  return checkpoint;
}

std::vector<double> finite_doubles(const std::string& file, const std::string& name,
                                   const NpyArray& array) {
  std::vector<double> values = array.doubles();
  for (const double value : values) {
    if (!std::isfinite(value)) {
      throw Error(ErrorCode::corrupt_model, file,
                  "array '" + name + "' has a value that is not finite");
    }
  }
  return values;
}

Checkpoint from_npz(const std::filesystem::path& file) {
  Checkpoint checkpoint{file.string(), {}};
  for (auto& [name, array] : read_npz(file)) {
    CheckpointTensor tensor{array.shape, array.dtype == "f8", {}};
    const auto shared = std::make_shared<const NpyArray>(std::move(array));
    tensor.doubles = [shared, file = file.string(), name = name] {
      return finite_doubles(file, name, *shared);
    };
    checkpoint.tensors.emplace(name, std::move(tensor));
  }
  return checkpoint;
}

}  // namespace

Checkpoint read_checkpoint(const std::filesystem::path& file) {
  return is_zip(file) ? from_npz(file) : from_safetensors(file);
}

}  // namespace diarist::modeltools
