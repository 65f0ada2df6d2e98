/** `cantrip run`, as a process: console, input, limits, faults, traces, and a kernel of one's own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bareCommand } from '../support/bare-command.js';
import { bare } from '../support/bare-programs.js';
import type { Finished } from '../support/command-under-test.js';
import { tinyProgram } from '../support/tiny-program.js';

const { cantrip, file, folder } = bareCommand('cli-run');

describe('cantrip run', () => {
  it('prints the console text to stdout and everything else to stderr', async () => {
    const { code, stdout, stderr } = await cantrip(['run', 'good.S', ...bare]);
    assert.equal(stdout, 'one two\n');
    assert.match(stderr, /^The guest switched the machine off\. \(\d+ instructions\)\n$/);
    assert.equal(code, 0);
  });

  it('exits with 1 when the guest reports failure', async () => {
    const { code, stderr } = await cantrip(['run', 'bad.S', ...bare]);
    assert.match(stderr, /reported failure with code 3/);
    assert.equal(code, 1);
  });

  it('stops in the middle of a line when --until matches, at the same instruction each time', async () => {
    const argv = ['run', 'good.S', ...bare, '--until', 'one t', '--json'];
    const [first, second] = await Promise.all([cantrip(argv), cantrip(argv)]);
    assert.equal(first.code, 0);
    assert.equal(first.stdout, second.stdout);
    const document = JSON.parse(first.stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), [
      'exit',
      'reason',
      'instructions',
      'cycles',
      'console',
      'faults',
    ]);
    assert.deepEqual([document['exit'], document['reason']], [0, 'until']);
    assert.equal(document['console'], 'one t');
    assert.deepEqual(document['faults'], []);
  });

  it('exits with 1 when the guest ends before --until matches', async () => {
    const { code } = await cantrip(['run', 'good.S', ...bare, '--until', 'three']);
    assert.equal(code, 1);
  });

  it('stops after exactly --max-instructions with 3', async () => {
    const argv = ['run', 'loop.S', '--max-instructions', '1234567', '--json'];
    const { code, stdout } = await cantrip(argv);
    assert.equal(code, 3);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([document['reason'], document['instructions']], ['limit', 1234567]);
  });

  it('feeds the guest from --input, from --input-file and from a pipe', async () => {
    file('keys.txt', 'abcx');
    const runs = await Promise.all([
      cantrip(['run', 'echo.S', ...bare, '--input', 'abcx']),
      cantrip(['run', 'echo.S', ...bare, '--input-file', 'keys.txt']),
      cantrip(['run', 'echo.S', ...bare], 'abcx'),
    ]);
    for (const { code, stdout } of runs) {
      assert.equal(stdout, 'abcx');
      assert.equal(code, 0);
    }
  });

  it('ends with a sentence when the guest waits and there is no more input', async () => {
    file('wait.S', '.globl _start\n_start: wfi\n j _start\n');
    const { code, stderr } = await cantrip(['run', 'wait.S', ...bare]);
    assert.match(stderr, /waits for input, and there is no more/);
    assert.equal(code, 0);
  });

  it('ends with a sentence when the guest never asks for the bundle that it is to have', async () => {
    file('wait.S', '.globl _start\n_start: wfi\n j _start\n');
    const { code, stderr } = await cantrip(
      ['run', 'wait.S', ...bare, '--install', 'wait.S'],
      'abc',
    );
    assert.match(stderr, /The bundle is not installed: no prompt came\.$/m);
    assert.equal(code, 1);
  });

  it('builds the application that it is to install, and tells what is wrong with it', async () => {
    file('app/cantrip.json', '{ "program": "app.S", "app": { "manifest": "manifest" } }');
    file('app/manifest', 'name = it\n');
    file('app/app.S', '.globl main\nmain:\n  adi a0, a0, 1\n');
    const argv = ['run', 'wait.S', ...bare, '--install', 'app'];
    file('wait.S', '.globl _start\n_start: wfi\n j _start\n');
    const wrong = await cantrip(argv);
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /^app\/app\.S:3:3: error: .*adi/);
    file('app/app.S', '.globl main\nmain: ret\n');
    assert.match((await cantrip(argv)).stderr, /The bundle is not installed: no prompt came\.$/m);
    file('app/cantrip.json', '{ "program": "app.S" }');
    file('app/app.S', '.globl _start\n_start: j _start\n');
    const { code, stderr } = await cantrip(argv);
    assert.equal(code, 2);
    assert.match(stderr, /Only an application can be installed, and app is none/);
  });

  it('reports a fault that nobody handles and exits with 1', async () => {
    file('crash.S', '.globl _start\n_start: sw zero, 16(zero)\n');
    const { code, stderr } = await cantrip(['run', 'crash.S']);
    assert.match(
      stderr,
      /^crash\.S:2:\d+: The thread rootserver faulted at 0x00010000 in _start and nobody/m,
    );
    assert.equal(code, 1);
  });

  it('has each fault in its JSON document, with the words of its text', async () => {
    file('crash.S', '.globl _start\n_start: sw zero, 16(zero)\n');
    file('wild.S', '.globl _start\n_start: jr zero\n');
    const [crash, wild] = await Promise.all(
      ['crash.S', 'wild.S'].map((source) => cantrip(['run', source, '--json'])),
    );
    const faultOf = (finished: Finished | undefined): Record<string, unknown> => {
      const { reason, faults } = JSON.parse(finished?.stdout ?? '') as {
        reason: string;
        faults: Record<string, unknown>[];
      };
      assert.deepEqual([reason, faults.length], ['fault', 1]);
      const { text, ...rest } = faults[0] ?? {};
      assert.ok(finished?.stderr.startsWith(`${String(text)}\n`), finished?.stderr);
      return rest;
    };
    const fault = { thread: 'rootserver', kind: 'VMFault', handled: false };
    const place = { file: 'crash.S', line: 2, column: 1 };
    assert.deepEqual(faultOf(crash), { ...fault, address: '0x00010000', ...place });
    assert.deepEqual(faultOf(wild), { ...fault, address: '0x00000000' }, 'where no line is');
  });

  it('traces instructions to stderr', async () => {
    const argv = ['run', 'loop.S', '--trace', 'instructions', '--max-instructions', '2'];
    const { stdout, stderr } = await cantrip(argv);
    assert.equal(stdout, '');
    assert.match(stderr, /^ +0 {2}0x00010000 .*\n +1 {2}0x00010000 /);
  });

  it('traces traps to the kernel with their cause', async () => {
    file('crash.S', '.globl _start\n_start: sw zero, 16(zero)\n');
    const { stderr } = await cantrip(['run', 'crash.S', '--trace', 'traps']);
    assert.match(
      stderr,
      /^ +0 {2}trap at 0x00010000: .*[Ss]tore.* page fault, value 0x00000010, to the kernel$/m,
    );
  });

  it('traces what the kernel refuses, with the reason, and nothing else', async () => {
    file(
      'refused.S',
      `.globl _start
_start: li a0, 1
        li a1, 0x7f000
        li a7, -1
        ecall
        li a7, -14
        ecall
`,
    );
    const { stderr } = await cantrip(['run', 'refused.S', '--trace', 'refusal']);
    const lines = stderr.split('\n').filter((line) => /^ +\d+ {2}/.test(line));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0] ?? '', /rootserver: label 127 was refused with IllegalOperation: /);
  });

  it('writes the signature of an architecture test', async () => {
    file(
      'signature.S',
      `.equ VERDICT, 0x5555
.include "speak.S"
.data
.globl begin_signature, end_signature
begin_signature: .word 0x12345678, 1
end_signature: .word 2
`,
    );
    const { code } = await cantrip(['run', 'signature.S', ...bare, '--signature', 'out/sig']);
    assert.equal(code, 0);
    assert.equal(readFileSync(path.join(folder(), 'out/sig'), 'utf8'), '12345678\n00000001\n');
  });
});

describe('cantrip run --kernel FILE', () => {
  /** An ELF file with one segment, linked as seL4 is: high in virtual memory, in RAM physically. */
  function kernelElf(code: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(0x1000 + code.length);
    const view = new DataView(bytes.buffer);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    [2, 243].forEach((value, index) => {
      view.setUint16(16 + 2 * index, value, true);
    });
    const entry = 0xffa0_0000;
    [1, entry, 52, 0, 0].forEach((value, index) => {
      view.setUint32(20 + 4 * index, value, true);
    });
    [52, 32, 1, 40, 0, 0].forEach((value, index) => {
      view.setUint16(40 + 2 * index, value, true);
    });
    const size = code.length;
    [1, 0x1000, entry, 0x8020_0000, size, size, 5, 0x1000].forEach((value, index) => {
      view.setUint32(52 + 4 * index, value, true);
    });
    bytes.set(code, 0x1000);
    return bytes;
  }

  it('boots the kernel in supervisor mode with the program as its root task', async () => {
    // It prints the first byte of the root task, through its own window of memory, and switches off.
    const code = tinyProgram(`
      li t0, 0x7f800000
      add t0, t0, a0
      lw a0, 0(t0)
      li a7, 1
      ecall
      li a7, 8
      ecall`);
    file('kernel.elf', kernelElf(code));
    file('task.S', '.globl _start\n_start: .word 0x4b\n');
    const options = ['--kernel', 'kernel.elf', '--board', 'virt', '--memory', '4M'];
    const { code: exit, stdout, stderr } = await cantrip(['run', 'task.S', ...options]);
    assert.equal(exit, 0, stderr);
    assert.equal(stdout, 'K');
    const views = await cantrip(['threads', 'task.S', ...options, '--at', '1']);
    assert.match(views.stdout, /hart 0/, 'it has no debug information and no threads');
  });

  it('of a file that is no kernel is reported like any other source', async () => {
    file('broken.elf', Buffer.from('\x7fELF'));
    const { code, stderr } = await cantrip(['run', 'loop.S', '--kernel', 'broken.elf']);
    assert.equal(code, 1);
    assert.match(stderr, /^broken\.elf:byte \d+: error: /);
  });
});
