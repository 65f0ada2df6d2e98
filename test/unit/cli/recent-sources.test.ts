/** What the last build read, and whether that has changed since. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { recentSources } from '../../../runtime/cli/recent-sources.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-recent-'));
after(() => rmSync(folder, { recursive: true }));
const source = path.join(folder, 'a.ts');
writeFileSync(source, '');
const recent = (cache: string | undefined, ...line: string[]) =>
  recentSources(cache, ['build', ...line], folder);

describe('the sources of the last build', () => {
  it('have changed when one of them has another time', () => {
    const cache = path.join(folder, 'cache');
    recent(cache).note(['a.ts', 'system.camkes']);
    assert.equal(recent(cache).haveChanged(), false);
    utimesSync(source, 1, 1);
    assert.equal(recent(cache).haveChanged(), true);
    recent(cache).note(['a.ts']);
    assert.equal(recent(cache).haveChanged(), false);
  });

  it('are those of the same command line', () => {
    const cache = path.join(folder, 'lines');
    recent(cache, 'here').note(['a.ts']);
    utimesSync(source, 2, 2);
    assert.equal(recent(cache, 'there').haveChanged(), false);
    assert.equal(recent(cache, 'here').haveChanged(), true);
  });

  it('are not known where nothing is kept, where that is damaged, and where it cannot be kept', () => {
    const cache = path.join(folder, 'damaged');
    assert.equal(recent(undefined).haveChanged(), false);
    recent(cache).note(['a.ts']);
    for (const name of readdirSync(cache))
      for (const text of ['', '[', '{}', 'null']) {
        writeFileSync(path.join(cache, name), text);
        assert.equal(recent(cache).haveChanged(), false, text);
      }
    // A file, where the folder would have to be.
    recent(source).note(['a.ts']);
    assert.equal(recent(source).haveChanged(), false);
  });
});
