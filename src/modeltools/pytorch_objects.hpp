// What a PyTorch checkpoint may name: storages, tensors, and a short list of classes whose objects
// are data.
//
// Follows torch/_utils.py and torch/serialization.py. Nothing here is ever run: a call of a name
// that is in the table gives a tensor's description, a dictionary, or an object of which nothing is
// kept. Every other name is refused by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/safetensors.hpp"
#include "modeltools/pickle.hpp"
#include "modeltools/tensor_values.hpp"

namespace diarist::modeltools {

/// A block of values that tensors share, as the pickle describes it.
struct PytorchStorage {
  std::string key;  ///< Its name in the archive: digits.
  model::DataType type = model::DataType::f32;
  std::uint64_t values = 0;
};

/// A tensor, every value of which lies inside its storage.
struct PytorchTensor {
  std::size_t storage = 0;  ///< Index into storages().
  StridedView view;
};

/// Not for several threads at once.
class PytorchObjects : public PickleWorld {
 public:
  /// `name` stands for the pickle in messages.
  explicit PytorchObjects(std::string name) : name_(std::move(name)) {}

  void admit(const std::string& name, const std::string& where) override;
  PickleValue call(const PickleValues& values, const PickleValue& callable,
                   const PickleValue& arguments, const std::string& where) override;
  PickleValue resolve(const PickleValues& values, const PickleValue& id,
                      const std::string& where) override;

  /// What values of kind referent and tensor point at by their `integer`.
  const std::vector<PytorchStorage>& storages() const { return storages_; }
  const std::vector<PytorchTensor>& tensors() const { return tensors_; }

 private:
  PickleValue tensor(const PickleValues& values, const PickleValue& arguments,
                     const std::string& where);
  PickleValue dictionary(const PickleValues& values, const PickleValue& arguments,
                         const std::string& where) const;
  [[noreturn]] void bad(const std::string& where, const std::string& problem) const;

  std::string name_;
  std::vector<PytorchStorage> storages_;
  std::vector<PytorchTensor> tensors_;
};

}  // namespace diarist::modeltools
