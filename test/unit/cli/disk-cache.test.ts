import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { diskCache } from '../../../runtime/cli/disk-cache.js';

describe('a cache on disk', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'cantrip-cache-'));
  after(() => rmSync(root, { recursive: true }));
  const folderOf = (name: string): string => path.join(root, name);

  it('is made by the first entry, and another process reads it', () => {
    diskCache(folderOf('new'), '1').write('key', new Uint8Array([1, 2]));
    assert.deepEqual(diskCache(folderOf('new'), '1').read('key'), new Uint8Array([1, 2]));
    assert.deepEqual(readdirSync(folderOf('new')), ['key']);
  });

  it('has nothing under a name that was never written', () => {
    assert.equal(diskCache(folderOf('none'), '1').read('key'), undefined);
  });

  it('loses what was used the longest ago when there is too much', () => {
    const cache = diskCache(folderOf('full'), '1', 25);
    const hour = (count: number): Date => new Date(3_600_000 * count);
    for (const [index, key] of ['a', 'b'].entries()) {
      cache.write(key, new Uint8Array(10));
      utimesSync(path.join(folderOf('full'), key), hour(index + 1), hour(index + 1));
    }
    // What is read was used now, whenever it was written.
    cache.read('a');
    cache.write('c', new Uint8Array(10));
    assert.deepEqual(readdirSync(folderOf('full')).sort(), ['a', 'c']);
  });

  it('keeps nothing, without a word, where its folder cannot be made', () => {
    writeFileSync(folderOf('file'), '');
    const cache = diskCache(path.join(folderOf('file'), 'cache'), '1');
    cache.write('key', new Uint8Array(1));
    assert.equal(cache.read('key'), undefined);
  });
});
