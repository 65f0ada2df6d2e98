/**
 * GDB, where it is installed, on a program that stands still: a few packets of its remote protocol answer what it asks
 * of registers and memory, so that it shows what it finds in the debug information that we write.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const names = ['gdb-multiarch', 'riscv64-unknown-elf-gdb', 'riscv32-unknown-elf-gdb'];

export const gdb: string | undefined = names.find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

export interface StoppedProgram {
  readonly elf: Uint8Array;
  /** x0 to x31, and pc. */
  readonly registers: readonly number[];
  /** Bytes from an address on; fewer where nothing is mapped. */
  readonly memory: (address: number, count: number) => Uint8Array;
}

/** What GDB prints for each of the commands. */
export async function askGdb(
  program: string,
  stopped: StoppedProgram,
  commands: readonly string[],
): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-gdb-'));
  const server = createServer((socket) => {
    serve(socket, stopped);
  });
  try {
    const file = path.join(folder, 'program.elf');
    writeFileSync(file, stopped.elf);
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const mark = '=====';
    const script = commands.flatMap((command) => ['-ex', `echo ${mark}`, '-ex', command]);
    const options = ['-nx', '-batch', '-ex', `target remote 127.0.0.1:${port}`, ...script, file];
    const output = await new Promise<string>((resolve) => {
      execFile(program, options, { encoding: 'utf8' }, (_error, stdout, stderr) => {
        resolve(stdout.includes(mark) ? stdout : `${stdout}${stderr}`);
      });
    });
    return output
      .split(mark)
      .slice(1)
      .map((part) => part.trim());
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function serve(socket: Socket, stopped: StoppedProgram): void {
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    for (;;) {
      const packet = /^[+-]*\$([^#]*)#../.exec(text);
      if (packet === null) return;
      text = text.slice(packet[0].length);
      const answer = answerTo(packet[1] ?? '', stopped);
      const sum = Buffer.from(answer, 'latin1').reduce((total, each) => (total + each) & 0xff, 0);
      socket.write(`+$${answer}#${sum.toString(16).padStart(2, '0')}`);
    }
  });
}

function answerTo(packet: string, { registers, memory }: StoppedProgram): string {
  if (packet === '?') return 'S05';
  if (packet.startsWith('H') || packet.startsWith('D')) return 'OK';
  if (packet === 'qAttached') return '1';
  if (packet === 'g') return registers.map(hexOfWord).join('');
  const read = /^m([0-9a-f]+),([0-9a-f]+)$/.exec(packet);
  if (read === null) return '';
  const bytes = memory(parseInt(read[1] ?? '', 16), parseInt(read[2] ?? '', 16));
  return bytes.length === 0 ? 'E01' : [...bytes].map(hexOfByte).join('');
}

const hexOfByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Little-endian. */
const hexOfWord = (word: number): string =>
  [0, 8, 16, 24].map((shift) => hexOfByte((word >>> shift) & 0xff)).join('');
