/** GCC for RISC-V, where it is installed: objects of C sources, in memory. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const names = ['riscv64-unknown-elf-gcc', 'riscv32-unknown-elf-gcc'];

export const cCompiler: string | undefined = names.find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** Throws when the source is wrong, with what the compiler says. */
export function compileC(
  compiler: string,
  source: string,
  headers: Readonly<Record<string, string>>,
  options: readonly string[] = ['-O1'],
): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-c-'));
  try {
    const input = path.join(folder, 'source.c');
    const output = path.join(folder, 'source.o');
    writeFileSync(input, source);
    for (const [name, text] of Object.entries(headers)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    execFileSync(compiler, [
      ...['-march=rv32imac', '-mabi=ilp32', '-ffreestanding', '-Wall', '-Werror', ...options],
      ...[`-I${folder}`, '-c', input, '-o', output],
    ]);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
