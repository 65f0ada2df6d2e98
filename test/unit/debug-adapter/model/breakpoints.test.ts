import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Breakpoints } from '../../../../debug-adapter/model/breakpoints.js';
import { programOfThread } from '../../../../runtime/inspect/modules.js';
import { threadsOf } from '../../../../runtime/inspect/thread-state.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { build } from '../../../../runtime/toolchain/build.js';
import { bootBuilt } from '../../../support/component-system.js';
import { filesOnDisk } from '../../../support/files-on-disk.js';

describe('a breakpoint in the root server', () => {
  it('stops it, and no component that has its memory later', () => {
    const built = build('extension/samples/asm', filesOnDisk, { boards: [nexusBoard()] });
    const { platform } = bootBuilt(built);
    const breakpoints = new Breakpoints();
    const [wish] = breakpoints.set('function', [
      { location: { kind: 'function', name: '_start' } },
    ]);
    breakpoints.apply(platform, '');
    const own = platform.image.symbols.find(({ name }) => name === '_start');
    const address = own && platform.imageToPhysical(own.address);
    assert.ok(address !== undefined && wish?.addresses.includes(address) === true);
    const threads = threadsOf(platform);
    const component = threads.find((thread) => programOfThread(platform, thread) !== undefined);
    const rootServer = threads.find((thread) => programOfThread(platform, thread) === undefined);
    assert.ok(component !== undefined && rootServer !== undefined);
    assert.deepEqual(breakpoints.visit(platform, rootServer, address).stops, [wish]);
    assert.deepEqual(breakpoints.visit(platform, component, address).stops, []);
  });
});
