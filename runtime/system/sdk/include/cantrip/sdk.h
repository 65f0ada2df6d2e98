/*
 * What an application in C asks of the system. Names and errors are CantripOS's; parameters and answers lie in the page
 * that the system shares with the application, in the encoding of postcard 0.7. Link with the startup object.
 */
#ifndef CANTRIP_SDK_H
#define CANTRIP_SDK_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  SDKSuccess,
  SDKDeserializeFailed,
  SDKSerializeFailed,
  SDKInvalidBadge,
  SDKInvalidString,
  SDKReadKeyFailed,
  SDKWriteKeyFailed,
  SDKDeleteKeyFailed,
  SDKMapPageFailed,
  SDKUnknownRequest,
  SDKUnknownResponse,
  SDKNoSuchTimer,
  SDKTimerAlreadyExists,
  SDKNoPlatformSupport,
  SDKNoSuchModel,
  SDKInvalidTimer,
  SDKLoadModelFailed,
  SDKOutOfResources,
  SDKNoModelOutput,
  SDKInvalidInputRange,
  SDKInvalidAudioParameter,
  SDKInvalidAudioState,
  SDKNoSuchDevice,
  SDKDeviceFailed,
} SDKRuntimeError;

typedef uint32_t TimerId;
typedef uint32_t TimerDuration; /* milliseconds */
typedef uint32_t TimerMask;
typedef uint32_t ModelId;
typedef uint32_t ModelMask;

#define KEY_VALUE_DATA_SIZE 100
#define MAX_OUTPUT_DATA 64
#define SDKRUNTIME_REQUEST_DATA_SIZE 2048

typedef struct {
  uint32_t jobnum; /* another one for each run */
  uint32_t return_code;
  int has_epc;
  uint32_t epc;
  uint8_t data[MAX_OUTPUT_DATA];
} ModelOutput;

/* An address of the model's core. */
typedef struct {
  uint32_t input_ptr;
  uint32_t input_size_bytes;
} ModelInput;

/* Set by the startup object. */
extern uint32_t *cantrip_ipc_buffer;
extern uint32_t CANTRIP_SDK_ENDPOINT;
extern uint32_t CANTRIP_SDK_FRAME;
extern uint8_t *CANTRIP_SDK_PARAMS;

/* Ends the application: 0 for success. `main` may return as well. */
void sdk_exit(uint32_t code) __attribute__((noreturn));

/* Where a request goes, or an answer comes from. */
typedef struct {
  uint8_t *at;
  const uint8_t *end;
  int is_wrong;
} cantrip_bytes;

static inline cantrip_bytes cantrip_half(uint32_t offset) {
  cantrip_bytes bytes = {CANTRIP_SDK_PARAMS + offset, CANTRIP_SDK_PARAMS + offset + SDKRUNTIME_REQUEST_DATA_SIZE, 0};
  return bytes;
}

static inline void cantrip_write(cantrip_bytes *to, const uint8_t *bytes, size_t count) {
  if (to->is_wrong || count > (size_t)(to->end - to->at)) {
    to->is_wrong = 1;
    return;
  }
  while (count-- > 0) *to->at++ = *bytes++;
}

static inline void cantrip_write_word(cantrip_bytes *to, uint32_t value) {
  uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  cantrip_write(to, bytes, 4);
}

/* Bytes, or a text, with their number before them. */
static inline void cantrip_write_counted(cantrip_bytes *to, const void *bytes, size_t count) {
  size_t left = count;
  while (left >= 0x80) {
    uint8_t part = (uint8_t)(left | 0x80);
    cantrip_write(to, &part, 1);
    left >>= 7;
  }
  uint8_t last = (uint8_t)left;
  cantrip_write(to, &last, 1);
  cantrip_write(to, (const uint8_t *)bytes, count);
}

static inline size_t cantrip_length(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  return length;
}

static inline void cantrip_write_text(cantrip_bytes *to, const char *text) {
  cantrip_write_counted(to, text, cantrip_length(text));
}

static inline uint8_t cantrip_read_byte(cantrip_bytes *from) {
  if (from->at == from->end) {
    from->is_wrong = 1;
    return 0;
  }
  return *from->at++;
}

static inline uint32_t cantrip_read_word(cantrip_bytes *from) {
  uint32_t value = 0;
  for (int shift = 0; shift < 32; shift += 8) value |= (uint32_t)cantrip_read_byte(from) << shift;
  return value;
}

static inline uint32_t cantrip_read_count(cantrip_bytes *from) {
  uint32_t value = 0;
  for (int shift = 0; shift < 28; shift += 7) {
    uint8_t byte = cantrip_read_byte(from);
    value |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  from->is_wrong = 1;
  return 0;
}

/* The call itself; the page goes along with it. */
static inline SDKRuntimeError cantrip_ask(uint32_t request, const cantrip_bytes *parameters) {
  if (parameters->is_wrong) return SDKSerializeFailed;
  cantrip_ipc_buffer[122] = CANTRIP_SDK_FRAME;
  register uintptr_t a0 __asm__("a0") = CANTRIP_SDK_ENDPOINT;
  register uintptr_t a1 __asm__("a1") = request << 12 | 1 << 7;
  register uintptr_t a2 __asm__("a2") = 0;
  register uintptr_t a3 __asm__("a3") = 0;
  register uintptr_t a4 __asm__("a4") = 0;
  register uintptr_t a5 __asm__("a5") = 0;
  register uintptr_t a6 __asm__("a6") = 0;
  register intptr_t a7 __asm__("a7") = -1;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5), "+r"(a6), "+r"(a7)
                   :
                   : "memory");
  uint32_t error = a1 >> 12;
  return error > SDKDeviceFailed ? SDKUnknownResponse : (SDKRuntimeError)error;
}

static inline SDKRuntimeError cantrip_ask_number(uint32_t request, const cantrip_bytes *parameters, uint32_t *number) {
  SDKRuntimeError error = cantrip_ask(request, parameters);
  if (error != SDKSuccess) return error;
  cantrip_bytes from = cantrip_half(SDKRUNTIME_REQUEST_DATA_SIZE);
  *number = cantrip_read_word(&from);
  return error;
}

/* At most `*count` bytes are kept; `*count` tells how many there are. */
static inline SDKRuntimeError cantrip_ask_bytes(uint32_t request, const cantrip_bytes *parameters, uint8_t *bytes,
                                                size_t *count) {
  SDKRuntimeError error = cantrip_ask(request, parameters);
  if (error != SDKSuccess) return error;
  cantrip_bytes from = cantrip_half(SDKRUNTIME_REQUEST_DATA_SIZE);
  size_t room = *count;
  *count = cantrip_read_count(&from);
  if (from.is_wrong || *count > (size_t)(from.end - from.at)) return SDKUnknownResponse;
  for (size_t at = 0; at < *count && at < room; at++) bytes[at] = from.at[at];
  return error;
}

/* Whether the system answers. */
static inline SDKRuntimeError sdk_ping(void) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask(64, &none);
}

/* A line of the system's log, with the name of the application before it. */
static inline SDKRuntimeError sdk_log(const char *message) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, message);
  return cantrip_ask(65, &to);
}

static inline SDKRuntimeError sdk_read_key(const char *key, uint8_t *value, size_t *count) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, key);
  return cantrip_ask_bytes(66, &to, value, count);
}

static inline SDKRuntimeError sdk_write_key(const char *key, const uint8_t *value, size_t count) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, key);
  cantrip_write_counted(&to, value, count);
  return cantrip_ask(67, &to);
}

static inline SDKRuntimeError sdk_delete_key(const char *key) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, key);
  return cantrip_ask(68, &to);
}

static inline SDKRuntimeError cantrip_start_timer(uint32_t request, TimerId id, TimerDuration duration_ms) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_word(&to, id);
  cantrip_write_word(&to, duration_ms);
  return cantrip_ask(request, &to);
}

/* Timer `id`, 0 to 30, completes so many milliseconds from now. */
static inline SDKRuntimeError sdk_timer_oneshot(TimerId id, TimerDuration duration_ms) {
  return cantrip_start_timer(69, id, duration_ms);
}

static inline SDKRuntimeError sdk_timer_periodic(TimerId id, TimerDuration duration_ms) {
  return cantrip_start_timer(70, id, duration_ms);
}

static inline SDKRuntimeError sdk_timer_cancel(TimerId id) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_word(&to, id);
  return cantrip_ask(71, &to);
}

/* Waits until a timer has completed; a bit for each that has. With none running it gives 0 at once. */
static inline SDKRuntimeError sdk_timer_wait(TimerMask *mask) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask_number(72, &none, mask);
}

static inline SDKRuntimeError sdk_timer_poll(TimerMask *mask) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask_number(73, &none, mask);
}

/* Runs a model of the application's bundle once. */
static inline SDKRuntimeError sdk_model_oneshot(const char *model_id, ModelId *id) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, model_id);
  return cantrip_ask_number(74, &to, id);
}

static inline SDKRuntimeError sdk_model_periodic(const char *model_id, TimerDuration duration_ms, ModelId *id) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, model_id);
  cantrip_write_word(&to, duration_ms);
  return cantrip_ask_number(75, &to, id);
}

static inline SDKRuntimeError sdk_model_cancel(ModelId id) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_word(&to, id);
  return cantrip_ask(76, &to);
}

static inline SDKRuntimeError sdk_model_wait(ModelMask *mask) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask_number(77, &none, mask);
}

static inline SDKRuntimeError sdk_model_poll(ModelMask *mask) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask_number(78, &none, mask);
}

/* What came of the last run. */
static inline SDKRuntimeError sdk_model_output(ModelId id, ModelOutput *output) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_word(&to, id);
  SDKRuntimeError error = cantrip_ask(79, &to);
  if (error != SDKSuccess) return error;
  cantrip_bytes from = cantrip_half(SDKRUNTIME_REQUEST_DATA_SIZE);
  output->jobnum = cantrip_read_word(&from);
  cantrip_read_word(&from);
  output->return_code = cantrip_read_word(&from);
  output->has_epc = cantrip_read_byte(&from);
  output->epc = output->has_epc ? cantrip_read_word(&from) : 0;
  for (size_t at = 0; at < MAX_OUTPUT_DATA; at++) output->data[at] = cantrip_read_byte(&from);
  return SDKSuccess;
}

/* Loads a model of the application's bundle, and tells where it takes its input. */
static inline SDKRuntimeError sdk_model_get_input_params(const char *model_id, ModelId *id, ModelInput *input) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, model_id);
  SDKRuntimeError error = cantrip_ask(80, &to);
  if (error != SDKSuccess) return error;
  cantrip_bytes from = cantrip_half(SDKRUNTIME_REQUEST_DATA_SIZE);
  *id = cantrip_read_word(&from);
  input->input_ptr = cantrip_read_word(&from);
  input->input_size_bytes = cantrip_read_word(&from);
  return error;
}

/* What the next run of a model takes, from `offset` of its input on. */
static inline SDKRuntimeError sdk_model_set_input(ModelId id, uint32_t offset, const uint8_t *bytes, size_t count) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_word(&to, id);
  cantrip_write_word(&to, offset);
  cantrip_write_counted(&to, bytes, count);
  return cantrip_ask(81, &to);
}

/* A flag, or a level. */
static inline void cantrip_write_byte(cantrip_bytes *to, uint8_t value) {
  cantrip_write(to, &value, 1);
}

/* A `usize` of the system has eight bytes. */
static inline void cantrip_write_size(cantrip_bytes *to, size_t value) {
  cantrip_write_word(to, (uint32_t)value);
  cantrip_write_word(to, 0);
}

/* Empties FIFOs of the audio device; a level is that at which it tells: 1, 4, 8, 16, of the receiver 30, too. */
static inline SDKRuntimeError sdk_audio_reset(int rxrst, int txrst, uint8_t rxilvl, uint8_t txilvl) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_byte(&to, rxrst != 0);
  cantrip_write_byte(&to, txrst != 0);
  cantrip_write_byte(&to, rxilvl);
  cantrip_write_byte(&to, txilvl);
  return cantrip_ask(82, &to);
}

/* Records `rate` samples in a second; a full buffer ends that, or loses its oldest. */
static inline SDKRuntimeError sdk_audio_record_start(size_t rate, size_t buffer_size, int stop_on_full) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_size(&to, rate);
  cantrip_write_size(&to, buffer_size);
  cantrip_write_byte(&to, stop_on_full != 0);
  return cantrip_ask(83, &to);
}

static inline SDKRuntimeError cantrip_collect(uint32_t *samples, size_t *count, uint8_t waits) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_size(&to, *count);
  cantrip_write_byte(&to, waits);
  size_t bytes = *count * sizeof *samples;
  SDKRuntimeError error = cantrip_ask_bytes(84, &to, (uint8_t *)samples, &bytes);
  if (error != SDKSuccess) return error;
  if (bytes % sizeof *samples != 0 || bytes / sizeof *samples > *count) return SDKUnknownResponse;
  *count = bytes / sizeof *samples;
  return error;
}

/* Takes up to `*count` samples; `*count` tells how many there were. Waits where there is none. */
static inline SDKRuntimeError sdk_audio_record_collect(uint32_t *samples, size_t *count) {
  return cantrip_collect(samples, count, 1);
}

static inline SDKRuntimeError sdk_audio_record_collect_non_blocking(uint32_t *samples, size_t *count) {
  return cantrip_collect(samples, count, 0);
}

/* Ends a recording; what was not collected is lost. */
static inline SDKRuntimeError sdk_audio_record_stop(void) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask(85, &none);
}

static inline SDKRuntimeError sdk_audio_play_start(size_t rate, size_t buffer_size) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_size(&to, rate);
  cantrip_write_size(&to, buffer_size);
  return cantrip_ask(86, &to);
}

/* Up to 511 samples. */
static inline SDKRuntimeError sdk_audio_play_write(const uint32_t *samples, size_t count) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_counted(&to, samples, count * sizeof *samples);
  return cantrip_ask(87, &to);
}

static inline SDKRuntimeError sdk_audio_play_stop(void) {
  cantrip_bytes none = cantrip_half(0);
  return cantrip_ask(88, &none);
}

/* Writes bytes to a device that the manifest names, and reads up to `*read_count` from it, in one go. */
static inline SDKRuntimeError sdk_transfer(const char *device, const uint8_t *bytes, size_t count, uint8_t *read,
                                           size_t *read_count) {
  cantrip_bytes to = cantrip_half(0);
  cantrip_write_text(&to, device);
  cantrip_write_counted(&to, bytes, count);
  cantrip_write_word(&to, (uint32_t)*read_count);
  return cantrip_ask_bytes(90, &to, read, read_count);
}

#endif
