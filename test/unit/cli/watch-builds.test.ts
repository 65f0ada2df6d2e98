/** What `cantrip build --watch` waits for. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { untilChanged } from '../../../runtime/cli/watch-builds.js';
import { nexusBoard } from '../../../runtime/machine/boards/nexus.js';
import { build } from '../../../runtime/toolchain/build.js';
import { filesInMemory } from '../../support/files-in-memory.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-watch-'));
after(() => rmSync(folder, { recursive: true }));
const there = path.join(folder, 'there.ts');
const absent = path.join(folder, 'absent.ts');
writeFileSync(there, '');
utimesSync(there, 1, 1);
/** As a build looks for it that was given a file. */
const below = path.join(there, 'cantrip.json');
const files = [there, absent, below];

describe('a build that watches', () => {
  it('waits until a file has changed', async () => {
    const changed = untilChanged(files, 2000);
    utimesSync(there, 2, 2);
    await changed;
  });

  it('waits until a file that the build looked for is there, and until it is gone', async () => {
    const come = untilChanged(files, 2000);
    writeFileSync(absent, '');
    utimesSync(absent, 1, 1);
    await come;
    const gone = untilChanged(files, 2000);
    rmSync(absent);
    await gone;
  });

  it('does not wait when something changed during the build', async () => {
    await untilChanged(files, 1000);
  });
});

describe('what a build looked for in vain', () => {
  const texts = {
    'system.camkes': `import "Sensor.camkes";
assembly { composition { component Sensor sensor; } }`,
    'Sensor.camkes': 'component Sensor { control; }',
  };
  const missingIn = (sources: Readonly<Record<string, string>>): readonly string[] =>
    build('system.camkes', filesInMemory(sources), { boards: [nexusBoard()] }).missing;

  it("is told: a component's source, and an import", () => {
    assert.ok(missingIn(texts).includes('Sensor.ts'));
    const without = { 'system.camkes': texts['system.camkes'] };
    assert.ok(missingIn(without).includes('Sensor.camkes'));
  });

  it('is told of headers that would be found earlier', () => {
    const sources = {
      'app/main.S': '#include "numbers.h"\n_start: li a0, NUMBER\n',
      'numbers.h': '#define NUMBER 1\n',
    };
    const { missing } = build('app/main.S', filesInMemory(sources), { boards: [nexusBoard()] });
    assert.ok(missing.some((file) => file.endsWith('numbers.h')));
  });

  it('is nothing that comes with the tools', () => {
    for (const file of missingIn(texts)) assert.doesNotMatch(file, /^(builtin|generated):/);
  });
});
