/**
 * Memory that ends of a connection share: all ends map the same frames, each with its own rights. DMA memory is
 * the same with capabilities to the frames in each CNode.
 */
import { largestPageOf, smallPageBits } from './architecture.js';
import type { EndScope } from './context.js';
import {
  bindEnd,
  framesOf,
  maximumPagesOfRegion,
  report,
  settingsOf,
  sharedFrames,
  shareMemory,
  slotIn,
} from './context.js';
import {
  flagSetting,
  integerOrTextSetting,
  integerSetting,
  textSetting,
} from './setting-values.js';

export function renderSharedData(scope: EndScope): void {
  const { connection } = scope;
  share(
    scope,
    `${connection.name}_data`,
    `${sideOf(scope)}_${String(scope.index)}_${scope.end.interface.name}_data`,
  );
}

/** CantripOS names the frames by the connection alone, and the symbol in capitals. */
export function renderCantripSharedData(scope: EndScope): void {
  share(scope, scope.connection.name, scope.end.interface.name.toUpperCase());
}

export function renderDmaData(scope: EndScope): void {
  const { context, connection, end } = scope;
  const sizeBytes = integerOrTextSetting(context, connection.name, 'size') ?? 4096n;
  const pageCount = sizeBytes >> BigInt(smallPageBits);
  if (!isPossible(scope, sizeBytes, smallPageBits)) return;
  const shared = shareMemory(scope, {
    name: `${connection.name}_data`,
    symbol: `${end.interface.name}_data`,
    pageBits: smallPageBits,
    pageCount: Number(pageCount),
    rights: accessOf(scope),
    isUncached: !flagSetting(context, end.instance.name, `${end.interface.name}_cached`, {
      whenUnset: true,
    }),
    physicalAddress: integerSetting(context, connection.name, 'paddr'),
    isInCNode: true,
  });
  bindEnd(scope, { memory: shared });
}

/** Each end also holds the frames, with what it may do with them. On riscv the memory is not cached by default. */
export function renderDataWithCapabilities(scope: EndScope): void {
  const { context, connection, end } = scope;
  const [server] = connection.to;
  const ofServer =
    server !== undefined && connection.to.length === 1
      ? integerSetting(context, server.instance.name, `${server.interface.name}_size`)
      : undefined;
  const ofConnection = integerOrTextSetting(context, connection.name, 'size');
  const sizeBytes = ofServer ?? ofConnection ?? 4096n;
  const pageBits = largestPageOf(context.architecture, sizeBytes) ?? smallPageBits;
  if (!isPossible(scope, sizeBytes, pageBits)) return;
  const isToEnd = connection.to.includes(end);
  const memory = {
    name: `${connection.name}_data`,
    symbol: `${sideOf(scope)}_${String(scope.index)}_${end.interface.name}_data`,
    pageBits,
    pageCount: Number(sizeBytes >> BigInt(pageBits)),
    rights: accessOf(scope),
    isUncached: !flagSetting(context, end.instance.name, `${end.interface.name}_hardware_cached`, {
      whenUnset: context.architecture.capdl !== 'riscv',
    }),
    physicalAddress: isToEnd ? integerSetting(context, connection.name, 'paddr') : undefined,
  };
  const shared = shareMemory(scope, memory);
  const rights = memory.rights.replace('X', '');
  const slots = sharedFrames(scope, memory).map((frame, index) =>
    slotIn(scope, `${memory.name}_${String(index)}`, frame, { rights }),
  );
  bindEnd(scope, { memory: { ...shared, frames: framesOf(memory, slots) } });
}

function share(scope: EndScope, name: string, symbol: string): void {
  const { context, connection, end } = scope;
  const sizeBytes =
    end.interface.sizeBytes ?? integerOrTextSetting(context, connection.name, 'size') ?? 4096n;
  const pageBits = largestPageOf(context.architecture, sizeBytes) ?? smallPageBits;
  if (!isPossible(scope, sizeBytes, pageBits)) return;
  const pageCount = Number(sizeBytes >> BigInt(pageBits));
  const rights = accessOf(scope);
  bindEnd(scope, { memory: shareMemory(scope, { name, symbol, pageBits, pageCount, rights }) });
}

/** What this end may do with the memory; without a setting everything. */
function accessOf({ context, end }: EndScope): string {
  const name = `${end.interface.name}_access`;
  const access = textSetting(context, end.instance.name, name);
  if (access === undefined || access === '') return 'RWX';
  const setting = settingsOf(context, end.instance.name).get(name);
  if (/^R?W?X?P?$/.test(access)) {
    // The kernel maps a page for reading, for reading and writing, or for nothing that a thread may do.
    if (!access.startsWith('R'))
      report(
        context,
        setting?.place ?? end.place,
        'warning',
        'access-without-read',
        `\`${end.instance.name}.${name}\` is "${access}", and seL4 maps no page that cannot be read: whoever touches it faults. Write "R${access}".`,
      );
    return access.replace('P', '');
  }
  report(
    context,
    setting?.place ?? end.place,
    'error',
    'setting-type',
    `\`${end.instance.name}.${name}\` is "${access}"; expected letters of RWXP in this order. The memory is mapped with RWX.`,
  );
  return 'RWX';
}

function isPossible(scope: EndScope, sizeBytes: bigint, pageBits: number): boolean {
  const pageCount = sizeBytes >> BigInt(pageBits);
  const isWhole = sizeBytes > 0n && sizeBytes === pageCount << BigInt(pageBits);
  if (isWhole && pageCount <= maximumPagesOfRegion) return true;
  const { context, connection, end } = scope;
  const setting = settingsOf(context, connection.name).get('size');
  report(
    context,
    end.interface.sizeBytes === undefined ? (setting?.place ?? end.place) : end.place,
    'error',
    'memory-size',
    `\`${connection.name}\` shares ${String(sizeBytes)} bytes; expected a multiple of 4096, the size of a page, at most ${String(maximumPagesOfRegion)} pages. No memory is shared.`,
  );
  return false;
}

const sideOf = ({ connection, end }: EndScope): 'from' | 'to' =>
  connection.from.includes(end) ? 'from' : 'to';
