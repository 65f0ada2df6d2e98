// Records the debug sections of small programs of GCC and Rust, and the rows that GNU readelf sees in them,
// into foreign-lines.json, which debug-lines.test.ts compares our reader with. By hand, where the GNU tools
// and rustc (with RUSTC_BOOTSTRAP, for a program without the core library) are installed:
//   node test/unit/toolchain/dwarf/record-foreign-lines.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const c = `static int square(int x) { return x * x; }
int total;
int _start(int count) {
  for (int i = 0; i < count; i++)
    total += square(i);
  return total;
}
`;
const rust = `#![no_core]
#![no_std]
#![feature(no_core, lang_items)]
#![allow(internal_features)]
#[lang = "pointee_sized"] trait PointeeSized {}
#[lang = "meta_sized"] trait MetaSized: PointeeSized {}
#[lang = "sized"] trait Sized: MetaSized {}
#[lang = "copy"] trait Copy {}
impl Copy for u32 {}
#[no_mangle]
pub extern "C" fn pick(a: u32, b: u32) -> u32 {
    let x = a;
    b
}
#[no_mangle]
pub extern "C" fn _start() -> u32 {
    pick(1, 2)
}
`;

// A fixed folder, because its name is in the debug information.
const folder = '/tmp/foreign-lines';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(path.join(folder, 'a.c'), c);
writeFileSync(path.join(folder, 'a.rs'), rust);
const run = (name, ...argv) =>
  execFileSync(name, argv, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, RUSTC_BOOTSTRAP: '1' },
  });
const gnu = (name, ...argv) => run(`riscv64-unknown-elf-${name}`, ...argv);

function record(title, object) {
  gnu('ld', '-m', 'elf32lriscv', '-Ttext=0x10000', '-o', 'linked', object);
  const sections = {};
  for (const name of ['line', 'line_str', 'str', 'info', 'abbrev']) {
    const section = `.debug_${name}`;
    try {
      gnu(
        'objcopy',
        '-O',
        'binary',
        '-j',
        section,
        `--set-section-flags=${section}=alloc`,
        'linked',
        'x',
      );
    } catch {
      continue;
    }
    const bytes = readFileSync(path.join(folder, 'x'));
    if (bytes.length > 0) sections[section] = bytes.toString('base64');
  }
  const rows = [];
  for (const line of gnu('readelf', '--debug-dump=decodedline', 'linked').split('\n')) {
    const match = /^\S+\s+(\d+|-)\s+(0x[0-9a-f]+|0)\b/.exec(line);
    if (match) rows.push([Number(match[2]), match[1] === '-' ? 'end' : Number(match[1])]);
  }
  return { title, file: `${folder}/${object.startsWith('rust') ? 'a.rs' : 'a.c'}`, sections, rows };
}

const recorded = [];
for (const version of [2, 3, 4, 5]) {
  const flags = ['-march=rv32imac', '-mabi=ilp32', '-O1', '-c'];
  gnu('gcc', ...flags, `-gdwarf-${version}`, 'a.c', '-o', 'gcc.o');
  recorded.push(record(`GCC, DWARF ${version}`, 'gcc.o'));
}
for (const version of [2, 4, 5]) {
  const target = ['--target', 'riscv32imac-unknown-none-elf', '--crate-type', 'lib', '--emit=obj'];
  run('rustc', ...target, '-g', '-Z', `dwarf-version=${version}`, 'a.rs', '-o', 'rust.o');
  recorded.push(record(`Rust, DWARF ${version}`, 'rust.o'));
}
rmSync(folder, { recursive: true });
const output = path.join(import.meta.dirname, 'foreign-lines.json');
writeFileSync(output, `${JSON.stringify(recorded, undefined, 1)}\n`);
console.log(`Recorded ${recorded.length} programs in ${output}.`);
