/**
 * The command line's contract (design, section 5), by running the command as a process: what goes to which
 * stream, the exit codes, the JSON documents, and that bad input is a diagnostic and never a stack trace.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tinyProgram } from '../support/tiny-program.js';
import {
  commandUnderTest,
  type CommandUnderTest,
  type Finished,
} from '../support/command-under-test.js';

let command: CommandUnderTest;
let folder = '';
const cantrip = (argv: readonly string[], stdin = ''): Promise<Finished> =>
  command.run(argv, stdin);
const file = (name: string, content: string | Uint8Array): string => command.file(name, content);

/** Echoes the NS16550's input until an x. */
const echo = `.globl _start
_start: li s0, 0x10000000
1: lbu t0, 5(s0)
  andi t0, t0, 1
  beqz t0, 1b
  lbu a0, (s0)
  sb a0, (s0)
  li t1, 'x'
  bne a0, t1, 1b
  li t0, 0x100000
  li t1, 0x5555
  sw t1, (t0)
2: j 2b
`;

before(() => {
  command = commandUnderTest('cli');
  folder = command.folder;
  // Bare on the virt board: the UART is at 0x10000000, the test device at 0x100000.
  file(
    'speak.S',
    `.globl _start
_start: li s0, 0x10000000
  la s1, text
1: lbu a0, (s1)
  beqz a0, 2f
  sb a0, (s0)
  addi s1, s1, 1
  j 1b
2: li t0, 0x100000
  li t1, VERDICT
  sw t1, (t0)
3: j 3b
  .section .rodata
text: .asciz "one two\\n"
`,
  );
  file('good.S', '.equ VERDICT, 0x5555\n.include "speak.S"\n');
  file('bad.S', '.equ VERDICT, 0x33333\n.include "speak.S"\n');
  file('echo.S', echo);
  file('loop.S', '.globl _start\n_start: j _start\n');
});

const bare = ['--board', 'virt', '--kernel', 'none'];

after(() => {
  command.remove();
});

describe('cantrip', () => {
  it('shows its commands for --help and its version for --version', async () => {
    const help = await cantrip(['--help']);
    assert.equal(help.code, 0);
    for (const name of ['build', 'run', 'check', 'asm', 'link', 'objdump', 'caps', 'threads'])
      assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
    const version = await cantrip(['--version']);
    assert.match(version.stdout, /^cantrip \d+\.\d+\.\d+\n$/);
  });

  it('exits with 2 and a sentence on wrong usage', async () => {
    const cases = [
      { argv: ['fly'], sentence: 'cantrip: there is no command fly.' },
      { argv: ['run', '--fast', 'a.S'], sentence: 'There is no option --fast.' },
      { argv: ['run'], sentence: 'Name what to work on' },
      { argv: ['run', 'a.S', '--board'], sentence: 'The option --board needs a value' },
      { argv: ['run', 'a.S', '--board', 'x'], sentence: 'is nexus or virt, not x' },
      { argv: ['run', 'a.S', '--kernel', 'k.elf'], sentence: 'k.elf cannot be read' },
      { argv: ['run', 'a.S', '--memory', '5'], sentence: 'a multiple of 4 KiB' },
      { argv: ['run', 'a.S', '--until', '('], sentence: 'not a regular expression' },
      { argv: ['run', 'a.S', '--trace', 'smell'], sentence: 'not smell' },
      { argv: ['run', 'a.S', '--domains', '0'], sentence: 'from 1 to 256, not 0' },
      { argv: ['run', 'a.S', '--max-instructions', 'many'], sentence: 'a whole number' },
    ];
    await Promise.all(
      cases.map(async ({ argv, sentence }) => {
        const { code, stdout, stderr } = await cantrip(argv);
        assert.equal(code, 2, argv.join(' '));
        assert.equal(stdout, '');
        assert.ok(stderr.includes(sentence), stderr);
      }),
    );
  });
});

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
    ]);
    assert.deepEqual([document['exit'], document['reason']], [0, 'until']);
    assert.equal(document['console'], 'one t');
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

  it('reports a fault that nobody handles and exits with 1', async () => {
    file('crash.S', '.globl _start\n_start: sw zero, 16(zero)\n');
    const { code, stderr } = await cantrip(['run', 'crash.S', '--json']);
    assert.match(stderr, /rootserver faulted at 0x00010000/);
    assert.equal(code, 1);
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
    assert.equal(readFileSync(path.join(folder, 'out/sig'), 'utf8'), '12345678\n00000001\n');
  });
});

describe('cantrip build, asm, link and objdump', () => {
  it('build an ELF file that runs', async () => {
    const built = await cantrip(['build', 'good.S', ...bare, '-o', 'good.elf']);
    assert.equal(built.code, 0);
    assert.equal(built.stdout, '');
    const { code, stdout } = await cantrip(['run', 'good.elf']);
    assert.equal(stdout, 'one two\n');
    assert.equal(code, 0);
  });

  it('leave no ELF file of an earlier build behind when there are errors now', async () => {
    file('edited.S', '.globl _start\n_start: j _start\n');
    await cantrip(['build', 'edited.S', '-o', 'edited.elf']);
    file('edited.S', '.globl _start\n_start: jj _start\n');
    const { code, stderr } = await cantrip(['build', 'edited.S', '-o', 'edited.elf']);
    assert.equal(code, 1);
    assert.match(stderr, /edited\.elf was made by an earlier build: it is removed/);
    assert.equal(existsSync(path.join(folder, 'edited.elf')), false);
    // The name of a file that was read, or a source that is not there, is a slip.
    await cantrip(['build', 'edited.S', '-o', 'edited.S']);
    await cantrip(['build', 'editet.S', '-o', 'loop.S']);
    assert.equal(existsSync(path.join(folder, 'edited.S')), true);
    assert.equal(existsSync(path.join(folder, 'loop.S')), true);
  });

  it('make the same program of an object that was assembled before', async () => {
    assert.equal((await cantrip(['asm', 'good.S', '-o', 'good.o'])).code, 0);
    const argv = ['link', 'good.o', '-o', 'linked.elf', '--text-base', '0x80000000'];
    assert.equal((await cantrip(argv)).code, 0);
    const { stdout } = await cantrip(['run', 'linked.elf']);
    assert.equal(stdout, 'one two\n');
  });

  it('show a listing and the instructions', async () => {
    const listing = await cantrip(['asm', 'loop.S', '--listing']);
    assert.match(listing.stdout, /^00000000 {2}\w+ +loop\.S:2 +_start: j _start$/m);
    const dump = await cantrip(['objdump', 'loop.S']);
    assert.match(dump.stdout, /00010000 <_start>:\n +10000: {2}\w+ +c?\.?j(al)? .*_start/);
  });

  it('print one JSON document', async () => {
    const { stdout } = await cantrip(['build', 'loop.S', '--json']);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(document['exit'], 0);
    assert.equal(document['entry'], '0x00010000');
    assert.deepEqual(document['diagnostics'], []);
  });
});

describe('bad input', () => {
  /** Runs, and checks what holds for every bad input. Gives the first line of stderr. */
  async function refused(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await cantrip(argv);
    assert.equal(code, 1, stderr);
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /^ +at /m);
    return stderr.split('\n')[0] ?? '';
  }

  it('of an unknown instruction is reported with file, line and column', async () => {
    file('unknown.S', '.globl _start\n_start:\n  adi a0, a0, 1\n');
    assert.match(await refused('build', 'unknown.S'), /^unknown\.S:3:3: error: .*adi/);
    assert.match(await refused('run', 'unknown.S'), /^unknown\.S:3:3: error: /);
    assert.match(await refused('check', 'unknown.S'), /^unknown\.S:3:3: error: /);
    assert.match(await refused('asm', 'unknown.S'), /^unknown\.S:3:3: error: /);
  });

  it('of a symbol that is defined twice is reported at the second definition', async () => {
    file('twice.S', '.globl _start\n_start:\nx: nop\nx: nop\n');
    const { code, stderr } = await cantrip(['build', 'twice.S']);
    assert.equal(code, 1);
    assert.match(stderr, /^twice\.S:4:1: error: .*\ntwice\.S:3:1: note: /);
  });

  it('of a symbol that is not defined is reported where it is used', async () => {
    file('undefined.S', '.globl _start\n_start: call nobody\n');
    assert.match(
      await refused('run', 'undefined.S'),
      /^undefined\.S:2:14: error: `nobody` is not defined/,
    );
  });

  it('of a missing file is reported by its name', async () => {
    assert.match(await refused('run', 'gone.elf'), /^gone\.elf:1:1: error: There is no such file/);
    assert.match(await refused('link', 'gone.o'), /^gone\.o:1:1: error: There is no such file/);
  });

  it('of a truncated or foreign ELF is reported with the byte offset', async () => {
    await cantrip(['build', 'loop.S', '-o', 'whole.elf']);
    const whole = readFileSync(path.join(folder, 'whole.elf'));
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(whole);
      copy[at] = value;
      return copy;
    };
    file('cut.elf', whole.subarray(0, 100));
    file('class.elf', changed(4, 2));
    file('endian.elf', changed(5, 2));
    file('machine.elf', changed(18, 62));
    assert.match(await refused('run', 'cut.elf'), /^cut\.elf:byte \d+: error: .*truncated/);
    assert.match(await refused('run', 'class.elf'), /^class\.elf:byte 4: error: .*64-bit/);
    assert.match(await refused('run', 'endian.elf'), /^endian\.elf:byte 5: error: .*big-endian/);
    assert.match(await refused('run', 'machine.elf'), /^machine\.elf:byte 18: error: /);
  });

  it('of an image larger than the RAM names both sizes', async () => {
    file('large.S', '.globl _start\n_start: ret\n.bss\n.zero 0x500000\n');
    const line = await refused('run', 'large.S');
    assert.match(line, /^large\.S:1:1: error: .*52\d{5} bytes.*4194304.*\[image-too-large\]$/);
  });

  it('in cantrip.json is reported at the setting', async () => {
    file('cantrip.json', '{ "program": "loop.S",\n  "board": "moon" }');
    assert.match(await refused('build', '.'), /^cantrip\.json:2:12: error: /);
    rmSync(path.join(folder, 'cantrip.json'));
  });

  it('of an output that cannot be written is a sentence', async () => {
    assert.match(await refused('build', 'loop.S', '-o', 'loop.S/x'), /^cantrip build: /);
  });
});

describe('cantrip check', () => {
  it('exits with 0 and prints nothing when nothing is wrong', async () => {
    assert.deepEqual(await cantrip(['check', 'loop.S']), { code: 0, stdout: '', stderr: '' });
  });

  it('prints the diagnostics as JSON with ranges that count from zero', async () => {
    file('unknown.S', '.globl _start\n_start:\n  adi a0, a0, 1\n');
    const { code, stdout } = await cantrip(['check', 'unknown.S', '--format', 'json']);
    assert.equal(code, 1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Record<string, unknown>[] };
    const { message, ...first } = diagnostics[0] ?? {};
    assert.equal(typeof message, 'string');
    assert.deepEqual(first, {
      file: 'unknown.S',
      range: { start: { line: 2, character: 2 }, end: { line: 2, character: 5 } },
      severity: 'error',
      code: 'unknown-instruction',
      related: [],
    });
  });

  it('prints SARIF 2.1.0 with regions that count from one', async () => {
    file('unknown.S', '.globl _start\n_start:\n  adi a0, a0, 1\n');
    const { stdout } = await cantrip(['check', 'unknown.S', '--format=sarif']);
    const log = JSON.parse(stdout) as {
      version: string;
      runs: { results: { locations: { physicalLocation: { region: unknown } }[] }[] }[];
    };
    assert.equal(log.version, '2.1.0');
    assert.deepEqual(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.region, {
      startLine: 3,
      startColumn: 3,
      endLine: 3,
      endColumn: 6,
    });
  });
});

describe('cantrip threads and caps', () => {
  it('show the root task and its capability space', async () => {
    const threads = await cantrip(['threads', 'loop.S', '--at', '100', '--json']);
    const document = JSON.parse(threads.stdout) as {
      instructions: number;
      threads: { name: string; isCurrent: boolean }[];
    };
    assert.equal(document.instructions, 100);
    assert.deepEqual(
      document.threads.map(({ name, isCurrent }) => [name, isCurrent]),
      [['rootserver', true]],
    );
    const caps = await cantrip(['caps', 'loop.S', '--at', '1us']);
    assert.match(caps.stdout, /^CSpace of rootserver: .*\n {2}0x001 +TCB 0x/);
    const graph = await cantrip(['caps', 'loop.S', '--at', '1us', '--dot']);
    assert.match(graph.stdout, /^digraph capabilities \{/);
  });
});

describe('cantrip authority', () => {
  it('lists what each thread can do, and exits by whether one is confined from another', async () => {
    const sample = path.resolve('extension/samples/hello');
    const { stdout } = await cantrip(['authority', sample, '--trust', 'rootserver', '--json']);
    const { components } = JSON.parse(stdout) as {
      components: { name: string; reachableCapabilities: number; reaches: unknown[] }[];
    };
    assert.deepEqual(
      components.map(({ name }) => name),
      ['rootserver', 'pinger'],
    );
    assert.equal(components[1]?.reachableCapabilities, 2);
    const [from, to] = ['pinger', 'rootserver'];
    const path1 = await cantrip(['authority', sample, '--from', from, '--to', to]);
    assert.equal(path1.code, 1);
    assert.match(path1.stdout, /^pinger is not confined from rootserver \(message\):\n {2}1\. /);
    assert.equal((await cantrip(['authority', sample, '--from', from])).code, 2);
    assert.match(
      (await cantrip(['authority', sample, '--from', 'x', '--to', to])).stderr,
      /There is no component or thread x; there are: rootserver, pinger\./,
    );
  });
});

describe('cantrip memory and the trace of kernel steps', () => {
  it('show untyped memory, and what each address space maps', async () => {
    const { stdout } = await cantrip(['memory', 'loop.S', '--at', '100']);
    assert.match(stdout, /^0x\w{8} {2}untyped, \d+ bytes, \d+ free {2}rootserver 0x0\w\w$/m);
    assert.match(stdout, /^Address space 1 of rootserver, root 0x\w{8}\n {2}0x00010000 {2}rwx /m);
    const json = await cantrip(['memory', 'loop.S', '--at', '100', '--json']);
    const document = JSON.parse(json.stdout) as { untypeds: unknown[]; addressSpaces: unknown[] };
    assert.ok(document.untypeds.length > 0 && document.addressSpaces.length === 1);
  });

  it('print messages, invocations and derivations', async () => {
    const sample = path.resolve('extension/samples/hello');
    const { stderr } = await cantrip([
      ...['run', sample, '--exit-on-idle', '--trace', 'steps', '--input', ''],
    ]);
    assert.match(
      stderr,
      /^ +\d+ {2}rootserver invoked UntypedRetype on capability 0x\w+ \(untyped\)$/m,
    );
    assert.match(stderr, /^ +\d+ {2}message from pinger to rootserver through endpoint 0x\w{8}: /m);
  });

  it('tell what the root server of a system did', async () => {
    const sample = path.resolve('extension/samples/asm');
    const { stderr } = await cantrip([
      ...['run', sample, '--exit-on-idle', '--trace', 'loader', '--input', ''],
    ]);
    assert.match(
      stderr,
      /^ +\d+ {2}The root server made \d+ objects, placed \d+ capabilities, filled \d+ frames, mapped \d+, and set up 5 threads, of which it started 5: \d+ instructions, \d+ cycles\.$/m,
    );
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
