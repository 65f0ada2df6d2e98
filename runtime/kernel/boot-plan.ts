/**
 * Where boot puts everything: in RAM from the bottom the kernel region, the image and free memory, and at the
 * top the root task's own objects, the largest first, as seL4 orders them. A plan that does not fit says by how
 * much, in bytes of RAM or slots of the root CNode.
 */
import { extraBootInfo, initialSlot, maxBootUntypeds } from '../abi/boot-info.js';
import { minSchedContextBits, slotBits, tcbBits } from '../abi/object-types.js';
import { formatAddress } from '../base/address.js';
import { fail, ok, type Result } from '../base/result.js';
import { symbolNamed } from '../image/lookup.js';
import type { SystemImage } from '../image/system-image.js';
import { boardSettings, configuration, type KernelSettings } from './configuration.js';
import { blocksOf, initialUntypeds, type InitialUntyped } from './initial-untypeds.js';
import type { KernelState } from './kernel-state.js';
import { kernelRegionBytes, tcbOffset } from './layout.js';

export const page = 0x1000;
export const megaPage = 0x40_0000;

/** A domain is eight bits of an entry of seL4's schedule. */
const mostDomains = 256;

/** Physical addresses, and virtual ones of the root task. */
export interface BootPlan {
  readonly settings: KernelSettings;
  readonly imageStart: number;
  readonly imageBytes: number;
  readonly imagePhysical: number;
  readonly ipcBufferVirtual: number;
  readonly bootInfoVirtual: number;
  readonly extraVirtual: number;
  /** Bytes of extra boot information with its headers; 0 for none. */
  readonly extraBytes: number;
  readonly cnode: number;
  readonly extra: number;
  readonly vspace: number;
  readonly asidPool: number;
  readonly ipcBuffer: number;
  readonly bootInfoPage: number;
  readonly paging: number;
  readonly pageTables: number;
  readonly thread: number;
  readonly schedContext: number;
  readonly untypeds: readonly InitialUntyped[];
  /** Untypeds that the root task itself lies in, and the slot of the first one. */
  readonly tainted: readonly InitialUntyped[];
  readonly firstTaintedSlot: number;
}

/**
 * A root task that hands its own memory on has this symbol. As in CantripOS's kernel it then finds untypeds over its
 * image and its objects behind all others, marked as tainted: all in them is taken, and comes free when they are
 * revoked. seL4 has no such untypeds, so other root tasks get none.
 */
const handsMemoryOn = 'root_task_memory_is_handed_on';

export function planBoot(k: KernelState, image: SystemImage): Result<BootPlan, string> {
  const settings = { ...boardSettings[k.board.name], ...k.ports.settings };
  const { domains } = settings;
  if (!Number.isInteger(domains) || domains < 1 || domains > mostDomains) {
    return fail(
      `The kernel has 1 to ${String(mostDomains)} scheduling domains, not ${String(domains)}.`,
    );
  }
  const addresses = planAddresses(k, image);
  if (!addresses.ok) return addresses;
  const { imageBytes, extraSpace, pageTables } = addresses.value;

  const { base, sizeBytes } = k.board.ram;
  const top = base + sizeBytes;
  const imagePhysical = base + kernelRegionBytes(settings.domains);
  const imageEnd = imagePhysical + imageBytes;
  const cnodeBytes = 2 ** (settings.rootCNodeRadix + slotBits);
  const objectBytes =
    cnodeBytes + extraSpace + page * (4 + pageTables) + 2 ** tcbBits + 2 ** minSchedContextBits;
  const alignment = Math.max(cnodeBytes, extraSpace, page);
  const cnode = Math.floor((top - objectBytes) / alignment) * alignment;
  if (cnode < imageEnd) {
    const neededTop = Math.ceil(imageEnd / alignment) * alignment + objectBytes;
    const missing = Math.ceil((neededTop - top) / page) * page;
    return fail(
      `The image ${image.name} (${String(imageBytes)} bytes) does not fit into the ${String(sizeBytes)} bytes of RAM of board ${k.board.name} beside the kernel and the root task's objects: ${String(missing)} bytes are missing. Give the board more memory with --memory.`,
    );
  }
  const extra = cnode + cnodeBytes;
  const vspace = extra + extraSpace;
  const paging = vspace + 4 * page;
  const threadObject = paging + pageTables * page;
  const schedContext = threadObject + 2 ** tcbBits;
  const untypeds = initialUntypeds(k.board, settings.deviceBlockBits, [
    { start: imageEnd, end: cnode },
    { start: schedContext + 2 ** minSchedContextBits, end: top },
  ]);

  // The first ASID pool serves the whole system and stays when its maker goes.
  const asidPool = vspace + page;
  const end = schedContext + 2 ** minSchedContextBits;
  const tainted =
    symbolNamed(image, handsMemoryOn) === undefined
      ? []
      : [
          { start: imagePhysical, end: imageEnd },
          { start: cnode, end: asidPool },
          { start: asidPool + page, end },
        ].flatMap((range) => blocksOf(range, false));

  const extraPages = Math.ceil(addresses.value.extraBytes / page);
  const frames = imageBytes / page;
  // One more is the scheduling control.
  const firstTaintedSlot =
    initialSlot.firstFree + pageTables + extraPages + 1 + frames + untypeds.length;
  const used = firstTaintedSlot + tainted.length;
  const slots = 2 ** settings.rootCNodeRadix;
  if (used > slots) {
    return fail(
      `The image ${image.name} has ${String(frames)} pages; with their capabilities the root task needs ${String(used)} slots; its CNode on board ${k.board.name} has ${String(slots)} and lacks ${String(used - slots)}. Make the image smaller.`,
    );
  }
  return ok({
    ...addresses.value,
    settings,
    imagePhysical,
    cnode,
    extra,
    vspace,
    asidPool,
    ipcBuffer: vspace + 2 * page,
    bootInfoPage: vspace + 3 * page,
    paging,
    thread: threadObject + tcbOffset,
    schedContext,
    untypeds,
    // What BootInfo cannot list is lost, as of all others.
    tainted: tainted.slice(0, maxBootUntypeds - untypeds.length),
    firstTaintedSlot,
  });
}

/** The root task's address space: the image, then IPC buffer, BootInfo and extra boot information. */
function planAddresses(k: KernelState, image: SystemImage) {
  const loaded = image.segments.filter((segment) => segment.memorySizeBytes > 0);
  if (loaded.length === 0) return fail(`The image ${image.name} has nothing to load.`);
  const first = Math.min(...loaded.map((segment) => segment.virtualAddress));
  const last = Math.max(
    ...loaded.map((segment) => segment.virtualAddress + segment.memorySizeBytes),
  );
  const imageStart = Math.floor(first / page) * page;
  const imageEnd = Math.ceil(last / page) * page;
  const { deviceTree } = k.ports;
  const extraBytes = deviceTree === undefined ? 0 : extraBootInfo.headerBytes + deviceTree.length;
  // An object of its own, so its size is a power of two.
  const extraSpace = extraBytes === 0 ? 0 : Math.max(page, 2 ** Math.ceil(Math.log2(extraBytes)));
  const extraVirtual = imageEnd + 2 * page;
  const virtualEnd = extraVirtual + extraSpace;
  if (virtualEnd >= configuration.userTop) {
    return fail(
      `The image ${image.name} ends at ${formatAddress(imageEnd)}. With IPC buffer and BootInfo it must stay below ${formatAddress(configuration.userTop)} and is ${String(virtualEnd - configuration.userTop + page)} bytes too high; link it lower.`,
    );
  }
  if (imageStart === 0) {
    return fail(
      `The image ${image.name} starts at address 0, which the kernel keeps free to catch null pointers; link it at a higher address.`,
    );
  }
  return ok({
    imageStart,
    imageBytes: imageEnd - imageStart,
    ipcBufferVirtual: imageEnd,
    bootInfoVirtual: imageEnd + page,
    extraVirtual,
    extraBytes,
    extraSpace,
    pageTables: Math.ceil(virtualEnd / megaPage) - Math.floor(imageStart / megaPage),
  });
}
