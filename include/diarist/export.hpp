// What a shared diarist shows to those who link it: whatever carries DIARIST_EXPORT, less what
// carries DIARIST_HIDDEN, and no more.
#pragma once

#if defined(__GNUC__) || defined(__clang__)
#define DIARIST_EXPORT __attribute__((visibility("default")))
#define DIARIST_HIDDEN __attribute__((visibility("hidden")))
#else
#define DIARIST_EXPORT
#define DIARIST_HIDDEN
#endif
