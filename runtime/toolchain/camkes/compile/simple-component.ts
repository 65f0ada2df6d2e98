/**
 * What an instance with the setting `simple` gets behind its connections: it is a dynamic system of its own, and
 * is given its CNode and VSpace, untypeds, device memory and interrupts to make objects from.
 */
import type { CapdlArchitecture } from '../../capdl/spec.js';
import { smallPageBits } from './architecture.js';
import type { Scope } from './context.js';
import { heldIn, objectIn, provide, report, settingsOf, slotIn } from './context.js';
import { addUntypeds, provideSchedControl } from './component-objects.js';
import { addFilledRegion } from './instance-memory.js';
import { plainLine, provideIrqHandler } from './irq.js';
import { portRange } from './ports.js';
import { flagSetting, hasSetting, listSetting, textSetting } from './setting-values.js';

export function renderSimple(scope: Scope): void {
  const { context, instance, space, label } = scope;
  if (!flagSetting(context, instance.name, 'simple')) return;
  slotIn(scope, 'cnode', space.cspace.cnode);
  slotIn(scope, 'my_pd_cap', space.root);
  if (context.isMcs && hasSetting(context, instance.name, 'sched_ctrl')) provideSchedControl(scope);
  listSetting(context, instance.name, 'simple_extra_bootinfo').forEach((value, index) => {
    const symbol = `extra_bootinfo_frame_${String(index)}`;
    const id = String(value).replaceAll('"', '');
    addFilledRegion(scope, symbol, `${symbol}_${label}`, id, 1);
  });
  for (const name of settingsOf(context, instance.name).keys()) {
    const bits = /^simple_untyped(\d{1,2})_pool$/.exec(name)?.[1];
    if (bits === undefined) continue;
    const largest = context.architecture.wordBits === 64 ? 47 : 29;
    addUntypeds(scope, name, `simple_untyped_${bits}_pool`, Number(bits), [4, largest]);
  }
  addPorts(scope);
  addDeviceFrames(scope);
  addDeviceUntypeds(scope);
  addDeviceSpaces(scope);
  if (flagSetting(context, instance.name, 'asid_pool')) provide(scope, 'asid_pool', 'asid_pool');
  const notification = objectIn(scope, 'irq_notification_obj', 'notification');
  const slot = slotIn(scope, 'irq_notification_obj', notification, { rights: 'R' });
  for (const irq of listSetting(context, instance.name, 'irqs')) {
    if (typeof irq !== 'bigint') continue;
    const place = settingsOf(context, instance.name).get('irqs')?.place ?? instance.place;
    provideIrqHandler(
      scope,
      `irq_${String(irq)}`,
      plainLine(Number(irq)),
      heldIn(scope, slot),
      place,
    );
  }
  slotIn(scope, 'temporary_simple_slot', undefined);
}

const maximumFrames = 4096;

/** `"0x10000000:0x1000:12"`: address, size, and log2 of the size of a frame. */
function addDeviceFrames(scope: Scope): void {
  const { context, instance } = scope;
  for (const region of listSetting(context, instance.name, 'mmios')) {
    const [address, bytes, bits] = numbersOf(region);
    const frameBits = Number(bits ?? BigInt(smallPageBits));
    const isRight =
      address !== undefined &&
      bytes !== undefined &&
      context.architecture.pageBits.includes(frameBits) &&
      bytes >> BigInt(frameBits) <= maximumFrames;
    if (!isRight) {
      complainOfRegion(scope, 'mmios', region, '"address:size:log2 of the frame size"');
      continue;
    }
    for (let offset = 0n; offset < bytes; offset += 1n << BigInt(frameBits)) {
      const physicalAddress = address + offset;
      const name = `mmio_frame_${String(physicalAddress)}`;
      const frame = objectIn(scope, name, 'frame', { sizeBits: frameBits, physicalAddress });
      slotIn(scope, name, frame, { rights: 'RW' });
    }
  }
}

function addDeviceUntypeds(scope: Scope): void {
  const { context, instance } = scope;
  for (const region of listSetting(context, instance.name, 'untyped_mmios')) {
    const [physicalAddress, bits] = numbersOf(region);
    if (physicalAddress === undefined || bits === undefined || bits < 4n || bits > 47n)
      complainOfRegion(scope, 'untyped_mmios', region, '"address:log2 of the size"');
    else
      provide(
        scope,
        `untyped_cap_0x${physicalAddress.toString(16)}`,
        'ut',
        {},
        { sizeBits: Number(bits), physicalAddress },
      );
  }
}

const numbersOf = (region: bigint | string): (bigint | undefined)[] =>
  String(region)
    .replaceAll('"', '')
    .split(':', 5)
    .map((text) =>
      /^\s*(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20})\s*$/.test(text) ? BigInt(text.trim()) : undefined,
    );

function complainOfRegion(
  { context, instance }: Scope,
  name: string,
  found: bigint | string,
  expected: string,
): void {
  report(
    context,
    settingsOf(context, instance.name).get(name)?.place ?? instance.place,
    'error',
    'setting-type',
    `\`${instance.name}.${name}\` has "${String(found)}"; expected ${expected}.`,
  );
}

/** `"0x3f8:0x3ff,0x60:0x60"`, the last ports included. */
function addPorts(scope: Scope): void {
  for (const part of partsOf(scope, 'ioports', x86)) {
    const [first, last, ...rest] = numbersOf(part);
    const ports = rest.length === 0 ? portRange(part) : undefined;
    if (ports === undefined) complainOfRegion(scope, 'ioports', part, '"first:last"');
    else
      provide(
        scope,
        `ioport${String(first)}_${String(last)}`,
        'io_ports',
        {},
        { others: new Map([['ports', ports]]) },
      );
  }
}

/** Devices that see memory through tables of their own: `"0x12:0x6:0:0"` on x86, numbers on Arm. */
function addDeviceSpaces(scope: Scope): void {
  for (const part of partsOf(scope, 'iospaces', x86)) {
    const [domain, bus, device, fn, ...rest] = numbersOf(part).map((each) => each ?? 1n << 32n);
    const isDevice =
      domain !== undefined &&
      bus !== undefined &&
      device !== undefined &&
      fn !== undefined &&
      rest.length === 0 &&
      domain < 1n << 16n &&
      bus < 256n &&
      device < 32n &&
      fn < 8n;
    if (!isDevice) {
      complainOfRegion(scope, 'iospaces', part, '"domain:bus:device:function"');
      continue;
    }
    const number = domain * 65536n + bus * 256n + device * 8n + fn;
    const others = new Map([
      ['domainID', String(domain)],
      ['pci', `${String(bus)}:${String(device)}.${String(fn)}`],
    ]);
    provide(scope, `iospace_${String(number)}`, 'io_device', {}, { others });
  }
  for (const part of partsOf(scope, 'smmu', arm))
    provide(scope, `smmu_${part}`, 'arm_io_device', {}, { others: new Map([['iospace', part]]) });
}

const x86: readonly CapdlArchitecture[] = ['ia32', 'x86_64'];
const arm: readonly CapdlArchitecture[] = ['arm11', 'aarch64'];

/** The parts of a string with commas, or the items of a list; none where the architecture has no such thing. */
function partsOf(scope: Scope, name: string, on: readonly CapdlArchitecture[]): string[] {
  const { context, instance } = scope;
  const setting = settingsOf(context, instance.name).get(name);
  if (setting === undefined) return [];
  if (!on.includes(context.architecture.capdl)) {
    report(
      context,
      setting.place,
      'warning',
      'not-supported',
      `\`${instance.name}.${name}\` asks for objects that ${context.architecture.name} does not have. They are left out.`,
    );
    return [];
  }
  if (setting.value.kind === 'list') return listSetting(context, instance.name, name).map(String);
  const text = textSetting(context, instance.name, name) ?? '';
  return text
    .replaceAll('"', '')
    .split(',', 256)
    .filter((part) => part.trim() !== '');
}
