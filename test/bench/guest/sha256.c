// SHA-256 (FIPS 180-4) of a message of 4 KiB.
#include <stdint.h>
static const uint32_t constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static uint32_t state[8];
static uint32_t schedule[64];
static uint8_t message[4096];

static inline uint32_t right(uint32_t value, uint32_t amount) {
  return (value >> amount) | (value << (32 - amount));
}

static void block(int32_t from) {
  for (int32_t t = 0; t < 16; t++) {
    const int32_t at = from + 4 * t;
    schedule[t] = ((uint32_t)message[at] << 24) | ((uint32_t)message[at + 1] << 16) |
                  ((uint32_t)message[at + 2] << 8) | (uint32_t)message[at + 3];
  }
  for (int32_t t = 16; t < 64; t++) {
    const uint32_t x = schedule[t - 15];
    const uint32_t y = schedule[t - 2];
    const uint32_t s0 = right(x, 7) ^ right(x, 18) ^ (x >> 3);
    const uint32_t s1 = right(y, 17) ^ right(y, 19) ^ (y >> 10);
    schedule[t] = schedule[t - 16] + s0 + schedule[t - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int32_t t = 0; t < 64; t++) {
    const uint32_t s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
    const uint32_t choice = (e & f) ^ (~e & g);
    const uint32_t first = h + s1 + choice + constants[t] + schedule[t];
    const uint32_t s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
    const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    const uint32_t second = s0 + majority;
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

int32_t run(int32_t rounds) {
  for (int32_t index = 0; index < 4096; index++) message[index] = (uint8_t)(index * 7 + 3);
  state[0] = 0x6a09e667;
  state[1] = 0xbb67ae85;
  state[2] = 0x3c6ef372;
  state[3] = 0xa54ff53a;
  state[4] = 0x510e527f;
  state[5] = 0x9b05688c;
  state[6] = 0x1f83d9ab;
  state[7] = 0x5be0cd19;
  for (int32_t round = 0; round < rounds; round++)
    for (int32_t from = 0; from < 4096; from += 64) block(from);
  uint32_t sum = 0;
  for (int32_t index = 0; index < 8; index++) sum ^= state[index];
  return (int32_t)sum;
}
