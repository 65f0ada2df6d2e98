/** The command line on capDL files: from the text to the running system and back. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { printSpec } from '../../runtime/toolchain/capdl/print.js';
import { buildBundle } from '../support/bundle.js';
import { cap, object, specOf } from '../support/loaded-system.js';
import { component, putChar, stop } from '../support/spec-component.js';

let folder = '';
let script = '';

const cantrip = (
  ...argv: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync(process.execPath, [script, ...argv], { cwd: folder, encoding: 'utf8' });

const hello = component('hello', {
  code: `li a0, 'h'\n${putChar}li a0, 'i'\n${putChar}${stop}`,
  slots: [[1, cap('ep', 'WP', { badge: 7n })]],
});
const spec = specOf([object('ep', 'ep'), ...hello.objects]);

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cantrip-capdl-'));
  script = buildBundle('cantrip', path.join(folder, 'bundle'));
  writeFileSync(path.join(folder, 'system.cdl'), printSpec(spec));
  writeFileSync(path.join(folder, 'other.cdl'), printSpec(spec).replace('badge: 7', 'badge: 8'));
  for (const [name, bytes] of hello.files) writeFileSync(path.join(folder, name), bytes);
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('cantrip on a capDL file', () => {
  it('runs the system', () => {
    const { stdout, status } = cantrip('run', 'system.cdl', '--until', 'hi');
    assert.equal(stdout, 'hi');
    assert.equal(status, 0);
  });

  it('builds an ELF file that runs by itself', () => {
    assert.equal(cantrip('build', 'system.cdl', '-o', 'system.elf').status, 0);
    assert.equal(readFileSync(path.join(folder, 'system.elf'))[0], 0x7f);
    assert.equal(cantrip('run', 'system.elf', '--until', 'hi').stdout, 'hi');
  });

  it('compares the live capabilities with it', () => {
    const { status, stdout } = cantrip('caps', 'system.cdl', '--compare', 'system.cdl');
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });

  it('tells what differs from another, and exits with 1', () => {
    const { status, stdout } = cantrip('caps', 'system.cdl', '--compare', 'other.cdl');
    assert.equal(stdout, 'Slot 0x1 of hello_cnode has badge 7 for ep; it should be 8.\n');
    assert.equal(status, 1);
    const json = cantrip('caps', 'system.cdl', '--compare', 'other.cdl', '--json');
    assert.deepEqual(JSON.parse(json.stdout), {
      exit: 1,
      differences: [{ object: 'hello_cnode', message: stdout.trim() }],
    });
  });

  it('makes the system without a program that is not there, and says so', () => {
    rmSync(path.join(folder, 'hello.bin'));
    const { status, stdout, stderr } = cantrip('run', 'system.cdl', '--exit-on-idle');
    assert.equal(stdout, '');
    assert.equal(status, 0);
    assert.equal(stderr.match(/hello\.bin/g)?.length, 1);
  });

  it('says by how much a system does not fit the board', () => {
    const large = specOf([object('large', 'frame', { sizeBits: 22 })]);
    writeFileSync(path.join(folder, 'large.cdl'), printSpec(large));
    const { status, stderr } = cantrip('build', 'large.cdl');
    assert.equal(status, 1);
    assert.match(stderr, /the board has 4194304 bytes of RAM, \d+ too few/);
  });
});
