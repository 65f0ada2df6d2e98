/**
 * The command line's contract (design, section 5), by running the command as a process: what goes to which
 * stream, the exit codes, the JSON documents, and that bad input is a diagnostic and never a stack trace.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bareCommand } from '../support/bare-command.js';
import { bare } from '../support/bare-programs.js';

const { cantrip, file, folder } = bareCommand('cli');

describe('cantrip', () => {
  it('shows its commands for --help and its version for --version', async () => {
    const help = await cantrip(['--help']);
    assert.equal(help.code, 0);
    for (const name of [
      'build',
      'run',
      'check',
      'asm',
      'link',
      'objdump',
      'caps',
      'threads',
      'devices',
    ])
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

describe('cantrip build', () => {
  it('names files by their whole paths with --absolute-paths, and no others', async () => {
    file('twice.S', '.globl _start\n_start: nop\n_start: bogus\n');
    file(
      'unknown.camkes',
      'import <std_connector.camkes>;\nassembly { composition { component Ghost g; } }\n',
    );
    for (const name of ['twice.S', 'unknown.camkes']) {
      const plain = await cantrip(['build', name]);
      const whole = await cantrip(['build', name, '--absolute-paths']);
      assert.equal(whole.code, 1);
      assert.match(plain.stderr, new RegExp(`^${name}:`, 'm'));
      const prefix = `${folder().replaceAll('\\', '/')}/`;
      assert.equal(
        whole.stderr,
        plain.stderr.replaceAll(new RegExp(`^(?=${name}:)`, 'gm'), prefix),
      );
    }
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
    assert.equal(existsSync(path.join(folder(), 'edited.elf')), false);
    // The name of a file that was read, or a source that is not there, is a slip.
    await cantrip(['build', 'edited.S', '-o', 'edited.S']);
    await cantrip(['build', 'editet.S', '-o', 'loop.S']);
    assert.equal(existsSync(path.join(folder(), 'edited.S')), true);
    assert.equal(existsSync(path.join(folder(), 'loop.S')), true);
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
    const whole = readFileSync(path.join(folder(), 'whole.elf'));
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
    rmSync(path.join(folder(), 'cantrip.json'));
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
