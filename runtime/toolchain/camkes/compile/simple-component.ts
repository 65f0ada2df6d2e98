/**
 * What an instance with the setting `simple` gets behind its connections: it is a dynamic system of its own, and
 * is given its CNode and VSpace, untypeds, device memory and interrupts to make objects from.
 */
import { smallPageBits } from './architecture.js';
import type { Scope } from './context.js';
import { heldIn, objectIn, provide, report, settingsOf, slotIn } from './context.js';
import { addUntypeds, provideSchedControl } from './component-objects.js';
import { addFilledRegion } from './instance-memory.js';
import { provideIrqHandler } from './irq.js';
import { flagSetting, hasSetting, listSetting } from './setting-values.js';

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
  addDeviceFrames(scope);
  addDeviceUntypeds(scope);
  for (const name of ['ioports', 'iospaces', 'smmu']) complainOfForeign(scope, name);
  if (flagSetting(context, instance.name, 'asid_pool')) provide(scope, 'asid_pool', 'asid_pool');
  const notification = objectIn(scope, 'irq_notification_obj', 'notification');
  const slot = slotIn(scope, 'irq_notification_obj', notification, { rights: 'R' });
  for (const irq of listSetting(context, instance.name, 'irqs')) {
    if (typeof irq !== 'bigint') continue;
    const place = settingsOf(context, instance.name).get('irqs')?.place ?? instance.place;
    provideIrqHandler(scope, `irq_${String(irq)}`, Number(irq), heldIn(scope, slot), place);
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
    .split(':', 4)
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

function complainOfForeign({ context, instance }: Scope, name: string): void {
  const setting = settingsOf(context, instance.name).get(name);
  if (setting === undefined) return;
  report(
    context,
    setting.place,
    'warning',
    'not-supported',
    `\`${instance.name}.${name}\` asks for objects that ${context.architecture.name} does not have. They are left out.`,
  );
}
