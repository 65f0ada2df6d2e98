/**
 * The guest TypeScript that every program may import, by name, and the memory runtime below it, as text. What
 * follows from the tables of the ABI is written when it is asked for, so it stands in one place.
 */
import { guestRuntimeSources } from '../../system/guest-runtime-sources.js';

/** By the name that an import spells, with `/index` for the main file of a folder. */
export const guestLibrary: ReadonlyMap<string, string> = new Map();

/** By path below `~lib/rt/`. */
export const guestRuntime = guestRuntimeSources;
