/** The text of the support library `sel4` of guest programs; its constants and invocations are made from the ABI. */
import bytes from './sel4/bytes.ts.js';
import capability from './sel4/capability.ts.js';
import copyRegion from './sel4/copy-region.ts.js';
import dmaMemory from './sel4/dma-memory.ts.js';
import cspace from './sel4/cspace.ts.js';
import debug from './sel4/debug.ts.js';
import endpoint from './sel4/endpoint.ts.js';
import index from './sel4/index.ts.js';
import message from './sel4/message.ts.js';
import ownProgram from './sel4/own-program.ts.js';
import passing from './sel4/passing.ts.js';
import postcard from './sel4/postcard.ts.js';
import spareMemory from './sel4/spare-memory.ts.js';
import turns from './sel4/turns.ts.js';

export const sel4Sources: ReadonlyMap<string, string> = new Map([
  ['sel4/index', index],
  ['sel4/bytes', bytes],
  ['sel4/capability', capability],
  ['sel4/endpoint', endpoint],
  ['sel4/message', message],
  ['sel4/postcard', postcard],
  ['sel4/spare-memory', spareMemory],
  ['sel4/copy-region', copyRegion],
  ['sel4/dma-memory', dmaMemory],
  ['sel4/cspace', cspace],
  ['sel4/debug', debug],
  ['sel4/own-program', ownProgram],
  ['sel4/passing', passing],
  ['sel4/turns', turns],
]);
