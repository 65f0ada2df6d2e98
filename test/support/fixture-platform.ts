/** The kernel fixture as the views take it: a platform of which only what they read is there. */
import type { Platform } from '../../runtime/platform.js';
import type { KernelFixture } from './kernel-fixture.js';

export function fixturePlatform(k: KernelFixture): Platform {
  const hart = Object.assign(Object.create(k.hart) as object, { privilege: 0, isWaiting: false });
  const machine = { memory: k.memory, board: k.board, harts: [hart], instructions: 0, cycles: 0 };
  return { machine, options: { board: 'nexus', kernel: 'builtin' } } as unknown as Platform;
}
