/** The text of the SDK: the module `sdk` of guest TypeScript, the headers for C, and where every application starts. */
import mlCoordinator from './interfaces/ml-coordinator.ts.js';
import sdkRuntime from './interfaces/sdk-runtime.ts.js';
import cantripHeader from './sdk/include/cantrip.h.js';
import sdkHeader from './sdk/include/cantrip/sdk.h.js';
import index from './sdk/index.ts.js';
import start from './sdk/start.S.js';

export const sdkFolder = 'builtin:/sdk';
export const sdkStartPath = `${sdkFolder}/start.S`;
export const sdkStart = start;

/** By the name that an import spells. */
export const sdkModules: ReadonlyMap<string, string> = new Map([
  ['sdk/index', index],
  ['sdk/sdk-runtime', sdkRuntime],
  ['sdk/ml-coordinator', mlCoordinator],
]);

/** By the name that an include spells. */
export const sdkHeaders: ReadonlyMap<string, string> = new Map([
  ['cantrip.h', cantripHeader],
  ['cantrip/sdk.h', sdkHeader],
]);
