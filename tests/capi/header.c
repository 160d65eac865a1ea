/* The header must be plain C11: this file is compiled as that, with every warning. */
#include "diarist/diarist.h"

/* Twice, as others include it. */
#include "diarist/diarist.h"

_Static_assert(sizeof(diarist_status) == 4, "an enumeration is an int32_t in the binary interface");
_Static_assert(sizeof(diarist_preset) == 4, "likewise");
_Static_assert(offsetof(diarist_options, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_performance, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_hooks, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_tensor, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_turn, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_speaker, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_statistics, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_scoring, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_score, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_limits, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_quantization, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_comparison_figures, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_streaming, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_event, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_store_options, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_voice, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_voice_session, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_imported_voices, size) == 0, "size comes first");
_Static_assert(offsetof(diarist_identification, size) == 0, "size comes first");

static int stop(double done_s, double total_s, void* user) {
  (void)user;
  return done_s > total_s;
}

int main(void) {
  diarist_error* error = NULL;
  diarist_options options;
  diarist_hooks hooks;
  diarist_model* model = NULL;
  if (diarist_options_init(&options, sizeof options, &error) != DIARIST_OK) return 1;
  if (diarist_hooks_init(&hooks, sizeof hooks, &error) != DIARIST_OK) return 2;
  hooks.progress = stop;
  if (diarist_model_load("", &model, &error) != DIARIST_INVALID_ARGUMENT) return 3;
  if (error == NULL || diarist_error_message(error)[0] == '\0') return 4;
  diarist_error_free(error);
  return options.preset == DIARIST_PRESET_BALANCED && model == NULL ? 0 : 5;
}
