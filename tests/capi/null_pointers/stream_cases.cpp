// NULL for each pointer of the functions of live streams.
#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {

std::vector<Case> stream_cases(const Everything& a, Places& to) {
  return {
      {"diarist_streaming_init",
       [](Error e) { return diarist_streaming_init(nullptr, sizeof(diarist_streaming), e); }},
      {"diarist_stream_new",
       [&to](Error e) { return diarist_stream_new(nullptr, nullptr, &to.stream, e); }},
      {"diarist_stream_new",
       [&a](Error e) { return diarist_stream_new(a.diarizer.get(), nullptr, nullptr, e); }},
      {"diarist_stream_push",
       [&a, &to](Error e) {
         return diarist_stream_push(nullptr, a.samples.data(), a.samples.size(), &to.events, e);
       }},
      {"diarist_stream_push",
       [&a, &to](Error e) {
         return diarist_stream_push(a.stream.get(), nullptr, a.samples.size(), &to.events, e);
       }},
      {"diarist_stream_push",
       [&a](Error e) {
         return diarist_stream_push(a.stream.get(), a.samples.data(), a.samples.size(), nullptr, e);
       }},
      {"diarist_stream_finish",
       [&to](Error e) { return diarist_stream_finish(nullptr, &to.events, &to.result, e); }},
      {"diarist_stream_finish",
       [&a, &to](Error e) {
         return diarist_stream_finish(a.stream.get(), nullptr, &to.result, e);
       }},
      {"diarist_stream_finish",
       [&a, &to](Error e) {
         return diarist_stream_finish(a.stream.get(), &to.events, nullptr, e);
       }},
      {"diarist_event_at", [&to](Error e) { return diarist_event_at(nullptr, 0, &to.event, e); }},
  };
}

}  // namespace diarist::testing
