// NULL for each pointer of the functions of known voices.
#include "capi/null_pointers/cases.hpp"

namespace diarist::testing {

std::vector<Case> voice_cases(const Everything& a, Places& to) {
  return {
      {"diarist_store_options_init",
       [](Error e) {
         return diarist_store_options_init(nullptr, sizeof(diarist_store_options), e);
       }},
      {"diarist_store_open",
       [&to](Error e) { return diarist_store_open(nullptr, nullptr, &to.store, e); }},
      {"diarist_store_open",
       [&to](Error e) { return diarist_store_open(to.file, nullptr, nullptr, e); }},
      {"diarist_store_voices",
       [&to](Error e) { return diarist_store_voices(nullptr, &to.voices, e); }},
      {"diarist_store_voices",
       [&a](Error e) { return diarist_store_voices(a.store.get(), nullptr, e); }},
      {"diarist_voice_at", [&to](Error e) { return diarist_voice_at(nullptr, 0, &to.voice, e); }},
      {"diarist_voice_session_at",
       [&to](Error e) { return diarist_voice_session_at(nullptr, 0, 0, &to.session, e); }},
      {"diarist_store_add",
       [&a](Error e) {
         return diarist_store_add(nullptr, "Ann", a.result.get(), nullptr, nullptr, e);
       }},
      {"diarist_store_add",
       [&a](Error e) {
         return diarist_store_add(a.store.get(), nullptr, a.result.get(), nullptr, nullptr, e);
       }},
      {"diarist_store_add",
       [&a](Error e) {
         return diarist_store_add(a.store.get(), "Ann", nullptr, nullptr, nullptr, e);
       }},
      {"diarist_store_rename",
       [](Error e) { return diarist_store_rename(nullptr, "Ann", "Bob", e); }},
      {"diarist_store_rename",
       [&a](Error e) { return diarist_store_rename(a.store.get(), nullptr, "Bob", e); }},
      {"diarist_store_rename",
       [&a](Error e) { return diarist_store_rename(a.store.get(), "Ann", nullptr, e); }},
      {"diarist_store_merge",
       [](Error e) { return diarist_store_merge(nullptr, "Ann", "Bob", e); }},
      {"diarist_store_merge",
       [&a](Error e) { return diarist_store_merge(a.store.get(), nullptr, "Bob", e); }},
      {"diarist_store_merge",
       [&a](Error e) { return diarist_store_merge(a.store.get(), "Ann", nullptr, e); }},
      {"diarist_store_forget",
       [&to](Error e) { return diarist_store_forget(nullptr, &to.file, 1, e); }},
      {"diarist_store_forget",
       [&a](Error e) { return diarist_store_forget(a.store.get(), nullptr, 1, e); }},
      {"diarist_store_forget",
       [&a, &to](Error e) { return diarist_store_forget(a.store.get(), to.no_names, 1, e); }},
      {"diarist_store_export",
       [](Error e) { return diarist_store_export(nullptr, nullptr, 0, nullptr, e); }},
      {"diarist_store_export",
       [&a](Error e) { return diarist_store_export(a.store.get(), nullptr, 9, nullptr, e); }},
      {"diarist_store_import",
       [&to](Error e) { return diarist_store_import(nullptr, "{}", 2, "x", &to.imported, e); }},
      {"diarist_store_import",
       [&a, &to](Error e) {
         return diarist_store_import(a.store.get(), nullptr, 2, "x", &to.imported, e);
       }},
      {"diarist_store_import",
       [&a, &to](Error e) {
         return diarist_store_import(a.store.get(), "{}", 2, nullptr, &to.imported, e);
       }},
      {"diarist_store_import",
       [&a](Error e) { return diarist_store_import(a.store.get(), "{}", 2, "x", nullptr, e); }},
      {"diarist_identification_init",
       [](Error e) {
         return diarist_identification_init(nullptr, sizeof(diarist_identification), e);
       }},
      {"diarist_identify",
       [&a, &to](Error e) {
         return diarist_identify(nullptr, a.result.get(), nullptr, nullptr, &to.result, e);
       }},
      {"diarist_identify",
       [&a, &to](Error e) {
         return diarist_identify(a.store.get(), nullptr, nullptr, nullptr, &to.result, e);
       }},
      {"diarist_identify",
       [&a](Error e) {
         return diarist_identify(a.store.get(), a.result.get(), nullptr, nullptr, nullptr, e);
       }},
      {"diarist_identity_score",
       [&to](Error e) { return diarist_identity_score(nullptr, 0, &to.number, e); }},
      {"diarist_identity_score",
       [&a](Error e) { return diarist_identity_score(a.result.get(), 0, nullptr, e); }},
      {"diarist_remember",
       [&a, &to](Error e) {
         return diarist_remember(nullptr, a.result.get(), nullptr, nullptr, &to.result,
                                 &to.remembered, e);
       }},
      {"diarist_remember",
       [&a, &to](Error e) {
         return diarist_remember(a.store.get(), nullptr, nullptr, nullptr, &to.result,
                                 &to.remembered, e);
       }},
      {"diarist_remember",
       [&a, &to](Error e) {
         return diarist_remember(a.store.get(), a.result.get(), nullptr, nullptr, nullptr,
                                 &to.remembered, e);
       }},
  };
}

}  // namespace diarist::testing
