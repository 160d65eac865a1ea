/* diarist from C, and from every language that can call C: recordings in, speaker turns out.
 *
 * Conventions, which hold for every function below.
 *
 *  1. Handles. diarist_model, diarist_diarizer and the others are opaque. What a function hands out
 *     through a pointer to a handle is the caller's, and goes back with the _free function of its
 *     type, once; to free NULL does nothing. A handle that was freed, or is of another type, is
 *     refused with DIARIST_BAD_HANDLE for as long as nothing new lives at its address. Handles keep
 *     alive what they need: a model may be freed as soon as the diarizer is made.
 *  2. Borrowed memory. A `const char*` or array that a function returns belongs to the handle that
 *     it was asked from and is good until that is freed; it is never the caller's to free. What the
 *     caller passes in is read during the call alone.
 *  3. Errors. What can fail returns a diarist_status, DIARIST_OK or what went wrong, and takes a
 *     `diarist_error** error` last. That may be NULL. Otherwise *error is NULL after success, and
 *     after a failure an object that tells what, where and what to do: free it with
 *     diarist_error_free. What *error held before is overwritten. A function that failed has
 *     changed nothing: other results are NULL or as they were. Functions without a status return 0
 *     or NULL for an index beyond the end and for a handle that is NULL or closed. No C++ exception
 *     leaves a function.
 *  4. Threads. Every function may be called from any number of threads at once, also with the same
 *     handle. diarist_diarizer, diarist_embedder and diarist_segmenter have worker threads of their
 *     own. Calls with one diarist_stream or diarist_store take turns. To free a handle that another
 * thread works with is safe; what was borrowed from it is not good any more.
 *  5. Strings are UTF-8 and end with a zero. Paths are handed to the system as they are.
 *  6. Units. Times are seconds, in double; names that end in _s say so. Samples are float, mono, in
 *     [-1, 1]. Sizes are numbers of elements, never of bytes, unless the name says bytes. Matrices
 *     are row-major, [slowest, ..., fastest].
 *  7. Structs begin with `size`, by which later versions tell what the caller knows of. Set those
 *     that go in with their _init function, then change what you want; set `size` of those that
 *     come out to their sizeof. Another size is refused with DIARIST_WRONG_SIZE. Where a struct of
 *     options may be NULL, that is the same as one fresh from _init.
 *  8. Buffers are the caller's: a pointer, its capacity, and a `needed` that is told how much there
 *     is (it may be NULL). With a capacity that is too small nothing is written, and the status is
 *     DIARIST_BUFFER_TOO_SMALL; with a NULL buffer and capacity 0 `needed` alone is told, and that
 *     is DIARIST_OK. Text counts without its final zero in `needed`, and takes one more.
 *  9. Callbacks run on the thread that called in and get the caller's `user` pointer. They may call
 *     any function of this header. They must not jump out with longjmp; one that is C++ and throws
 *     makes the call fail with DIARIST_CALLBACK_FAILED.
 * 10. Files are written whole or not at all: under a temporary name, then renamed.
 * 11. Enumerations are 32-bit integers with named values; any other value is refused with
 *     DIARIST_INVALID_ARGUMENT. Truth values are int32_t, 0 or not.
 * 12. The same input and options give the same turns, whatever the number of threads.
 */
#ifndef DIARIST_DIARIST_H
#define DIARIST_DIARIST_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define DIARIST_API __attribute__((visibility("default")))
#else
#define DIARIST_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors ---------------------------------------------------------------------------------- */

/* How a call ended: one of DIARIST_OK, DIARIST_INVALID_ARGUMENT, ... */
typedef int32_t diarist_status;
enum {
  DIARIST_OK = 0,
  DIARIST_INVALID_ARGUMENT = 1,  /* contradicts itself or its documented range */
  DIARIST_NOT_FOUND = 2,         /* a file or folder that is not there */
  DIARIST_IO = 3,                /* the system refused to read or write */
  DIARIST_UNSUPPORTED_AUDIO = 4, /* a format that neither libsndfile nor ffmpeg takes */
  DIARIST_CORRUPT_AUDIO = 5,     /* empty, truncated, or samples that are not finite */
  DIARIST_CORRUPT_MODEL = 6,     /* a model pack whose bytes cannot be trusted */
  DIARIST_WRONG_MODEL = 7,       /* a sound pack of another network */
  DIARIST_MALFORMED = 8,         /* a text file (RTTM, UEM) with a line that cannot be read */
  DIARIST_LIMIT_MISSED = 9,      /* a quantized pack that is no smaller, or less accurate */
  DIARIST_CANCELLED = 10,        /* stopped by the caller */
  DIARIST_INTERNAL = 11,         /* a broken promise of our own; please report it */
  DIARIST_OUT_OF_MEMORY = 12,
  DIARIST_NULL_ARGUMENT = 13, /* a pointer that must not be NULL */
  DIARIST_BAD_HANDLE = 14,    /* a handle that was freed, or is of another type */
  DIARIST_WRONG_SIZE = 15,    /* a struct whose `size` is not set, or is not known here */
  DIARIST_BUFFER_TOO_SMALL = 16,
  DIARIST_CALLBACK_FAILED = 17 /* a callback threw */
};

/* What went wrong, where, and what to do. */
typedef struct diarist_error diarist_error;

/* "ok", "invalid_argument", ...: for logs. "unknown" for what is no status. */
DIARIST_API const char* diarist_status_name(diarist_status status);

/* Which status it came with. Of NULL: DIARIST_OK, and "" from the functions below. */
DIARIST_API diarist_status diarist_error_status(const diarist_error* error);
/* "SUBJECT: PROBLEM; ADVICE". */
DIARIST_API const char* diarist_error_message(const diarist_error* error);
/* The offending file, tensor or option. */
DIARIST_API const char* diarist_error_subject(const diarist_error* error);
/* What is wrong with it. */
DIARIST_API const char* diarist_error_problem(const diarist_error* error);
/* What to do; may be empty. */
DIARIST_API const char* diarist_error_advice(const diarist_error* error);
DIARIST_API void diarist_error_free(diarist_error* error);

/* ---- The library ----------------------------------------------------------------------------- */

/* "0.1.0". */
DIARIST_API const char* diarist_version(void);

/* What this build has and this machine can run, from slowest ("scalar") to fastest. */
DIARIST_API size_t diarist_instruction_set_count(void);
/* As diarist_performance takes it. */
DIARIST_API const char* diarist_instruction_set_name(size_t index);

/* ---- Options --------------------------------------------------------------------------------- */

/* A named set of parameters: DIARIST_PRESET_... */
typedef int32_t diarist_preset;
enum {
  DIARIST_PRESET_EXACT = 0,    /* pyannote.audio community-1's numbers, at ten times the work */
  DIARIST_PRESET_BALANCED = 1, /* the default */
  DIARIST_PRESET_FAST = 2      /* for archives */
};

/* What becomes of the channels of a recording: DIARIST_CHANNELS_... */
typedef int32_t diarist_channel_mode;
enum {
  DIARIST_CHANNELS_DOWNMIX = 0, /* the mean of all channels */
  DIARIST_CHANNELS_PICK = 1,    /* one channel, `channel` */
  DIARIST_CHANNELS_EACH = 2     /* every channel diarized apart; turns carry their channel */
};

/* The arithmetic of the networks: DIARIST_PRECISION_... */
typedef int32_t diarist_precision;
enum {
  DIARIST_PRECISION_AUTOMATIC = 0, /* what is fastest here without costing accuracy */
  DIARIST_PRECISION_F32 = 1,
  DIARIST_PRECISION_INT8 = 2
};

/* For a duration: as the preset has it. */
#define DIARIST_AS_PRESET (-1.0)

/* What changes the answer. */
typedef struct diarist_options {
  size_t size;                       /* sizeof this struct */
  diarist_preset preset;             /* a DIARIST_PRESET_... */
  diarist_channel_mode channel_mode; /* a DIARIST_CHANNELS_... */
  int32_t channel;                   /* with DIARIST_CHANNELS_PICK: counted from 1 */
  int32_t speakers;     /* where the number is known; 0: it is not. Excludes the two bounds */
  int32_t min_speakers; /* 0: no bound */
  int32_t max_speakers; /* 0: no bound */
  int32_t exclusive;    /* one speaker at a time */
  int32_t relabel;      /* hold every second against the voices found; 1 unless changed */
  double step_s;        /* between windows, 0.5 to 10 in hundredths, or DIARIST_AS_PRESET */
  double merge_gap_s;   /* the longest pause within a turn, or DIARIST_AS_PRESET */
  double min_turn_s;    /* the shortest turn, or DIARIST_AS_PRESET */
} diarist_options;
DIARIST_API diarist_status diarist_options_init(diarist_options* options, size_t size,
                                                diarist_error** error);

/* What only changes its price. */
typedef struct diarist_performance {
  size_t size;                 /* sizeof this struct */
  int32_t threads;             /* worker threads; 0: one per core */
  diarist_precision precision; /* a DIARIST_PRECISION_... */
  const char* instruction_set; /* by name; NULL: the fastest */
  const char* cache_folder; /* where what the networks find is kept for the next run; NULL: none */
} diarist_performance;
DIARIST_API diarist_status diarist_performance_init(diarist_performance* performance, size_t size,
                                                    diarist_error** error);

/* ---- Watching and stopping a run ------------------------------------------------------------- */

/* Asks running calls to stop. One may be used for several calls; once set, it stays set. */
typedef struct diarist_cancellation diarist_cancellation;
/* One that is not set. */
DIARIST_API diarist_status diarist_cancellation_new(diarist_cancellation** cancellation,
                                                    diarist_error** error);
/* From any thread. The calls end with DIARIST_CANCELLED, in less than a second. */
DIARIST_API diarist_status diarist_cancellation_cancel(diarist_cancellation* cancellation,
                                                       diarist_error** error);
DIARIST_API void diarist_cancellation_free(diarist_cancellation* cancellation);

/* Called a few times per second at most. `total_s` is 0 where the length is not known. Anything but
 * 0 as an answer ends the run with DIARIST_CANCELLED. */
typedef int (*diarist_progress_callback)(double done_s, double total_s, void* user);

/* What a caller may hang on a run. */
typedef struct diarist_hooks {
  size_t size;                        /* sizeof this struct */
  diarist_progress_callback progress; /* may be NULL */
  void* user;                         /* handed to it */
  diarist_cancellation* cancellation; /* may be NULL */
} diarist_hooks;
DIARIST_API diarist_status diarist_hooks_init(diarist_hooks* hooks, size_t size,
                                              diarist_error** error);

/* ---- Models ---------------------------------------------------------------------------------- */

/* Both networks and the PLDA. Immutable. */
typedef struct diarist_model diarist_model;

/* The pack that is built in. */
DIARIST_API diarist_status diarist_model_builtin(diarist_model** model, diarist_error** error);
/* A pack from a file. */
DIARIST_API diarist_status diarist_model_load(const char* file, diarist_model** model,
                                              diarist_error** error);
/* A pack from memory, which is copied; `name` stands for the file. */
DIARIST_API diarist_status diarist_model_parse(const char* name, const void* bytes,
                                               size_t byte_count, diarist_model** model,
                                               diarist_error** error);
/* `pack` where it loads and passes its self-check, else `fallback`, with a notice in each
 * diarization; "built-in" may stand for either. `performance` may be NULL. */
DIARIST_API diarist_status diarist_model_choose(const char* pack, const char* fallback,
                                                const diarist_performance* performance,
                                                diarist_model** model, diarist_error** error);
/* Runs both networks for about 0.2 s: is the pack what it was when it was made? */
DIARIST_API diarist_status diarist_model_check(const diarist_model* model,
                                               const diarist_performance* performance,
                                               diarist_error** error);
/* File name, or "built-in". */
DIARIST_API const char* diarist_model_name(const diarist_model* model);
/* Why diarist_model_choose took the fallback; "" where it did not. */
DIARIST_API const char* diarist_model_notice(const diarist_model* model);
/* The pack's own metadata, in the order of the keys. */
DIARIST_API size_t diarist_model_metadata_count(const diarist_model* model);
/* In the order of the keys. */
DIARIST_API const char* diarist_model_metadata_key(const diarist_model* model, size_t index);
/* NULL for a key that is not there. */
DIARIST_API const char* diarist_model_metadata_value(const diarist_model* model, const char* key);

/* Axes that diarist_tensor has room for. */
#define DIARIST_MOST_AXES 8
/* One tensor of a pack. */
typedef struct diarist_tensor {
  size_t size;                      /* sizeof this struct */
  const char* name;                 /* as in the pack */
  const char* type;                 /* "F32", "F16"; of codes "U8" or "I8" */
  const char* coding;               /* "linear8", "palette8", "palette6", "palette4", or "" */
  int64_t bytes;                    /* with the scales or tables of a quantized tensor */
  int32_t axes;                     /* 0 for a scalar */
  int64_t shape[DIARIST_MOST_AXES]; /* slowest axis first */
} diarist_tensor;
/* All of the pack, also those that are not read. */
DIARIST_API size_t diarist_model_tensor_count(const diarist_model* model);
/* One tensor, into `tensor`. */
DIARIST_API diarist_status diarist_model_tensor(const diarist_model* model, size_t index,
                                                diarist_tensor* tensor, diarist_error** error);
DIARIST_API void diarist_model_free(diarist_model* model);

/* ---- Diarizing ------------------------------------------------------------------------------- */

/* The whole pipeline over one model. Make one and keep it. */
typedef struct diarist_diarizer diarist_diarizer;
/* Who spoke when in one recording. */
typedef struct diarist_diarization diarist_diarization;

/* `model` NULL: the one built in. `performance` may be NULL. */
DIARIST_API diarist_status diarist_diarizer_new(const diarist_model* model,
                                                const diarist_performance* performance,
                                                diarist_diarizer** diarizer, diarist_error** error);
/* A file of any format that libsndfile or an installed ffmpeg reads; "-" is standard input.
 * `options` and `hooks` may be NULL. */
DIARIST_API diarist_status diarist_diarize_file(const diarist_diarizer* diarizer, const char* file,
                                                const diarist_options* options,
                                                const diarist_hooks* hooks,
                                                diarist_diarization** diarization,
                                                diarist_error** error);
/* Mono samples in memory, at 1 Hz to 768 kHz. */
DIARIST_API diarist_status diarist_diarize_samples(
    const diarist_diarizer* diarizer, const float* samples, size_t sample_count,
    int32_t sample_rate_hz, const diarist_options* options, const diarist_hooks* hooks,
    diarist_diarization** diarization, diarist_error** error);
/* Worker threads. */
DIARIST_API int32_t diarist_diarizer_threads(const diarist_diarizer* diarizer);
/* By name: what runs. */
DIARIST_API const char* diarist_diarizer_instruction_set(const diarist_diarizer* diarizer);
DIARIST_API void diarist_diarizer_free(diarist_diarizer* diarizer);

/* File name without folder and ending; "stdin" or "samples" otherwise. */
DIARIST_API const char* diarist_recording_name(const diarist_diarization* diarization);
/* Length of the recording. */
DIARIST_API double diarist_duration_s(const diarist_diarization* diarization);

/* Sorted by start, end, speaker. Those of different speakers may overlap. */
typedef struct diarist_turn {
  size_t size;       /* sizeof this struct */
  double start_s;    /* from the start of the recording */
  double end_s;      /* > start_s */
  int32_t speaker;   /* index of the speaker */
  int32_t channel;   /* from 1; 1 unless the channels were diarized apart */
  double confidence; /* 0 to 1 */
} diarist_turn;
/* 0 where nobody spoke. */
DIARIST_API size_t diarist_turn_count(const diarist_diarization* diarization);
/* One turn, into `turn`. */
DIARIST_API diarist_status diarist_turn_at(const diarist_diarization* diarization, size_t index,
                                           diarist_turn* turn, diarist_error** error);

/* In order of first appearance. */
typedef struct diarist_speaker {
  size_t size;           /* sizeof this struct */
  const char* name;      /* "SPEAKER_00" */
  double total_s;        /* summed length of the turns */
  int32_t channel;       /* as of turns */
  size_t centroid_count; /* dimensions of the voice; 0 where nothing was clean enough */
  const float* centroid; /* not normalised */
} diarist_speaker;
/* 0 where nobody spoke. */
DIARIST_API size_t diarist_speaker_count(const diarist_diarization* diarization);
/* One speaker, into `speaker`. */
DIARIST_API diarist_status diarist_speaker_at(const diarist_diarization* diarization, size_t index,
                                              diarist_speaker* speaker, diarist_error** error);

/* What the caller should know, one sentence each. */
DIARIST_API size_t diarist_notice_count(const diarist_diarization* diarization);
/* One sentence. */
DIARIST_API const char* diarist_notice_at(const diarist_diarization* diarization, size_t index);

/* What the run cost; differs from run to run. */
typedef struct diarist_statistics {
  size_t size;                 /* sizeof this struct */
  double wall_s;               /* what the caller waited */
  double real_time_factor;     /* how many times faster than real time */
  int64_t peak_memory_bytes;   /* of the process; 0 where it is not known */
  int32_t threads;             /* workers */
  int32_t cached;              /* the networks did not run */
  double step_s;               /* between windows */
  double trunk_skipped;        /* share of the recording in which nobody is heard */
  const char* instruction_set; /* by name */
  const char* precision;       /* "f32" or "int8" */
  const char* preset;          /* by name */
  const char* model;           /* name of the pack */
} diarist_statistics;
/* Those of the run that gave this result. */
DIARIST_API diarist_status diarist_statistics_of(const diarist_diarization* diarization,
                                                 diarist_statistics* statistics,
                                                 diarist_error** error);
/* Work done in one stage, summed over workers. */
DIARIST_API size_t diarist_stage_count(const diarist_diarization* diarization);
/* "segmentation", "trunk", ... */
DIARIST_API const char* diarist_stage_name(const diarist_diarization* diarization, size_t index);
/* Seconds of computing. */
DIARIST_API double diarist_stage_s(const diarist_diarization* diarization, size_t index);

/* How turns are written: DIARIST_FORMAT_... */
typedef int32_t diarist_format;
enum {
  DIARIST_FORMAT_RTTM = 0,
  DIARIST_FORMAT_JSON = 1,
  DIARIST_FORMAT_CSV = 2,
  DIARIST_FORMAT_TXT = 3, /* a table for people */
  /* What each holds: docs/formats.md. */
  DIARIST_FORMAT_TSV = 4,
  DIARIST_FORMAT_TEXTGRID = 5,
  DIARIST_FORMAT_TEXTGRID_SHORT = 6,
  DIARIST_FORMAT_AUDACITY = 7,
  DIARIST_FORMAT_EAF = 8,
  DIARIST_FORMAT_SRT = 9,
  DIARIST_FORMAT_VTT = 10,
  DIARIST_FORMAT_CTM = 11,
  DIARIST_FORMAT_UEM = 12,
  DIARIST_FORMAT_HTML = 13 /* the report, without its waveform */
};
/* As text, in the caller's buffer. */
DIARIST_API diarist_status diarist_diarization_text(const diarist_diarization* diarization,
                                                    diarist_format format, char* text,
                                                    size_t capacity, size_t* needed,
                                                    diarist_error** error);
/* As a file. */
DIARIST_API diarist_status diarist_diarization_write(const diarist_diarization* diarization,
                                                     diarist_format format, const char* file,
                                                     diarist_error** error);
DIARIST_API void diarist_diarization_free(diarist_diarization* diarization);

/* ---- Transcripts ----------------------------------------------------------------------------- */

/* Formats of transcripts: DIARIST_TRANSCRIPT_... docs/transcripts.md says what each is. */
typedef int32_t diarist_transcript_format;
enum {
  DIARIST_TRANSCRIPT_AS_TOLD = -1, /* in: by name and content; out: the same as in */
  DIARIST_TRANSCRIPT_WHISPER_CPP = 0,
  DIARIST_TRANSCRIPT_WHISPER = 1,
  DIARIST_TRANSCRIPT_FASTER_WHISPER = 2,
  DIARIST_TRANSCRIPT_WHISPERX = 3, /* out: JSON of any transcript */
  DIARIST_TRANSCRIPT_OPENAI = 4,
  DIARIST_TRANSCRIPT_SRT = 5,
  DIARIST_TRANSCRIPT_VTT = 6,
  DIARIST_TRANSCRIPT_CTM = 7,
  DIARIST_TRANSCRIPT_TXT = 8, /* a dialogue to read; out only, as the next two */
  DIARIST_TRANSCRIPT_MD = 9,
  DIARIST_TRANSCRIPT_HTML = 10
};

/* Which segments are divided where the speaker changes: DIARIST_SPLIT_... */
typedef int32_t diarist_split;
enum {
  DIARIST_SPLIT_UNTIMED = 0, /* those without times of words */
  DIARIST_SPLIT_ALWAYS = 1,
  DIARIST_SPLIT_NEVER = 2
};

/* How a transcript is read, gets its speakers, and is written. */
typedef struct diarist_assignment {
  size_t size;                    /* sizeof this struct */
  diarist_transcript_format from; /* a DIARIST_TRANSCRIPT_... */
  diarist_transcript_format to;   /* likewise */
  diarist_split split;            /* a DIARIST_SPLIT_... */
  double max_gap_s;               /* words in silence go to the nearest turn up to so far away */
} diarist_assignment;
DIARIST_API diarist_status diarist_assignment_init(diarist_assignment* assignment, size_t size,
                                                   diarist_error** error);

/* Gives every word and segment of a transcript its speaker: the file's content in, the same in the
 * caller's buffer. `name`: the file's, for messages and to tell its format. `assignment` may be
 * NULL. */
DIARIST_API diarist_status diarist_assign(const char* transcript, size_t transcript_bytes,
                                          const char* name, const diarist_diarization* diarization,
                                          const diarist_assignment* assignment, char* text,
                                          size_t capacity, size_t* needed, diarist_error** error);

/* ---- Live streams ---------------------------------------------------------------------------- */

/* A recording that is still going on: samples in as they come, events out. */
typedef struct diarist_stream diarist_stream;

/* What a stream is asked for. */
typedef struct diarist_streaming {
  size_t size;            /* sizeof this struct */
  double delay_s;         /* how long a decision may wait, in seconds of the stream: 0.5 to 10 */
  double settle_s;        /* after so many a turn's speaker never changes: delay_s to 60 */
  int32_t sample_rate_hz; /* of the samples: 1 Hz to 768 kHz */
  /* What the end is to give, channels left aside; NULL: the defaults. Events heed the number of
   * speakers or its upper bound, and how turns are tidied. Read by diarist_stream_new alone. */
  const diarist_options* options;
  /* How much of the stream the end tells of, in seconds: ten minutes to a week. An hour takes 20
   * MB; what was before is forgotten, but for the numbers of speakers. */
  double history_s;
  /* Known voices whose names speakers get, in events and at the end; NULL: none. Read once, by
   * diarist_stream_new alone. */
  const struct diarist_store* voices;
  double min_score; /* for `voices`: as diarist_identification has it */
} diarist_streaming;
DIARIST_API diarist_status diarist_streaming_init(diarist_streaming* streaming, size_t size,
                                                  diarist_error** error);

/* What became known by a call: a list, in order, often an empty one. */
typedef struct diarist_events diarist_events;

/* One stream. Any number of them share the diarizer's model and worker threads. `streaming` may be
 * NULL. */
DIARIST_API diarist_status diarist_stream_new(const diarist_diarizer* diarizer,
                                              const diarist_streaming* streaming,
                                              diarist_stream** stream, diarist_error** error);
/* Takes mono samples, any number, and returns once they were looked at. The events are the same
 * however the samples are divided. DIARIST_INVALID_ARGUMENT after diarist_stream_finish. */
DIARIST_API diarist_status diarist_stream_push(diarist_stream* stream, const float* samples,
                                               size_t sample_count, diarist_events** events,
                                               diarist_error** error);
/* The stream has ended: the last events, and what diarist_diarize_samples gives for the same
 * samples, byte for byte; of a longer stream than history_s, for at least that much of its end. To
 * be called until it succeeds: what the store of known voices cannot give now loses nothing.
 * DIARIST_CORRUPT_AUDIO where nothing was pushed, DIARIST_INVALID_ARGUMENT once it has succeeded.
 */
DIARIST_API diarist_status diarist_stream_finish(diarist_stream* stream, diarist_events** events,
                                                 diarist_diarization** diarization,
                                                 diarist_error** error);
/* Seconds that were pushed. */
DIARIST_API double diarist_stream_pushed_s(const diarist_stream* stream);
/* Also before diarist_stream_finish: then there is no result. */
DIARIST_API void diarist_stream_free(diarist_stream* stream);

/* What happened to a turn, or to a speaker: DIARIST_EVENT_... */
typedef int32_t diarist_event_kind;
enum {
  DIARIST_EVENT_SPEAKER = 0,   /* somebody is heard for the first time */
  DIARIST_EVENT_BEGUN = 1,     /* somebody speaks */
  DIARIST_EVENT_EXTENDED = 2,  /* and still does: end_s has moved */
  DIARIST_EVENT_ENDED = 3,     /* and has stopped */
  DIARIST_EVENT_REVISED = 4,   /* it was somebody else, or another stretch; end_s = start_s: nobody.
                                  One that has ended stays so, unless its end has moved */
  DIARIST_EVENT_IDENTIFIED = 5 /* who that is, by diarist_streaming.voices: `name` is the speaker's
                                from now on, SPEAKER_nn again where it was taken back */
};

/* Something that became known. */
typedef struct diarist_event {
  size_t size;             /* sizeof this struct */
  diarist_event_kind kind; /* a DIARIST_EVENT_... */
  int32_t speaker;         /* from 0, in order of first appearance */
  const char* name;        /* "SPEAKER_00", or who it is */
  double clock_s;          /* of the stream, that had been heard */
  int64_t turn;      /* from 1, the same in all of its events; 0 where it is about a speaker */
  double start_s;    /* of the turn, from the stream's start */
  double end_s;      /* as far as it is known */
  double confidence; /* 0 to 1: how sure the speaker is */
  int32_t previous_speaker; /* of a revised turn: who it was before; may be the same */
  double score;             /* of DIARIST_EVENT_IDENTIFIED: how sure that is, as min_score has it */
} diarist_event;
/* 0 where nothing became known. */
DIARIST_API size_t diarist_event_count(const diarist_events* events);
/* One event, into `event`. */
DIARIST_API diarist_status diarist_event_at(const diarist_events* events, size_t index,
                                            diarist_event* event, diarist_error** error);
DIARIST_API void diarist_events_free(diarist_events* events);

/* ---- Known voices ---------------------------------------------------------------------------- */

/* A file of voices, which gives speakers their names. One program may write while others read; each
 * change is whole or not there at all. docs/privacy.md says what is kept. A name has 1 to 200
 * bytes, no control characters, no blanks at its ends, and is none of the program's own
 * (SPEAKER_nn, VOICE_nnnn); one that is asked for and not there is DIARIST_INVALID_ARGUMENT. */
typedef struct diarist_store diarist_store;

/* How a store is opened. */
typedef struct diarist_store_options {
  size_t size;         /* sizeof this struct */
  int32_t create;      /* make the file, and folders above it, where it is missing */
  int32_t patience_ms; /* how long to wait for another program that writes */
} diarist_store_options;
DIARIST_API diarist_status diarist_store_options_init(diarist_store_options* options, size_t size,
                                                      diarist_error** error);

/* `options` may be NULL. DIARIST_NOT_FOUND for a missing file that is not to be made,
 * DIARIST_MALFORMED for one that is no store. */
DIARIST_API diarist_status diarist_store_open(const char* file,
                                              const diarist_store_options* options,
                                              diarist_store** store, diarist_error** error);
DIARIST_API void diarist_store_free(diarist_store* store);

/* The voices of a store as they were when it was asked: by name, those without one last. */
typedef struct diarist_voices diarist_voices;
/* All of them, with their sessions. */
DIARIST_API diarist_status diarist_store_voices(const diarist_store* store, diarist_voices** voices,
                                                diarist_error** error);
/* One person. */
typedef struct diarist_voice {
  size_t size;          /* sizeof this struct */
  const char* name;     /* "VOICE_0001" where nobody gave one */
  int32_t named;        /* whether somebody did */
  size_t session_count; /* recordings that tell of the voice, at least one */
} diarist_voice;
/* 0 for an empty store. */
DIARIST_API size_t diarist_voice_count(const diarist_voices* voices);
/* One voice, into `voice`. */
DIARIST_API diarist_status diarist_voice_at(const diarist_voices* voices, size_t index,
                                            diarist_voice* voice, diarist_error** error);
/* What one recording told of a voice. */
typedef struct diarist_voice_session {
  size_t size;            /* sizeof this struct */
  const char* recording;  /* its name; may be empty */
  double speech_s;        /* that it was made of */
  int64_t added;          /* when, in seconds since 1970 */
  int32_t remembered;     /* by diarist_remember, and not by diarist_store_add */
  const char* digest;     /* 32 hexadecimal digits: sessions of one digest are the same */
  size_t embedding_count; /* dimensions of the voice */
  const float* embedding; /* not normalised */
} diarist_voice_session;
/* One session of the voice at that index, in the order in which they were added. */
DIARIST_API diarist_status diarist_voice_session_at(const diarist_voices* voices, size_t voice,
                                                    size_t index, diarist_voice_session* session,
                                                    diarist_error** error);
DIARIST_API void diarist_voices_free(diarist_voices* voices);

/* Enrols the main speaker of a recording, in which nobody else may speak for long, under a name,
 * which may be new. `model` is the one that diarized; NULL: the one built in. `added` may be NULL;
 * it is told 0 where this very recording is part of the voice already. DIARIST_WRONG_MODEL where
 * the store's voices are of another model. */
DIARIST_API diarist_status diarist_store_add(diarist_store* store, const char* name,
                                             const diarist_diarization* diarization,
                                             const diarist_model* model, int32_t* added,
                                             diarist_error** error);
/* Gives a voice another name, which must be free. */
DIARIST_API diarist_status diarist_store_rename(diarist_store* store, const char* from,
                                                const char* to, diarist_error** error);
/* Makes two voices one: `into` gets the sessions of `from`. */
DIARIST_API diarist_status diarist_store_merge(diarist_store* store, const char* into,
                                               const char* from, diarist_error** error);
/* Removes voices, all of them or, where one is not there, none; and their bytes from the file. */
DIARIST_API diarist_status diarist_store_forget(diarist_store* store, const char* const* names,
                                                size_t name_count, diarist_error** error);
/* All of it as JSON (docs/json-schema.md: diarist.voices), in the caller's buffer. */
DIARIST_API diarist_status diarist_store_export(const diarist_store* store, char* text,
                                                size_t capacity, size_t* needed,
                                                diarist_error** error);
/* What an import changed. */
typedef struct diarist_imported_voices {
  size_t size;      /* sizeof this struct */
  int32_t voices;   /* new ones */
  int32_t sessions; /* new ones, also of voices that were there */
  int32_t known;    /* sessions that were there already */
} diarist_imported_voices;
/* Adds what diarist_store_export gave, all of it or nothing. `name`: the file's, for messages. */
DIARIST_API diarist_status diarist_store_import(diarist_store* store, const char* document,
                                                size_t document_bytes, const char* name,
                                                diarist_imported_voices* imported,
                                                diarist_error** error);

/* How sure a name has to be. */
typedef struct diarist_identification {
  size_t size; /* sizeof this struct */
  /* The least score at which a speaker is given a voice's name: a calibrated log-likelihood ratio,
   * of which docs/accuracy.md says how many strangers each value lets through. */
  double min_score;
} diarist_identification;
DIARIST_API diarist_status diarist_identification_init(diarist_identification* identification,
                                                       size_t size, diarist_error** error);

/* The same result with the names of known voices; `diarization` stays as it is. `model` is the one
 * that diarized; NULL: the one built in. `identification` may be NULL. */
DIARIST_API diarist_status diarist_identify(const diarist_store* store,
                                            const diarist_diarization* diarization,
                                            const diarist_model* model,
                                            const diarist_identification* identification,
                                            diarist_diarization** named, diarist_error** error);
/* How sure the name of a speaker is that a voice gave: its score, NaN where none did. */
DIARIST_API diarist_status diarist_identity_score(const diarist_diarization* diarization,
                                                  size_t index, double* score,
                                                  diarist_error** error);

/* What diarist_remember changed in a store. */
typedef struct diarist_remembered diarist_remembered;
/* As diarist_identify; and who is not known, and speaks for five seconds or longer, becomes a voice
 * of the store, "VOICE_0001" and so on, while known ones learn what the recording adds. The same
 * recording again changes nothing. `remembered` may be NULL. */
DIARIST_API diarist_status diarist_remember(diarist_store* store,
                                            const diarist_diarization* diarization,
                                            const diarist_model* model,
                                            const diarist_identification* identification,
                                            diarist_diarization** named,
                                            diarist_remembered** remembered, diarist_error** error);
/* What became of a voice: DIARIST_VOICE_... */
typedef int32_t diarist_voice_change;
enum {
  DIARIST_VOICE_ADDED = 0,  /* it is new */
  DIARIST_VOICE_UPDATED = 1 /* it has a session more */
};
/* Voices that changed so. */
DIARIST_API size_t diarist_remembered_count(const diarist_remembered* remembered,
                                            diarist_voice_change change);
/* The name of one of them. */
DIARIST_API const char* diarist_remembered_at(const diarist_remembered* remembered,
                                              diarist_voice_change change, size_t index);
DIARIST_API void diarist_remembered_free(diarist_remembered* remembered);

/* ---- Single stages --------------------------------------------------------------------------- */

/* Filter-bank features as the embedding network was trained on: [frames, bins] of samples at 16
 * kHz, at least 400. */
DIARIST_API size_t diarist_feature_bins(void);
/* Whole frames in that many samples: one for 400, one more for each 160. */
DIARIST_API size_t diarist_feature_frames(size_t sample_count);
/* [frames, bins] into `features`. */
DIARIST_API diarist_status diarist_features(const float* samples, size_t sample_count,
                                            float* features, size_t capacity, size_t* needed,
                                            diarist_error** error);

/* What a stretch of speech sounds like. */
typedef struct diarist_embedder diarist_embedder;
/* As diarist_diarizer_new. */
DIARIST_API diarist_status diarist_embedder_new(const diarist_model* model,
                                                const diarist_performance* performance,
                                                diarist_embedder** embedder, diarist_error** error);
/* Values of an embedding: 256 for the built-in model. */
DIARIST_API size_t diarist_embedder_dimensions(const diarist_embedder* embedder);
/* One embedding [dimensions] of mono samples at 16 kHz, at least 400; not normalised. */
DIARIST_API diarist_status diarist_embed(const diarist_embedder* embedder, const float* samples,
                                         size_t sample_count, float* embedding, size_t capacity,
                                         size_t* needed, diarist_error** error);
/* One for each of `mask_count` masks, from one run of the network: [mask_count, dimensions].
 * `masks`: [mask_count, frames] weights >= 0 over the length of the samples. */
DIARIST_API diarist_status diarist_embed_masks(const diarist_embedder* embedder,
                                               const float* samples, size_t sample_count,
                                               const float* masks, size_t mask_count, size_t frames,
                                               float* embeddings, size_t capacity, size_t* needed,
                                               diarist_error** error);
/* The same of features [feature_frames, bins], as diarist_features gives them. */
DIARIST_API diarist_status diarist_embed_features(const diarist_embedder* embedder,
                                                  const float* features, size_t feature_frames,
                                                  float* embedding, size_t capacity, size_t* needed,
                                                  diarist_error** error);
DIARIST_API void diarist_embedder_free(diarist_embedder* embedder);

/* Who is active, window by window, under labels that hold within one window. */
typedef struct diarist_segmenter diarist_segmenter;
/* As diarist_diarizer_new. */
DIARIST_API diarist_status diarist_segmenter_new(const diarist_model* model,
                                                 const diarist_performance* performance,
                                                 diarist_segmenter** segmenter,
                                                 diarist_error** error);
/* Windows of so many samples at 16 kHz. */
DIARIST_API size_t diarist_segmenter_windows(const diarist_segmenter* segmenter,
                                             size_t sample_count);
/* Frames of a window. */
DIARIST_API size_t diarist_segmenter_frames(const diarist_segmenter* segmenter);
/* Local speakers of a window. */
DIARIST_API size_t diarist_segmenter_speakers(const diarist_segmenter* segmenter);
/* Both [windows, frames, speakers], of `capacity` values each; either may be NULL, but not both
 * unless capacity is 0. `active`: 0 or 1. `probability`: 0 to 255 for 0 to 1. */
DIARIST_API diarist_status diarist_segment(const diarist_segmenter* segmenter, const float* samples,
                                           size_t sample_count, uint8_t* active,
                                           uint8_t* probability, size_t capacity, size_t* needed,
                                           diarist_error** error);
DIARIST_API void diarist_segmenter_free(diarist_segmenter* segmenter);

/* ---- Scoring --------------------------------------------------------------------------------- */

/* Whose rules a score follows: DIARIST_CONVENTION_... */
typedef int32_t diarist_convention;
enum { DIARIST_CONVENTION_PYANNOTE = 0, DIARIST_CONVENTION_NIST = 1 };

/* What is counted. */
typedef struct diarist_scoring {
  size_t size;                   /* sizeof this struct */
  diarist_convention convention; /* a DIARIST_CONVENTION_... */
  int32_t skip_overlap;          /* leave out where the reference has more than one speaker */
  double collar_s;               /* as the convention reads it */
} diarist_scoring;
DIARIST_API diarist_status diarist_scoring_init(diarist_scoring* scoring, size_t size,
                                                diarist_error** error);

/* How far a hypothesis is from its reference, in all recordings. */
typedef struct diarist_score {
  size_t size;          /* sizeof this struct */
  double der;           /* diarization error rate, 1 = 100 %; infinity where all is false alarm */
  double jer;           /* Jaccard error rate, mean over the reference's speakers */
  double total_s;       /* speaker time of the reference that was scored */
  double miss_s;        /* reference speakers without anybody */
  double false_alarm_s; /* hypothesis speakers beyond the reference */
  double confusion_s;   /* somebody else than the one mapped to */
  int32_t reference_speakers;  /* who speak in what was scored */
  int32_t hypothesis_speakers; /* likewise */
  int32_t recordings;          /* that were scored */
} diarist_score;
/* Two files of turns, RTTM or another format that docs/formats.md says can be read. Recordings are
 * matched by name; those without a hypothesis count as silence, those that the reference does not
 * have are not scored. `uem_file` may be NULL: the stretches to score. `scoring` may be NULL. */
DIARIST_API diarist_status diarist_score_files(const char* reference_file,
                                               const char* hypothesis_file, const char* uem_file,
                                               const diarist_scoring* scoring, diarist_score* score,
                                               diarist_error** error);
/* A result against the turns of that recording in an RTTM file. */
DIARIST_API diarist_status diarist_score_diarization(const char* reference_file,
                                                     const diarist_diarization* diarization,
                                                     const char* uem_file,
                                                     const diarist_scoring* scoring,
                                                     diarist_score* score, diarist_error** error);

/* ---- Making models --------------------------------------------------------------------------- */

/* How an imported pack stores its weights: DIARIST_STORAGE_... */
typedef int32_t diarist_storage;
enum { DIARIST_STORAGE_F32 = 0, DIARIST_STORAGE_F16 = 1 };

/* What diarist_import tells of a pack: DIARIST_IMPORTED_... */
typedef int32_t diarist_imported;
enum {
  DIARIST_IMPORTED_PART = 0,     /* "segmentation net: 47 tensors from FILE" */
  DIARIST_IMPORTED_LEFT_OUT = 1, /* "FILE: TENSOR", which the pack does not need */
  DIARIST_IMPORTED_NOTICE = 2    /* a sentence to know about the pack */
};
/* Told of each of them, one after the other, before the pack is written. */
typedef void (*diarist_imported_callback)(diarist_imported what, const char* text, void* user);

/* What to make of checkpoints. */
typedef struct diarist_importing {
  size_t size;               /* sizeof this struct */
  diarist_storage storage;   /* DIARIST_STORAGE_F16 unless changed */
  const diarist_model* base; /* for the parts that no source holds; may be NULL */
  /* What the segmentation net's classes are sets of, where their number suggests otherwise: local
   * speakers of a window, and how many at once. 0 and 0: as their number suggests. */
  int32_t powerset_speakers;
  int32_t powerset_at_once;           /* how many of them a class holds at most */
  diarist_imported_callback imported; /* may be NULL */
  void* user;                         /* handed to it */
} diarist_importing;
DIARIST_API diarist_status diarist_importing_init(diarist_importing* importing, size_t size,
                                                  diarist_error** error);
/* A pack from published checkpoints (safetensors, PyTorch, ONNX, npz), in any order, to
 * `pack_file`. `importing` may be NULL. */
DIARIST_API diarist_status diarist_import(const char* const* sources, size_t source_count,
                                          const diarist_importing* importing, const char* pack_file,
                                          diarist_error** error);

/* How a quantized pack stores its weights: DIARIST_METHOD_... */
typedef int32_t diarist_method;
enum {
  DIARIST_METHOD_AUTOMATIC = 0, /* the smallest of the others that stays within the limits */
  DIARIST_METHOD_PALETTE = 1,
  DIARIST_METHOD_LINEAR = 2,
  DIARIST_METHOD_INT8 = 3,
  DIARIST_METHOD_F16 = 4,
  DIARIST_METHOD_BF16 = 5
};

/* What a pack may lose against the one that it was made from. */
typedef struct diarist_limits {
  size_t size;                       /* sizeof this struct */
  double max_der_increase;           /* in points, hundredths */
  double min_embedding_cosine;       /* mean over stretches of 5 s */
  double min_segmentation_agreement; /* share of frames, 0 to 1 */
} diarist_limits;
DIARIST_API diarist_status diarist_limits_init(diarist_limits* limits, size_t size,
                                               diarist_error** error);

/* Told of each attempt as soon as its outcome is known. */
typedef void (*diarist_attempt_callback)(const char* method, int32_t taken, const char* outcome,
                                         void* user);

/* How to make a pack smaller. */
typedef struct diarist_quantization {
  size_t size;             /* sizeof this struct */
  diarist_method method;   /* a DIARIST_METHOD_... */
  int32_t bits;            /* of a palette's codes: 8, 6 or 4 */
  int32_t group_channels;  /* output channels that share a palette's table; 0: all of a layer */
  int32_t measure_ranges;  /* measure what 8-bit activations span, also where batch norms tell it */
  const char* const* only; /* globs over names of tensors: no others are quantized */
  size_t only_count;       /* 0: all that is not kept */
  const char* const* keep; /* these are not */
  size_t keep_count;       /* how many */
  const diarist_limits* limits;           /* NULL: as diarist_limits_init has them */
  const diarist_performance* performance; /* of the runs that prove the result; may be NULL */
  diarist_attempt_callback attempt;       /* may be NULL */
  void* user;                             /* handed to it */
  diarist_cancellation* cancellation;     /* may be NULL */
} diarist_quantization;
DIARIST_API diarist_status diarist_quantization_init(diarist_quantization* quantization,
                                                     size_t size, diarist_error** error);

/* A smaller pack, to `pack_file`, where it holds on the recordings (each with its reference
 * NAME.rttm beside it, where there is one); with none, on half a minute that is built in.
 * `quantization` may be NULL. */
DIARIST_API diarist_status diarist_quantize(const diarist_model* model,
                                            const char* const* recordings, size_t recording_count,
                                            const diarist_quantization* quantization,
                                            const char* pack_file, diarist_error** error);

/* Two packs held against one another, on the same recordings. `performance` and `cancellation` may
 * be NULL. */
typedef struct diarist_comparison diarist_comparison;
/* Runs both over the recordings, of which there may be none: then only what they hold is compared.
 */
DIARIST_API diarist_status diarist_compare(const diarist_model* a, const diarist_model* b,
                                           const char* const* recordings, size_t recording_count,
                                           const diarist_performance* performance,
                                           diarist_cancellation* cancellation,
                                           diarist_comparison** comparison, diarist_error** error);

/* What the second pack is against the first. */
typedef struct diarist_comparison_figures {
  size_t size;                   /* sizeof this struct */
  int64_t bytes_a;               /* of the packs as files */
  int64_t bytes_b;               /* likewise */
  double der_increase;           /* points: b less a, or b against a where there is no reference */
  double embedding_cosine;       /* mean over stretches of 5 s */
  double segmentation_agreement; /* share of frames with the same local speakers */
  double run_s_a;                /* diarizing all recordings */
  double run_s_b;                /* likewise */
} diarist_comparison_figures;
/* The figures, into `figures`. */
DIARIST_API diarist_status diarist_comparison_figures_of(const diarist_comparison* comparison,
                                                         diarist_comparison_figures* figures,
                                                         diarist_error** error);
/* All of it: as a table for people (DIARIST_FORMAT_TXT) or as JSON (DIARIST_FORMAT_JSON). */
DIARIST_API diarist_status diarist_comparison_text(const diarist_comparison* comparison,
                                                   diarist_format format, char* text,
                                                   size_t capacity, size_t* needed,
                                                   diarist_error** error);
/* What of the limits b is beyond, one clause a line; nothing where it is within them. */
DIARIST_API diarist_status diarist_comparison_missed(const diarist_comparison* comparison,
                                                     const diarist_limits* limits, char* text,
                                                     size_t capacity, size_t* needed,
                                                     diarist_error** error);
DIARIST_API void diarist_comparison_free(diarist_comparison* comparison);

#ifdef __cplusplus
}
#endif

#endif
