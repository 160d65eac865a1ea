#include "capi/handles.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace diarist::capi {
namespace {

struct Entry {
  std::shared_ptr<void> object;
  std::string_view kind;
};

/// C has no other owner for what it holds by address: the one place of the library with a state
/// that all threads share.
struct Register {
  std::shared_mutex mutex;
  std::unordered_map<const void*, Entry> entries;
};

// Never destroyed: other threads may still work while a program ends.
Register& the_register() {
  static auto* const kRegister = new Register;
  return *kRegister;
}

}  // namespace

void enter(std::shared_ptr<void> object, std::string_view kind) {
  Register& all = the_register();
  const void* const address = object.get();
  const std::unique_lock lock(all.mutex);
  all.entries.insert_or_assign(address, Entry{std::move(object), kind});
}

std::shared_ptr<void> find(const void* address, std::string_view kind, const char* argument) {
  if (address == nullptr) {
    throw Failure(DIARIST_NULL_ARGUMENT, argument, "is NULL", "give a " + std::string(kind));
  }
  Register& all = the_register();
  const std::shared_lock lock(all.mutex);
  const auto found = all.entries.find(address);
  if (found == all.entries.end()) {
    throw Failure(DIARIST_BAD_HANDLE, argument, "is no handle, or one that was freed",
                  "give a " + std::string(kind) + " that is open");
  }
  if (found->second.kind != kind) {
    throw Failure(DIARIST_BAD_HANDLE, argument,
                  "is a handle of another type: " + std::string(found->second.kind),
                  "give a " + std::string(kind));
  }
  return found->second.object;
}

void forget(const void* address, std::string_view kind) noexcept {
  if (address == nullptr) return;
  Register& all = the_register();
  std::shared_ptr<void> last;  // ends after the lock: that may take as long as threads need to end
  const std::unique_lock lock(all.mutex);
  const auto found = all.entries.find(address);
  if (found == all.entries.end() || found->second.kind != kind) return;
  last = std::move(found->second.object);
  all.entries.erase(found);
}

diarist_model* open_model(Model model, std::string notice) {
  std::vector<TensorInfo> tensors = model.tensors();
  return open<diarist_model>(LoadedModel{std::move(model), std::move(notice), std::move(tensors)});
}

Model model_or_builtin(const diarist_model* model) {
  return model == nullptr ? Model::builtin() : use(model, "model")->model;
}

diarist_diarization* open_diarization(const LoadedDiarizer& diarizer, Diarization result) {
  if (!diarizer.notice.empty()) result.notices.insert(result.notices.begin(), diarizer.notice);
  return open<diarist_diarization>(std::move(result));
}

}  // namespace diarist::capi
