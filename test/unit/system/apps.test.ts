import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { labelNumber, labelTable } from '../../../runtime/abi/labels.js';
import { nexusBoard } from '../../../runtime/machine/boards/nexus.js';
import { build } from '../../../runtime/toolchain/build.js';
import { guestCompiler } from '../../../runtime/toolchain/guest/assemblyscript/main.js';
import { problemsOf } from '../../support/component-system.js';
import { filesOnDisk } from '../../support/files-on-disk.js';

const root = 'runtime/system/apps';

describe('the applications of the system', () => {
  for (const name of readdirSync(root))
    it(`${name} becomes a bundle`, () => {
      const built = build(path.join(root, name), filesOnDisk, {
        boards: [nexusBoard()],
        guestCompiler,
        optimization: 'release',
      });
      assert.deepEqual(problemsOf(built), []);
      assert.ok(built.bundle !== undefined && built.bundle.length < 0x8000);
    });

  it('grab has the numbers of the kernel', () => {
    const text = readFileSync(path.join(root, 'grab/grab.S'), 'utf8');
    for (const name of ['TCBSuspend', 'UntypedRetype'] as const)
      assert.match(text, new RegExp(`\\.equ ${name}, ${labelNumber(labelTable(16), name)}\n`));
  });
});
