// Handles: what stands behind the opaque pointers of the C interface, and which of them are open.
//
// A handle is the address of its object, but is never followed before it was found in the register
// of open handles. So one that was closed, or is of another type, is refused without touching
// memory that may be gone, and an object lives on until the last call that works with it returns.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/diarizer.hpp"
#include "diarist/embedder.hpp"
#include "diarist/identification.hpp"
#include "diarist/model.hpp"
#include "diarist/quantization.hpp"
#include "diarist/run.hpp"
#include "diarist/segmenter.hpp"
#include "diarist/speaker_store.hpp"
#include "diarist/stream.hpp"

#include "capi/failure.hpp"

namespace diarist::capi {

struct LoadedModel {
  Model model;
  std::string notice;  ///< Why it is the second choice; else empty.
  std::vector<TensorInfo> tensors;
};

struct LoadedDiarizer {
  Diarizer diarizer;
  std::string instruction_set;
  std::string notice;  ///< The model's, for every result.
};

struct OpenStream {
  OpenStream(std::shared_ptr<const LoadedDiarizer> kept, const StreamOptions& options)
      : diarizer(std::move(kept)), stream(diarizer->diarizer, options) {}

  std::shared_ptr<const LoadedDiarizer> diarizer;
  Stream stream;     ///< For one thread at a time.
  std::mutex mutex;  ///< Held while `stream` is used.
};

/// Object: the type behind a handle; kName: what messages call it.
template <class Handle>
struct Behind;
template <>
struct Behind<diarist_error> {
  using Object = Report;
  static constexpr std::string_view kName = "error";
};
template <>
struct Behind<diarist_cancellation> {
  using Object = CancellationToken;
  static constexpr std::string_view kName = "cancellation";
};
template <>
struct Behind<diarist_model> {
  using Object = LoadedModel;
  static constexpr std::string_view kName = "model";
};
template <>
struct Behind<diarist_diarizer> {
  using Object = LoadedDiarizer;
  static constexpr std::string_view kName = "diarizer";
};
template <>
struct Behind<diarist_diarization> {
  using Object = Diarization;
  static constexpr std::string_view kName = "diarization";
};
template <>
struct Behind<diarist_embedder> {
  using Object = Embedder;
  static constexpr std::string_view kName = "embedder";
};
template <>
struct Behind<diarist_segmenter> {
  using Object = Segmenter;
  static constexpr std::string_view kName = "segmenter";
};
template <>
struct Behind<diarist_comparison> {
  using Object = PackComparison;
  static constexpr std::string_view kName = "comparison";
};

template <>
struct Behind<diarist_stream> {
  using Object = OpenStream;
  static constexpr std::string_view kName = "stream";
};
template <>
struct Behind<diarist_events> {
  using Object = std::vector<StreamEvent>;
  static constexpr std::string_view kName = "list of events";
};
template <>
struct Behind<diarist_store> {
  using Object = SpeakerStore;
  static constexpr std::string_view kName = "store";
};
template <>
struct Behind<diarist_voices> {
  using Object = std::vector<KnownVoice>;
  static constexpr std::string_view kName = "list of voices";
};
template <>
struct Behind<diarist_remembered> {
  using Object = Remembered;
  static constexpr std::string_view kName = "list of what was remembered";
};

/// The register. `kind` is a Behind::kName; no two are the same. All are safe from any thread.
void enter(std::shared_ptr<void> object, std::string_view kind);
/// The object at that address; throws Failure where it is NULL, not open or of another kind.
std::shared_ptr<void> find(const void* address, std::string_view kind, const char* argument);
/// Forgets it; does nothing where find() would throw.
void forget(const void* address, std::string_view kind) noexcept;

/// Makes an object and its handle.
template <class Handle, class... Arguments>
Handle* open(Arguments&&... arguments) {
  using Object = typename Behind<Handle>::Object;
  auto object = std::make_shared<Object>(std::forward<Arguments>(arguments)...);
  void* const address = object.get();
  enter(std::move(object), Behind<Handle>::kName);
  return static_cast<Handle*>(address);
}

/// The object of a handle, for one call. `argument`: its name, for the message.
template <class Handle>
std::shared_ptr<typename Behind<Handle>::Object> use(const Handle* handle, const char* argument) {
  return std::static_pointer_cast<typename Behind<Handle>::Object>(
      find(handle, Behind<Handle>::kName, argument));
}

/// A model and its handle.
diarist_model* open_model(Model model, std::string notice = {});
/// The model of a handle, or the one built in for NULL.
Model model_or_builtin(const diarist_model* model);
/// A result and its handle. That another model was taken is told with each.
diarist_diarization* open_diarization(const LoadedDiarizer& diarizer, Diarization result);

template <class Handle>
void close(const Handle* handle) noexcept {
  forget(handle, Behind<Handle>::kName);
}

/// Closes a handle that was opened on the way to several results, unless all of them are there.
template <class Handle>
class Kept {
 public:
  explicit Kept(Handle* handle) : handle_(handle) {}
  ~Kept() { close(handle_); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  Handle* release() { return std::exchange(handle_, nullptr); }

 private:
  Handle* handle_;
};

}  // namespace diarist::capi
