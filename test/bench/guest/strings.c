// Text in a buffer: words are counted, turned to capitals, searched for and hashed.
#include <stdint.h>
#include <stdbool.h>
static const char source[] =
    "the quick brown fox jumps over the lazy dog while the cat sleeps in the sun ";
static uint8_t text[2048];

static void fill(void) {
  int32_t at = 0;
  while (at < 2048) {
    for (int32_t index = 0; index < 76 && at < 2048; index++) text[at++] = (uint8_t)source[index];
  }
}

static int32_t capitals(void) {
  int32_t words = 0;
  bool is_inside = false;
  for (int32_t index = 0; index < 2048; index++) {
    const int32_t letter = text[index];
    const bool is_letter = letter >= 97 && letter <= 122;
    if (is_letter && !is_inside) {
      words++;
      text[index] = (uint8_t)(letter - 32);
    }
    is_inside = is_letter || (letter >= 65 && letter <= 90);
  }
  return words;
}

static int32_t find(int32_t first, int32_t second, int32_t third) {
  int32_t found = 0;
  for (int32_t index = 0; index + 2 < 2048; index++)
    if (text[index] == first && text[index + 1] == second && text[index + 2] == third) found++;
  return found;
}

static uint32_t hash(void) {
  uint32_t value = 2166136261u;
  for (int32_t index = 0; index < 2048; index++) value = (value ^ text[index]) * 16777619u;
  return value;
}

int32_t run(int32_t rounds) {
  uint32_t sum = 0;
  for (int32_t round = 0; round < rounds; round++) {
    fill();
    sum += (uint32_t)(capitals() * 1000);
    sum += (uint32_t)find(84, 104, 101);
    sum ^= hash();
  }
  return (int32_t)sum;
}
