// Models: loading, looking into, checking.
#include "diarist/model.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/self_check.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;
using diarist::Model;

diarist_status diarist_model_builtin(diarist_model** model, diarist_error** error) {
  return guarded(error, [&] {
    check_result(model, "model");
    *model = open_model(Model::builtin());
  });
}

diarist_status diarist_model_load(const char* file, diarist_model** model, diarist_error** error) {
  return guarded(error, [&] {
    check_result(model, "model");
    *model = open_model(Model::load(checked_path(file, "file")));
  });
}

diarist_status diarist_model_parse(const char* name, const void* bytes, size_t byte_count,
                                   diarist_model** model, diarist_error** error) {
  return guarded(error, [&] {
    check_result(model, "model");
    checked_text(name, "name");
    const auto given = checked_array(static_cast<const std::byte*>(bytes), byte_count, "bytes");
    *model = open_model(Model::parse(name, {given.begin(), given.end()}));
  });
}

diarist_status diarist_model_choose(const char* pack, const char* fallback,
                                    const diarist_performance* performance, diarist_model** model,
                                    diarist_error** error) {
  return guarded(error, [&] {
    check_result(model, "model");
    diarist::ChosenModel chosen =
        diarist::choose_model(checked_path(pack, "pack"), checked_path(fallback, "fallback"),
                              performance_of(performance));
    *model = open_model(std::move(chosen.model), chosen.notice.value_or(""));
  });
}

diarist_status diarist_model_check(const diarist_model* model,
                                   const diarist_performance* performance, diarist_error** error) {
  return guarded(
      error, [&] { diarist::check_self(use(model, "model")->model, performance_of(performance)); });
}

const char* diarist_model_name(const diarist_model* model) {
  return value_or<const char*>(nullptr, [&] { return use(model, "model")->model.name().c_str(); });
}

const char* diarist_model_notice(const diarist_model* model) {
  return value_or<const char*>(nullptr, [&] { return use(model, "model")->notice.c_str(); });
}

size_t diarist_model_metadata_count(const diarist_model* model) {
  return value_or<size_t>(0, [&] { return use(model, "model")->model.metadata().size(); });
}

const char* diarist_model_metadata_key(const diarist_model* model, size_t index) {
  return value_or<const char*>(nullptr, [&]() -> const char* {
    const auto opened = use(model, "model");
    const auto& metadata = opened->model.metadata();
    if (index >= metadata.size()) return nullptr;
    return std::next(metadata.begin(), static_cast<std::ptrdiff_t>(index))->first.c_str();
  });
}

const char* diarist_model_metadata_value(const diarist_model* model, const char* key) {
  return value_or<const char*>(nullptr, [&]() -> const char* {
    const auto opened = use(model, "model");
    check_pointer(key, "key");
    const auto& metadata = opened->model.metadata();
    const auto found = metadata.find(key);
    return found == metadata.end() ? nullptr : found->second.c_str();
  });
}

size_t diarist_model_tensor_count(const diarist_model* model) {
  return value_or<size_t>(0, [&] { return use(model, "model")->tensors.size(); });
}

diarist_status diarist_model_tensor(const diarist_model* model, size_t index,
                                    diarist_tensor* tensor, diarist_error** error) {
  return guarded(error, [&] {
    const auto opened = use(model, "model");
    const diarist::TensorInfo& info =
        opened->tensors[checked_index(index, opened->tensors.size(), "tensors")];
    if (info.shape.size() > DIARIST_MOST_AXES) {
      throw diarist::Error(diarist::ErrorCode::wrong_model, info.name,
                           "has " + std::to_string(info.shape.size()) + " axes, more than " +
                               std::to_string(DIARIST_MOST_AXES));
    }
    diarist_tensor told{};
    told.name = info.name.c_str();
    told.type = info.type.c_str();
    told.coding = info.coding.c_str();
    told.bytes = info.bytes;
    told.axes = static_cast<std::int32_t>(info.shape.size());
    std::copy(info.shape.begin(), info.shape.end(), told.shape);
    give(tensor, told, "diarist_tensor");
  });
}

void diarist_model_free(diarist_model* model) { close(model); }
