/* Text on the kernel's debug console and the processor for others: what a program can do without the SDK. */
#ifndef CANTRIP_H
#define CANTRIP_H

#include <stdarg.h>
#include <stdint.h>

static inline void seL4_Yield(void) {
  register intptr_t number __asm__("a7") = -11;
  __asm__ volatile("ecall" : "+r"(number) : : "a0", "a1", "a2", "a3", "a4", "a5", "a6", "memory");
}

static inline void seL4_DebugPutChar(char character) {
  register uintptr_t argument __asm__("a0") = (unsigned char)character;
  register intptr_t number __asm__("a7") = -12;
  __asm__ volatile("ecall" : "+r"(argument), "+r"(number) : : "a1", "a2", "a3", "a4", "a5", "a6", "memory");
}

static inline void cantrip_put_number(uint32_t value, uint32_t base) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  while (count > 0) seL4_DebugPutChar(digits[--count]);
}

static inline void cantrip_put_text(const char *text) {
  while (*text != '\0') seL4_DebugPutChar(*text++);
}

/* Knows %d %u %x %s %c %%. */
static inline __attribute__((format(printf, 1, 2))) void debug_printf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (; *format != '\0'; format++) {
    if (*format != '%' || format[1] == '\0') {
      seL4_DebugPutChar(*format);
      continue;
    }
    switch (*++format) {
      case 'd': {
        int32_t value = va_arg(arguments, int32_t);
        if (value < 0) seL4_DebugPutChar('-');
        cantrip_put_number(value < 0 ? -(uint32_t)value : (uint32_t)value, 10);
        break;
      }
      case 'u':
        cantrip_put_number(va_arg(arguments, uint32_t), 10);
        break;
      case 'x':
        cantrip_put_number(va_arg(arguments, uint32_t), 16);
        break;
      case 's':
        cantrip_put_text(va_arg(arguments, const char *));
        break;
      case 'c':
        seL4_DebugPutChar((char)va_arg(arguments, int));
        break;
      default:
        seL4_DebugPutChar(*format);
    }
  }
  va_end(arguments);
}

#endif
