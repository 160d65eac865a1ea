#include "diarist/model.hpp"

#include <utility>

#include "model/builtin_pack.hpp"
#include "model/pack.hpp"
#include "model/tensor_table.hpp"

namespace diarist {

Model Model::builtin() {
  // The bytes are constant, so every call may share the first one's work.
  static const std::shared_ptr<const model::Pack> pack = [] {
    auto parsed = model::Pack::parse_static("built-in", model::builtin_pack());
    model::check(*parsed);
    return parsed;
  }();
  return Model(pack);
}

Model Model::load(const std::filesystem::path& file) {
  auto pack = model::Pack::read(file);
  model::check(*pack);
  return Model(std::move(pack));
}

Model Model::parse(std::string name, std::vector<std::byte> bytes) {
  auto pack = model::Pack::parse(std::move(name), std::move(bytes));
  model::check(*pack);
  return Model(std::move(pack));
}

const std::string& Model::name() const { return pack_->name(); }

std::vector<TensorInfo> Model::tensors() const { return pack_->tensors(); }

const std::map<std::string, std::string>& Model::metadata() const { return pack_->metadata(); }

std::string Model::digest() const { return pack_->digest(); }

}  // namespace diarist
