/** The commands that look into a system which was booted, as processes: threads, capabilities, authority, devices, memory. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bareCommand } from '../support/bare-command.js';
import { bare } from '../support/bare-programs.js';

const { cantrip, file } = bareCommand('cli-views');

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

describe('cantrip devices', () => {
  it('prints the registers of each device by name, with their fields', async () => {
    const { code, stdout } = await cantrip(['devices', 'loop.S', '--at', '100']);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^uart {2}0x54000000, 4096 bytes, interrupts 1, 2, 3, 4, 5, 6, 7, 8\n {2}0x54000000 {2}INTR_STATE +0x\w{8} {2}tx_watermark=/m,
    );
    assert.match(stdout, /^ {2}0x54000014 {2}STATUS +0x0000003c {2}.*\bRXEMPTY=1\b/m);
    assert.match(stdout, /^ {2}0x5400001c {2}WDATA +\(write-only\)$/m);
    assert.match(stdout, /^ {2}0x54000008 {2}INTR_TEST +\(write-only\)$/m);
    assert.match(stdout, /^ml_memory {2}0x5a000000, 4194304 bytes, memory$/m);
    assert.match(stdout, /^ {2}0x60000000 {2}PRIO\[0\.\.\d+\] +0x00000000$/m);
  });

  it('is what a bare program did to them, as JSON', async () => {
    file(
      'loopback.S',
      '.globl _start\n_start: li s0, 0x10000000\nli t0, 16\nsb t0, 4(s0)\n1: j 1b\n',
    );
    const { stdout } = await cantrip(['devices', 'loopback.S', ...bare, '--at', '100', '--json']);
    const document = JSON.parse(stdout) as {
      instructions: number;
      devices: { name: string; registers: { name: string; value?: number; reset?: number }[] }[];
    };
    assert.equal(document.instructions, 100);
    const uart = document.devices.find(({ name }) => name === 'uart');
    const control = uart?.registers.find(({ name }) => name === 'MCR');
    assert.deepEqual([control?.value, control?.reset], [16, 0]);
    const sent = uart?.registers.find(({ name }) => name === 'THR');
    assert.ok(sent);
    assert.equal(sent.value, undefined);
  });

  it('has nothing to print of a program that does not build', async () => {
    file('unbuilt.S', 'nonsense\n');
    const { code, stdout, stderr } = await cantrip(['devices', 'unbuilt.S']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /unbuilt\.S/);
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
