/** A specification on our kernel after its loader has run, for tests of what it leaves. */
import { createPlatform, type Platform, type PlatformOptions } from '../../runtime/platform.js';
import { buildSystem } from '../../runtime/toolchain/capdl/loading/image.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlRights,
  CapdlSpec,
} from '../../runtime/toolchain/capdl/spec.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

export interface LoadedSystem {
  readonly platform: Platform;
  readonly console: () => string;
}

export interface LoadOptions extends Partial<Omit<PlatformOptions, 'kernel'>> {
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly instructions?: number;
}

export const filesOf = (files: ReadonlyMap<string, Uint8Array> = new Map()): SourceFiles => ({
  readBytes: (path) => files.get(path),
  readText: (path) => {
    const bytes = files.get(path);
    return bytes && new TextDecoder().decode(bytes);
  },
});

export function loadSystem(spec: CapdlSpec, options: LoadOptions = {}): LoadedSystem {
  const { files, instructions = 20_000_000, board = 'nexus', ...rest } = options;
  const built = buildSystem(spec, filesOf(files), { file: 'system.cdl', textBase: 0x1_0000 });
  if (built.image === undefined)
    throw new Error(built.diagnostics.map(({ message }) => message).join('\n'));
  const made = createPlatform(built.image, { board, kernel: 'builtin', ...rest });
  if (!made.ok) throw new Error(made.error.message);
  let text = '';
  made.value.onConsole((byte) => {
    text += String.fromCharCode(byte);
  });
  run(made.value, instructions);
  return { platform: made.value, console: () => text };
}

function run(platform: Platform, instructions: number): void {
  while (platform.machine.instructions < instructions) {
    const stop = platform.run(100_000);
    if (stop.kind === 'idle' || stop.kind === 'poweredOff' || stop.kind === 'lockedUp') return;
  }
}

// ---- building specifications ---------------------------------------------------------------------

export function specOf(
  objects: readonly CapdlObject[],
  irqs: readonly (readonly [number, string])[] = [],
): CapdlSpec {
  return {
    architecture: 'riscv',
    objects,
    irqs: new Map(irqs),
    derivations: [],
    domains: undefined,
  };
}

type Slots = readonly (readonly [number, CapdlCapability])[];

export const object = (
  name: string,
  type: CapdlObject['type'],
  more: Omit<Partial<CapdlObject>, 'slots'> = {},
  slots: Slots = [],
): CapdlObject => ({ name, type, ...more, slots: new Map(slots) });

/** `RWG`, and P for grant reply; X is grant on a frame. */
export const cap = (
  name: string,
  rights?: string,
  more: Partial<CapdlCapability> = {},
): CapdlCapability => ({
  object: name,
  ...(rights === undefined ? {} : { rights: rightsOf(rights) }),
  ...more,
});

const rightsOf = (letters: string): CapdlRights => ({
  read: letters.includes('R'),
  write: letters.includes('W'),
  grant: /[GX]/.test(letters),
  grantReply: letters.includes('P'),
});
