/** QEMU as a peer to measure against: present or not, and what user CPU time a bare-metal ELF takes on it. */
import { spawnSync } from 'node:child_process';

const program = 'qemu-system-riscv32';

/** `QEMU emulator version 7.2.0`; undefined where it is not installed. */
export function qemuVersion(): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /^QEMU emulator version \S+/.exec(stdout)?.[0] : undefined;
}

/** Seconds of user CPU time until the guest switches the machine off. */
export function timeQemu(elf: string): number {
  // Node does not tell the CPU time of a child, but a POSIX shell does: the second line of `times` is
  // user and system time of its children, as 0m1.23s.
  const command = `${program} -M virt -m 128M -bios none -nographic -icount shift=0 -kernel "$1" </dev/null >/dev/null && times`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command, 'sh', elf], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  const time = /\n(\d+)m([\d.]+)s /.exec(stdout);
  if (status !== 0 || time === null) throw new Error(`${program} failed: ${stderr.trim()}`);
  return Number(time[1]) * 60 + Number(time[2]);
}
