/**
 * Memory that an instance has for itself beside stacks and IPC buffers: a pool for DMA, copy regions (holes in
 * which a program maps frames as it likes), and pages that the loader fills from the BootInfo.
 */
import { addRegion, hole, symbolOf } from './address-space.js';
import { smallPageBits, smallPageBytes } from './architecture.js';
import type { Scope } from './context.js';
import { capabilityTo, maximumPagesOfRegion, numbered, report, shareMemory } from './context.js';
import { obtainObject } from './object-space.js';
import { flagSetting, integerSetting } from './setting-values.js';

/** The memory manager gets what is left of memory behind its own capabilities, with a page that tells of it. */
export function receiveUntypedMemory(scope: Scope): void {
  const { space, label } = scope;
  const symbol = 'BOOTINFO_FRAME';
  shareMemory(scope, {
    name: symbol,
    symbol,
    pageBits: smallPageBits,
    pageCount: 1,
    rights: 'R',
  });
  addFilledRegion(scope, symbol, `${symbol}_${label}`, 'CDL_FrameFill_BootInfo_BootInfo', 1);
  space.cspace.cnode.takesUntyped = true;
  space.cspace.headroom += 80;
}

/** Pages that the loader copies a part of the BootInfo into; they take the place of others at the symbol. */
export function addFilledRegion(
  scope: Scope,
  symbol: string,
  name: string,
  id: string,
  pageCount: number,
): void {
  const { context, space, instance, origin } = scope;
  const pages = Array.from({ length: pageCount }, (_, index) => {
    const number = numbered(context, index, pageCount);
    const source = { kind: 'bootinfo' as const, id, offset: index * smallPageBytes };
    const frame = obtainObject(context.objects, `${name}_${number}_obj`, 'frame', origin, {
      sizeBits: smallPageBits,
      fill: [{ destinationOffset: 0, lengthBytes: smallPageBytes, source }],
    });
    return { capability: capabilityTo(scope, frame, { rights: 'R' }), isInCNode: false };
  });
  addRegion(space, { symbol: symbolOf(instance, symbol), pageBits: smallPageBits, pages, origin });
}

export function addCopyRegion(
  { context, instance, space, origin, bindings }: Scope,
  name: string,
  sizeBytes: bigint,
): void {
  const pages = sizeBytes / BigInt(smallPageBytes);
  const isWhole = sizeBytes % BigInt(smallPageBytes) === 0n && pages > 0n;
  if (!isWhole || pages > BigInt(maximumPagesOfRegion)) {
    const place =
      instance.component.copyRegions.find((region) => region.name === name)?.place ??
      instance.place;
    report(
      context,
      place,
      'error',
      'copyregion-size',
      `The copy region \`${name}\` has ${String(sizeBytes)} bytes; expected a multiple of ${String(smallPageBytes)}, at most ${String(maximumPagesOfRegion * smallPageBytes)}.`,
    );
    return;
  }
  const symbol = symbolOf(instance, name);
  bindings.copyRegions.push({ name, symbol, sizeBytes: Number(sizeBytes) });
  addRegion(space, {
    symbol,
    pageBits: smallPageBits,
    pages: Array.from({ length: Number(pages) }, () => hole),
    origin,
  });
}

export function addDmaPool(scope: Scope): void {
  const { context, instance, bindings } = scope;
  const bytes = integerSetting(context, instance.name, 'dma_pool') ?? 0n;
  const pageCount = (bytes + BigInt(smallPageBytes) - 1n) / BigInt(smallPageBytes);
  if (pageCount <= 0n || pageCount > BigInt(maximumPagesOfRegion)) {
    if (pageCount !== 0n)
      report(
        context,
        instance.settings.get('dma_pool')?.place ?? instance.place,
        'error',
        'setting-out-of-range',
        `The DMA pool of \`${instance.name}\` has ${String(bytes)} bytes; expected 0 to ${String(maximumPagesOfRegion * smallPageBytes)}. None is made.`,
      );
    return;
  }
  const isCached = flagSetting(context, instance.name, 'dma_pool_cached');
  const memory = shareMemory(scope, {
    name: `${instance.name}_dma`,
    symbol: `${instance.name.replaceAll('.', '_')}_dma_pool_symbol`,
    pageBits: smallPageBits,
    pageCount: Number(pageCount),
    rights: 'RW',
    isUncached: !isCached,
    physicalAddress: integerSetting(context, instance.name, 'dma_pool_paddr'),
    isInCNode: true,
  });
  bindings.dmaPool = { ...memory, isCached };
}
