/**
 * Devices that the device tree describes: the setting `dtb` of an interface is a query, and the node that it finds says
 * which memory to map and which interrupts to handle. Also the device tree itself, which the loader copies into an
 * instance that asks for it.
 */
import type { Place } from '../../text/source-line.js';
import type { ConnectionEndpoint, Setting } from '../system.js';
import type { Value } from '../value.js';
import { largestPageOf, smallPageBits, smallPageBytes } from './architecture.js';
import type { InterruptBinding, RegisterBinding } from './bindings.js';
import type { CompileContext, EndScope, Scope } from './context.js';
import {
  bindEnd,
  capabilityTo,
  heldIn,
  maximumPagesOfRegion,
  objectIn,
  report,
  settingsOf,
  shareMemory,
  slotIn,
} from './context.js';
import { addFilledRegion } from './instance-memory.js';
import { plainLine, provideIrqHandler } from './irq.js';
import type { DraftCapability } from './object-space.js';
import { flagSetting, isKnownSetting } from './setting-values.js';
import { provideBadgedSignal, signalBadgesOf, signalOf } from './shared-notification.js';
import { blocksOfNode, interruptsOfNode, nodesOfQuery, treeBytesOf } from './tree-node.js';

/** What is set of an interface: `timer.dtb` in the configuration of the component that has it. */
export const interfaceOwner = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;

/** Waits for the interrupts on a notification of its own, in a thread. */
export function renderTreeHardware(scope: EndScope): void {
  const node = nodeOfEnd(scope);
  if (node === undefined) return;
  const name = scope.end.interface.name;
  mapRegisters(scope, node, interfaceOwner(scope.end));
  const lines = wantedInterrupts(scope, node);
  if (lines === undefined) return;
  const notification = objectIn(scope, `${name}_ntfn`, 'notification');
  const slot = slotIn(scope, `${name}_root_ntfn`, notification, { rights: 'RW' });
  const interrupts = lines.map((number, index) => {
    const badge = 1n << BigInt(index);
    const signalled = capabilityTo(scope, notification, { rights: 'RW', badge });
    return provideTreeInterrupt(scope, number, index, signalled);
  });
  bindEnd(scope, { notification: slot, interrupts });
}

function provideTreeInterrupt(
  scope: EndScope,
  number: number,
  index: number,
  signalled: DraftCapability | undefined,
): InterruptBinding {
  const name = `${scope.end.interface.name}_irq_${String(index)}`;
  const handler = provideIrqHandler(scope, name, plainLine(number), signalled, placeOf(scope));
  return { name, handler, irq: number, badge: signalled?.badge ?? 0n };
}

/** The interrupts signal the one notification of the driver. */
export function renderThreadlessTreeHardware(scope: EndScope): void {
  const node = nodeOfEnd(scope);
  if (node === undefined) return;
  const name = scope.end.interface.name;
  mapRegisters(scope, node, name);
  const lines = wantedInterrupts(scope, node);
  if (lines === undefined) return;
  const badges = signalBadgesOf(scope, scope.end);
  const interrupts = lines.map((number, index) => {
    const slot = provideBadgedSignal(scope, scope.end, badges[index] ?? 0n);
    return provideTreeInterrupt(scope, number, index, heldIn(scope, slot));
  });
  bindEnd(scope, { interrupts, signal: signalOf(scope, badges) });
}

/** The loader copies the tree behind the header of its part of the BootInfo, which gets a page of its own. */
export function addDeviceTree(scope: Scope): void {
  const setting = treeSettingOf(scope);
  if (setting === undefined || !isKnownSetting(scope.context, setting)) return;
  const bytes = treeBytesOf(setting.value);
  if (bytes === undefined) return;
  const pageCount = Math.ceil(bytes / smallPageBytes) + 1;
  if (pageCount > maximumPagesOfRegion) return;
  const symbol = 'dtb_symbol';
  const id = 'CDL_FrameFill_BootInfo_FDT';
  addFilledRegion(scope, symbol, `${symbol}_${scope.label}`, id, pageCount);
}

/** Of the instance, or of the first interface of a component that connects devices of its own. */
function treeSettingOf({ context, instance }: Scope): Setting | undefined {
  const own = settingsOf(context, instance.name).get('dtb');
  if (own !== undefined || !instance.component.isComposite) return own;
  for (const { name, to } of context.system.connections) {
    if (!isInside(instance.name, name)) continue;
    for (const end of to) {
      const owner = `${instance.name}.${end.interface.name}`;
      const setting = settingsOf(context, owner).get('dtb');
      if (setting !== undefined) return setting;
    }
  }
  return undefined;
}

/** Of the instance's own composition: `timer.conn`, or several that share an end: `timer.a.timer.b`. */
function isInside(instance: string, connection: string): boolean {
  const prefix = `${instance}.`;
  if (!connection.startsWith(prefix)) return false;
  const rest = connection.slice(prefix.length);
  return rest.split(`.${prefix}`).every((part) => !part.includes('.'));
}

const placeOf = ({ context, connection, end }: EndScope): Place =>
  settingsOf(context, interfaceOwner(end)).get('dtb')?.place ?? connection.place;

/** The node that the query of the end finds. */
function nodeOfEnd(scope: EndScope): Value | undefined {
  const { context, connection, end } = scope;
  const owner = interfaceOwner(end);
  const setting = settingsOf(context, owner).get('dtb');
  if (setting === undefined) {
    report(
      context,
      connection.place,
      'error',
      'missing-setting',
      `\`${owner}.dtb\` is not set; it is the device that \`${connection.name}\` needs. Add \`${end.interface.name}.dtb = dtb({"path": "/soc/…"});\` to the configuration of \`${end.instance.component.name}\`.`,
      [{ ...end.place, message: 'The end that needs it.' }],
    );
    return undefined;
  }
  if (!isKnownSetting(context, setting)) return undefined;
  const nodes = nodesOfQuery(setting.value);
  if (nodes?.length === 1) return nodes[0];
  report(
    context,
    setting.place,
    'error',
    'dtb-query',
    nodes === undefined
      ? `\`${owner}.dtb\` is no device; write a query: \`dtb({"path": "/soc/…"})\`.`
      : `\`${owner}.dtb\` asks for ${String(nodes.length)} devices; a connection has one. Write one dictionary.`,
  );
  return undefined;
}

function mapRegisters(scope: EndScope, node: Value, name: string): void {
  const { context, end } = scope;
  const blocks = blocksOfNode(node);
  if (blocks === undefined) {
    report(
      context,
      placeOf(scope),
      'error',
      'dtb-registers',
      `The device of \`${interfaceOwner(end)}\` has registers without a size, as its bus has \`#size-cells = <0>\`; nothing can be mapped. Take the node of the bus.`,
    );
    return;
  }
  const registers: RegisterBinding[] = [];
  blocks.forEach(({ address, sizeBytes }, index) => {
    const pages = (sizeBytes + BigInt(smallPageBytes) - 1n) / BigInt(smallPageBytes);
    const whole = (pages > 0n ? pages : 1n) * BigInt(smallPageBytes);
    const pageBits = largestPageOf(context.architecture, whole) ?? smallPageBits;
    const pageCount = whole >> BigInt(pageBits);
    if (pageCount > maximumPagesOfRegion) {
      report(
        context,
        placeOf(scope),
        'error',
        'memory-size',
        `Registers of \`${interfaceOwner(end)}\` have ${String(sizeBytes)} bytes: more than ${String(maximumPagesOfRegion)} pages. They are not mapped.`,
      );
      return;
    }
    const offset = address % BigInt(smallPageBytes);
    const memory = shareMemory(scope, {
      name: `${name}_${String(index)}_data`,
      symbol: `from_${String(index)}_${end.interface.name}_data`,
      pageBits,
      pageCount: Number(pageCount),
      rights: 'RW',
      isUncached: !flagSetting(context, interfaceOwner(end), 'hardware_cached'),
      physicalAddress: address - offset,
      isInCNode: true,
    });
    registers.push({ memory, offset: Number(offset) });
  });
  bindEnd(scope, { registers });
}

/** Undefined when the end wants none, or they make no sense. */
function wantedInterrupts(scope: EndScope, node: Value): readonly number[] | undefined {
  const { context, end } = scope;
  if (!wantsInterrupts(context, end)) return undefined;
  const found = interruptsOfNode(node, context.architecture);
  if (found.ok) return found.numbers;
  report(
    context,
    placeOf(scope),
    'error',
    'dtb-interrupts',
    `The interrupts of the device of \`${interfaceOwner(end)}\` cannot be read: ${found.message}.`,
  );
  return undefined;
}

const wantsInterrupts = (context: CompileContext, end: ConnectionEndpoint): boolean =>
  flagSetting(context, interfaceOwner(end), 'generate_interrupts');
