#include <cstddef>
#include <filesystem>
#include <nanobind/stl/string.h>
#include <string>
#include <utility>
#include <vector>

#include "diarist/model.hpp"
#include "diarist/self_check.hpp"

#include "python/bindings.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

nb::list tensors_of(const Model& model) {
  nb::list tensors;
  for (const TensorInfo& info : model.tensors()) {
    nb::list shape;
    for (const std::int64_t size : info.shape) shape.append(size);
    tensors.append(
        nb::make_tuple(text(info.name), info.type, nb::tuple(shape), info.bytes, info.coding));
  }
  return tensors;
}

nb::dict metadata_of(const Model& model) {
  nb::dict metadata;
  for (const auto& [key, value] : model.metadata()) metadata[text(key)] = text(value);
  return metadata;
}

Model parse(const nb::bytes& bytes, const nb::bytes& name) {
  const auto* first = reinterpret_cast<const std::byte*>(bytes.c_str());
  std::vector<std::byte> copied(first, first + bytes.size());
  std::string kept = bytes_of(name);
  return watched([&] { return Model::parse(std::move(kept), std::move(copied)); });
}

}  // namespace

void bind_model(nb::module_& module) {
  nb::class_<Model>(module, "Model")
      .def_static("builtin", &Model::builtin)
      .def_static("load",
                  [](const nb::bytes& path) {
                    const std::filesystem::path file = path_of(path);
                    return watched([&] { return Model::load(file); });
                  })
      .def_static("parse", &parse)
      .def_prop_ro("name", [](const Model& model) { return text(model.name()); })
      .def("tensors", &tensors_of)
      .def("metadata", &metadata_of)
      .def("check", [](const Model& model) { watched([&] { check_self(model); }); });
}

}  // namespace diarist::python
