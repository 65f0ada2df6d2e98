// Heapsort of pseudo-random numbers, then insertion sort of short runs.
#include <stdint.h>
static int32_t numbers[1024];

static void sift(int32_t from, int32_t count) {
  int32_t root = from;
  const int32_t value = numbers[root];
  for (;;) {
    int32_t child = 2 * root + 1;
    if (child >= count) break;
    if (child + 1 < count && numbers[child] < numbers[child + 1]) child++;
    if (numbers[child] <= value) break;
    numbers[root] = numbers[child];
    root = child;
  }
  numbers[root] = value;
}

static void insertion_sort(int32_t from, int32_t to) {
  for (int32_t index = from + 1; index < to; index++) {
    const int32_t value = numbers[index];
    int32_t hole = index - 1;
    while (hole >= from && numbers[hole] > value) {
      numbers[hole + 1] = numbers[hole];
      hole--;
    }
    numbers[hole + 1] = value;
  }
}

static void fill(int32_t count) {
  uint32_t state = 12345;
  for (int32_t index = 0; index < count; index++) {
    state = state * 1103515245u + 12345u;
    numbers[index] = (int32_t)(state >> 8);
  }
}

int32_t run(int32_t rounds) {
  const int32_t count = 1024;
  int32_t sum = 0;
  for (int32_t round = 0; round < rounds; round++) {
    fill(count);
    for (int32_t root = count / 2 - 1; root >= 0; root--) sift(root, count);
    for (int32_t last = count - 1; last > 0; last--) {
      const int32_t largest = numbers[0];
      numbers[0] = numbers[last];
      numbers[last] = largest;
      sift(0, last);
    }
    sum ^= numbers[round & 1023];
    fill(count);
    for (int32_t from = 0; from < count; from += 32) insertion_sort(from, from + 32);
    sum += numbers[31];
  }
  return sum;
}
