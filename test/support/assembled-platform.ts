/** A platform with an assembly program in it, for tests of what can be seen of one. */
import type { VirtAddr } from '../../runtime/base/address.js';
import type { DebugInformation } from '../../runtime/image/debug-information.js';
import {
  boards,
  createPlatform,
  type Platform,
  type PlatformOptions,
} from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';

export function platformOf(
  source: string,
  options: Partial<PlatformOptions> & { readonly kernel?: 'builtin' | 'none' } = {},
  /** What a compiler would have said of the program. */
  debugOf?: (addressOf: (symbol: string) => VirtAddr) => DebugInformation,
): Platform {
  const files = {
    readText: (path: string) => (path === '/test.S' ? source : undefined),
    readBytes: (path: string) =>
      path === '/test.S' ? new TextEncoder().encode(source) : undefined,
  };
  const { image, diagnostics, settings } = build('/test.S', files, { boards, ...options });
  if (image === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const addressOf = (name: string): VirtAddr => {
    const symbol = image.symbols.find((candidate) => candidate.name === name);
    if (symbol === undefined) throw new Error(`There is no symbol ${name}.`);
    return symbol.address;
  };
  const debug = debugOf?.(addressOf);
  const platform = createPlatform(debug === undefined ? image : { ...image, debug }, settings);
  if (!platform.ok) throw new Error(platform.error.message);
  return platform.value;
}

/** Runs until the instruction at a symbol is next. */
export function runToSymbol(platform: Platform, name: string): void {
  const symbol = platform.image.symbols.find((candidate) => candidate.name === name);
  const address = symbol && platform.imageToPhysical(symbol.address);
  if (address === undefined) throw new Error(`There is no symbol ${name}.`);
  platform.machine.breakpoints.add(address);
  const stop = platform.run(1_000_000);
  platform.machine.breakpoints.delete(address);
  if (stop.kind !== 'breakpoint') throw new Error(`The run ended by ${stop.kind}.`);
}
