/**
 * Devices. Their memory is frames at given physical addresses, mapped uncached, with capabilities in the CNode of
 * the driver; their interrupts signal a notification that the driver waits on.
 */
import type { ConnectionEndpoint } from '../system.js';
import { largestPageOf, smallPageBits, smallPageBytes } from './architecture.js';
import type { EndScope } from './context.js';
import type { InterruptBinding } from './bindings.js';
import {
  bindEnd,
  capabilityTo,
  heldIn,
  maximumPagesOfRegion,
  objectIn,
  provide,
  report,
  settingsOf,
  shareMemory,
  slotIn,
} from './context.js';
import { interruptLineOf } from './interrupt-line.js';
import { provideIrqHandler } from './irq.js';
import type { DraftCapability } from './object-space.js';
import { provideSharedNotification, signalBadgeOf, signalOf } from './shared-notification.js';
import { flagSetting, hasSetting, integerSetting, textSetting } from './setting-values.js';

export function renderMmio(scope: EndScope): void {
  const symbol = `from_${String(scope.index)}_${scope.end.interface.name}_data`;
  mapDevice(scope, `${scope.connection.name}_data`, symbol, 1n);
}

/** CantripOS takes a device smaller than a page for a whole page. */
export function renderCantripMmio(scope: EndScope): void {
  const symbol = scope.end.interface.name.toUpperCase();
  mapDevice(scope, `${scope.connection.name}_DATA`, symbol, BigInt(smallPageBytes));
}

export function renderInterrupt(scope: EndScope): void {
  const [source] = scope.connection.from;
  if (source === undefined) return;
  const slot = provide(scope, 'ntfn', 'notification', { rights: 'R' });
  const interrupt = provideInterrupt(scope, source, 'irq', heldIn(scope, slot));
  bindEnd(scope, { notification: slot, interrupts: interrupt === undefined ? [] : [interrupt] });
}

/** The interrupt signals the one notification of the driver. */
export function renderGlobalInterrupt(scope: EndScope): void {
  const [source] = scope.connection.from;
  if (source === undefined) return;
  const paired = provideSharedNotification(scope, scope.end, { isReader: false });
  const slot = provideSharedNotification(scope, scope.end, { isReader: true });
  const interrupt = provideInterrupt(scope, source, 'irq', heldIn(scope, slot));
  const badge = signalBadgeOf(scope, scope.end);
  bindEnd(scope, {
    notification: slot,
    signal: signalOf(scope, [badge]),
    interrupts: interrupt === undefined ? [] : [{ ...interrupt, badge, paired }],
  });
}

/** Any number of interrupts with one notification: the badge has one bit for each. */
export function renderCantripIrq(scope: EndScope): void {
  const notification = objectIn(scope, 'ntfn', 'notification');
  const slot = slotIn(scope, 'ntfn', notification, { rights: 'R' });
  const interrupts: InterruptBinding[] = [];
  const names = new Map<string, ConnectionEndpoint>();
  scope.connection.from.forEach((source, index) => {
    const name = source.interface.name.toLowerCase();
    const other = names.get(name);
    if (other !== undefined)
      report(
        scope.context,
        source.place,
        'error',
        'shared-interrupt-name',
        `\`${source.instance.name}.${source.interface.name}\` has the same name as another interrupt of \`${scope.connection.name}\`; both would be one handler. Rename one of the interfaces.`,
        [{ ...other.place, message: 'The other interrupt.' }],
      );
    names.set(name, source);
    const badge = 1n << BigInt(index);
    const signalled = capabilityTo(scope, notification, { rights: 'R', badge });
    const interrupt = provideInterrupt(scope, source, name, signalled);
    if (interrupt !== undefined) interrupts.push(interrupt);
  });
  bindEnd(scope, { notification: slot, interrupts });
}

function mapDevice(scope: EndScope, name: string, symbol: string, minimumBytes: bigint): void {
  const { context, connection } = scope;
  const [device] = connection.to;
  if (device === undefined) return;
  const owner = device.instance.name;
  const { name: port } = device.interface;
  const content = textSetting(context, owner, `${port}_file`);
  const physicalAddress =
    content === undefined
      ? needed(scope, device, `${port}_paddr`, 'the physical address of the device')
      : undefined;
  const wanted = needed(scope, device, `${port}_size`, 'the size of the device memory');
  const sizeBytes = wanted === undefined || wanted < minimumBytes ? minimumBytes : wanted;
  const pageBits = largestPageOf(context.architecture, sizeBytes) ?? smallPageBits;
  const pageCount = sizeBytes >> BigInt(pageBits);
  const place = settingsOf(context, owner).get(`${port}_size`)?.place ?? connection.place;
  if (wanted !== undefined && (sizeBytes !== pageCount << BigInt(pageBits) || pageCount === 0n)) {
    report(
      context,
      place,
      'error',
      'memory-size',
      `\`${owner}.${port}_size\` is ${String(wanted)}; expected a multiple of 4096, the size of a page. The device is not mapped.`,
    );
    return;
  }
  if (pageCount > maximumPagesOfRegion) {
    report(
      context,
      place,
      'error',
      'memory-size',
      `\`${owner}.${port}_size\` is ${String(sizeBytes)}: more than ${String(maximumPagesOfRegion)} pages. The device is not mapped.`,
    );
    return;
  }
  const memory = shareMemory(scope, {
    name,
    symbol,
    pageBits,
    // Where the size is not known, one page stands for the device.
    pageCount: wanted === undefined ? 1 : Number(pageCount),
    rights: 'RW',
    isUncached: content === undefined && !flagSetting(context, owner, `${port}_hardware_cached`),
    physicalAddress,
    content,
    isInCNode: true,
  });
  bindEnd(scope, { memory });
}

function provideInterrupt(
  scope: EndScope,
  source: ConnectionEndpoint,
  name: string,
  signalled: DraftCapability | undefined,
): InterruptBinding | undefined {
  const found = interruptLineOf(scope, source);
  if (found === undefined) return undefined;
  const handler = provideIrqHandler(scope, name, found.line, signalled, found.place);
  return { name, handler, irq: found.line.number, badge: signalled?.badge ?? 0n };
}

/** A setting without which the device cannot be. */
function needed(
  { context, connection }: EndScope,
  device: ConnectionEndpoint,
  name: string,
  what: string,
): bigint | undefined {
  const owner = device.instance.name;
  const value = integerSetting(context, owner, name);
  if (value === undefined && !hasSetting(context, owner, name))
    report(
      context,
      connection.place,
      'error',
      'missing-setting',
      `\`${owner}.${name}\` is not set; it is ${what} that \`${connection.name}\` needs. Add \`${owner}.${name} = …;\` to the configuration.`,
      [{ ...device.place, message: `The end that needs it.` }],
    );
  return value !== undefined && value < 0n ? undefined : value;
}
