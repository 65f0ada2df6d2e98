// Records what GCC tells a debugger of the program below into debug-vectors.json, which
// debug-information.test.ts reads. Run it by hand where the GNU tools are installed:
//   node test/unit/toolchain/dwarf/record-debug-vectors.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const source = `struct point { int x, y; struct point *next; unsigned kind : 3, rest : 5; };
enum colour { RED = 3, BLUE = 9 };
typedef unsigned long long wide;
static int counter = 5;
struct point origin = { 1, 2, 0, 5, 1 };
const char *const names[2] = { "one", "two" };

static inline int twice(int n) { int m = n + n; return m; }

__attribute__((noinline)) int add(const struct point *p, int n, wide w) {
  int sum = p->x + p->y;
  for (int i = 0; i < n; i++) {
    int step = twice(i);
    sum += step;
  }
  counter += (int)w;
  return sum;
}

void run(void) {
  int numbers[3] = { 4, 5, 6 };
  enum colour c = BLUE;
  struct point here = { 10, -20, &origin, 2, 3 };
  volatile int result = add(&here, numbers[1], 0x100000002ull) + c;
  for (;;) result++;
}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'debug-vectors-'));
writeFileSync(path.join(folder, 'add.c'), source);
const objects = {};
for (const flags of ['-O0 -gdwarf-5', '-O2 -gdwarf-4']) {
  const machine = ['-march=rv32imac', '-mabi=ilp32', '-ffreestanding'];
  const argv = [...machine, ...flags.split(' '), `-ffile-prefix-map=${folder}=/src`, '-c', 'add.c'];
  execFileSync('riscv64-unknown-elf-gcc', argv, { cwd: folder });
  objects[flags] = readFileSync(path.join(folder, 'add.o')).toString('base64');
}
rmSync(folder, { recursive: true });
const output = path.join(import.meta.dirname, 'debug-vectors.json');
writeFileSync(output, `${JSON.stringify({ source: source.split('\n'), objects }, undefined, 1)}\n`);
console.log(`Recorded ${Object.keys(objects).length} objects in ${output}.`);
