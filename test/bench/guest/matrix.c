// Products of square matrices of 32-bit numbers, and their trace in 64 bits.
#include <stdint.h>
enum { size = 24 };
static int32_t left[size * size];
static int32_t right[size * size];
static int32_t product[size * size];

static void multiply(void) {
  for (int32_t row = 0; row < size; row++)
    for (int32_t column = 0; column < size; column++) {
      int32_t sum = 0;
      for (int32_t inner = 0; inner < size; inner++)
        sum += left[row * size + inner] * right[inner * size + column];
      product[row * size + column] = sum;
    }
}

int32_t run(int32_t rounds) {
  for (int32_t index = 0; index < size * size; index++) {
    left[index] = index * 3 - 100;
    right[index] = 50 - index;
  }
  int64_t trace = 0;
  for (int32_t round = 0; round < rounds; round++) {
    multiply();
    for (int32_t index = 0; index < size; index++)
      trace += (int64_t)product[index * size + index] * (round + 1);
    for (int32_t index = 0; index < size * size; index++)
      left[index] = (product[index] & 1023) - 512;
  }
  return (int32_t)(trace ^ (trace >> 32));
}
