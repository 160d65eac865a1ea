#include "capi/hooks.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"

namespace diarist::capi {
namespace {

diarist_hooks no_hooks() {
  diarist_hooks hooks{};
  hooks.size = sizeof(hooks);
  return hooks;
}

}  // namespace

CancellationToken token_of(diarist_cancellation* cancellation, const char* name) {
  return cancellation == nullptr ? CancellationToken() : *use(cancellation, name);
}

RunHooks hooks_of(const diarist_hooks* hooks) {
  const diarist_hooks given = taken(hooks, no_hooks(), "diarist_hooks");
  RunHooks made;
  made.cancellation = token_of(given.cancellation, "hooks.cancellation");
  if (given.progress != nullptr) {
    made.progress = [progress = given.progress, user = given.user](const Progress& state) {
      const int answer =
          call_back("progress", [&] { return progress(state.done_s, state.total_s, user); });
      if (answer != 0) throw Error(ErrorCode::cancelled, "progress", "was answered with a stop");
    };
  }
  return made;
}

}  // namespace diarist::capi

using namespace diarist::capi;

diarist_status diarist_hooks_init(diarist_hooks* hooks, size_t size, diarist_error** error) {
  return guarded(error, [&] { give(hooks, size, no_hooks(), "diarist_hooks"); });
}

diarist_status diarist_cancellation_new(diarist_cancellation** cancellation,
                                        diarist_error** error) {
  return guarded(error, [&] {
    check_result(cancellation, "cancellation");
    *cancellation = open<diarist_cancellation>();
  });
}

diarist_status diarist_cancellation_cancel(diarist_cancellation* cancellation,
                                           diarist_error** error) {
  return guarded(error, [&] { use(cancellation, "cancellation")->cancel(); });
}

void diarist_cancellation_free(diarist_cancellation* cancellation) { close(cancellation); }
