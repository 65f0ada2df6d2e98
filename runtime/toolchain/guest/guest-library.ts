/**
 * The guest TypeScript that every program may import, by name, and the memory runtime below it, as text. What
 * follows from the tables of the ABI and of the registers is written when this is loaded, so it stands in one place.
 */
import { guestRuntimeSources } from '../../system/guest-runtime-sources.js';
import { sdkModules } from '../../system/sdk-sources.js';
import { sel4Sources } from '../../system/sel4-sources.js';
import { registerModules } from './register-modules.js';
import { sel4ConstantsSource } from './sel4-constants-source.js';
import { sel4InvocationsSource } from './sel4-invocations-source.js';

/** The version whose labels guest programs are compiled for. */
const version = 16;

/** By the name that an import spells, with `/index` for the main file of a folder. */
export const guestLibrary: ReadonlyMap<string, string> = new Map([
  ...sel4Sources,
  ...sdkModules,
  ...registerModules,
  ['sel4/constants', sel4ConstantsSource(version)],
  ['sel4/invocations', sel4InvocationsSource(version)],
]);

/** What programs may import of it; the rest is its own affair. */
export const guestModuleNames: readonly string[] = [
  'sdk',
  'sel4',
  'sel4/cspace',
  'sel4/postcard',
  'sel4/bytes',
  'sel4/copy-region',
  'sel4/dma-memory',
  'sel4/own-program',
  'sel4/spare-memory',
  'sel4/debug',
  'sel4/turns',
  ...registerModules.keys(),
];

/** By path below `~lib/rt/`. */
export const guestRuntime = guestRuntimeSources;
