// Messages as postcard encodes them: varints, zigzag, and byte strings with their length before them.
#include <stdint.h>
static uint8_t buffer[1024];
static int32_t position = 0;

static void write_varint(uint32_t value) {
  uint32_t rest = value;
  while (rest >= 0x80) {
    buffer[position++] = (uint8_t)(rest | 0x80);
    rest >>= 7;
  }
  buffer[position++] = (uint8_t)rest;
}

static void write_long(uint64_t value) {
  uint64_t rest = value;
  while (rest >= 0x80) {
    buffer[position++] = (uint8_t)(rest | 0x80);
    rest >>= 7;
  }
  buffer[position++] = (uint8_t)rest;
}

static void write_signed(int32_t value) {
  write_varint((uint32_t)((value << 1) ^ (value >> 31)));
}

static uint32_t read_varint(void) {
  uint32_t value = 0;
  uint32_t shift = 0;
  uint32_t byte;
  do {
    byte = buffer[position++];
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80);
  return value;
}

static uint64_t read_long(void) {
  uint64_t value = 0;
  uint64_t shift = 0;
  uint64_t byte;
  do {
    byte = buffer[position++];
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80);
  return value;
}

static int32_t read_signed(void) {
  const uint32_t value = read_varint();
  return (int32_t)(value >> 1) ^ -(int32_t)(value & 1);
}

static void encode(uint32_t kind, int32_t number, uint64_t time, uint32_t size) {
  write_varint(kind);
  write_signed(number);
  write_long(time);
  write_varint(size);
  for (uint32_t index = 0; index < size; index++) buffer[position++] = (uint8_t)(index + kind);
}

static uint32_t decode(void) {
  uint32_t sum = read_varint();
  sum = sum * 31 + (uint32_t)read_signed();
  const uint64_t time = read_long();
  sum = sum * 31 + (uint32_t)time + (uint32_t)(time >> 32);
  const uint32_t size = read_varint();
  for (uint32_t index = 0; index < size; index++) sum = sum * 31 + buffer[position++];
  return sum;
}

int32_t run(int32_t rounds) {
  uint32_t sum = 0;
  for (int32_t round = 0; round < rounds; round++) {
    position = 0;
    for (int32_t index = 0; index < 16; index++)
      encode((uint32_t)index, index * 1000 - 8000, ((uint64_t)index << 36) + (uint64_t)round,
             (uint32_t)(index & 7));
    position = 0;
    for (int32_t index = 0; index < 16; index++) sum = (sum << 1) ^ (sum >> 31) ^ decode();
  }
  return (int32_t)sum;
}
