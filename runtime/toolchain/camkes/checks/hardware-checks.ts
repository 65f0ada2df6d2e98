/**
 * Devices: each needs its address, size and interrupt number; no two may have the same interrupt or overlap, as the
 * kernel gives out a page of device memory and an interrupt once.
 */
import type { Diagnostic, RelatedPlace } from '../../text/diagnostic.js';
import type { Place } from '../../text/source-line.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { CamkesSystem, Connection, ConnectionEndpoint, Setting } from '../system.js';

const pageBytes = 4096n;
const memoryConnectors = ['seL4HardwareMMIO', 'cantripMMIO'];
const interruptConnectors = ['seL4HardwareInterrupt', 'cantripIRQ'];

export function checkHardware(system: CamkesSystem): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const memory: DeviceMemory[] = [];
  const interrupts = new Map<string, Place>();
  for (const connection of system.connections) {
    const type = connection.connector.name;
    if (memoryConnectors.includes(type))
      for (const device of connection.to) checkMemory(connection, device, memory, diagnostics);
    if (interruptConnectors.includes(type))
      for (const device of connection.from) checkInterrupt(device, interrupts, diagnostics);
  }
  return [...diagnostics, ...overlaps(memory)];
}

interface DeviceMemory {
  readonly start: bigint;
  readonly end: bigint;
  readonly device: ConnectionEndpoint;
  readonly place: Place;
}

function checkMemory(
  connection: Connection,
  device: ConnectionEndpoint,
  memory: DeviceMemory[],
  diagnostics: Diagnostic[],
): void {
  const port = device.interface.name;
  const isDevice = !device.instance.settings.has(`${port}_file`);
  const address = isDevice
    ? needed(device, `${port}_paddr`, 'its physical address', diagnostics)
    : undefined;
  const size = needed(device, `${port}_size`, 'its size in bytes', diagnostics);
  const sizeBytes = size === undefined ? undefined : numberOf(size);
  const start = address === undefined ? undefined : numberOf(address);
  if (address !== undefined && start !== undefined && start % pageBytes !== 0n)
    diagnostics.push(
      diagnosticAt(
        address.place,
        'warning',
        'device-not-page-aligned',
        `${nameOf(address)} is 0x${start.toString(16)}, which is not at the start of a page. Device memory is mapped in pages of 4096 bytes: write 0x${(start - (start % pageBytes)).toString(16)}, and find the registers at offset 0x${(start % pageBytes).toString(16)}.`,
      ),
    );
  if (size !== undefined && sizeBytes !== undefined) {
    const isRounded = connection.connector.name === 'cantripMMIO' && sizeBytes < pageBytes;
    if (sizeBytes % pageBytes !== 0n && !isRounded)
      diagnostics.push(
        diagnosticAt(
          size.place,
          'error',
          'device-size',
          `${nameOf(size)} is ${String(sizeBytes)}; expected a multiple of 4096, the size of a page. Write ${String(roundedUp(sizeBytes))}.`,
        ),
      );
    for (const end of connection.from) checkDataport(end, size, sizeBytes, diagnostics);
  }
  const isKnown = memory.some((other) => isSameEnd(other.device, device));
  if (address === undefined || start === undefined || sizeBytes === undefined || isKnown) return;
  const end = start + roundedUp(sizeBytes);
  memory.push({ start: start - (start % pageBytes), end, device, place: address.place });
}

/** The driver's dataport has to be as large as the device. */
function checkDataport(
  end: ConnectionEndpoint,
  size: Setting,
  sizeBytes: bigint,
  diagnostics: Diagnostic[],
): void {
  const { type, sizeBytes: declared, name } = end.interface;
  const dataportBytes = declared ?? (type === 'Buf' ? pageBytes : undefined);
  if (dataportBytes === undefined || roundedUp(dataportBytes) === roundedUp(sizeBytes)) return;
  diagnostics.push(
    diagnosticAt(
      end.place,
      'warning',
      'dataport-size-differs',
      `The dataport \`${end.instance.name}.${name}\` has ${String(dataportBytes)} bytes, but the device has ${String(sizeBytes)}. Declare it as \`dataport Buf(${String(roundedUp(sizeBytes))}) ${name}\`, or change the device's size.`,
      [
        related(size.place, 'The size of the device.'),
        related(end.interface.place, 'The dataport.'),
      ],
    ),
  );
}

function checkInterrupt(
  device: ConnectionEndpoint,
  interrupts: Map<string, Place>,
  diagnostics: Diagnostic[],
): void {
  const port = device.interface.name;
  const { settings } = device.instance;
  const type = settings.get(`${port}_irq_type`)?.value;
  const kind = type?.kind === 'string' ? type.value : 'simple';
  if (kind !== 'simple' && kind !== 'arm') return;
  const setting = needed(device, `${port}_irq_number`, 'the number of its interrupt', diagnostics);
  const number = setting === undefined ? undefined : numberOf(setting);
  if (setting === undefined || number === undefined) return;
  const isShared = settingNumber(device, `${port}_spi_number`) === 0n;
  const target = settingNumber(device, `${port}_irq_target`) ?? 0n;
  const key = `${String(number + (isShared ? 32n : 0n))} on ${String(target)}`;
  const other = interrupts.get(key);
  if (other === undefined) {
    interrupts.set(key, setting.place);
    return;
  }
  diagnostics.push(
    diagnosticAt(
      setting.place,
      'error',
      'duplicate-irq',
      `${nameOf(setting)} is ${String(number)}, and another connection takes that interrupt already. An interrupt has one handler; give one of the two another number, or connect one of them only.`,
      [related(other, 'The other one.')],
    ),
  );
}

function overlaps(memory: DeviceMemory[]): Diagnostic[] {
  const sorted = memory.toSorted((left, right) => (left.start < right.start ? -1 : 1));
  const diagnostics: Diagnostic[] = [];
  let last: DeviceMemory | undefined;
  for (const device of sorted) {
    if (last !== undefined && device.start < last.end)
      diagnostics.push(
        diagnosticAt(
          device.place,
          'warning',
          'device-overlap',
          `The memory of \`${endName(device.device)}\` (0x${device.start.toString(16)} to 0x${(device.end - 1n).toString(16)}) overlaps that of \`${endName(last.device)}\` (0x${last.start.toString(16)} to 0x${(last.end - 1n).toString(16)}). A page of device memory can be given out once; connect both drivers to one hardware component.`,
          [related(last.place, 'The other device.')],
        ),
      );
    if (last === undefined || device.end > last.end) last = device;
  }
  return diagnostics;
}

/** A setting without which the device cannot be; one that was not given is said at the end that needs it. */
function needed(
  device: ConnectionEndpoint,
  name: string,
  what: string,
  diagnostics: Diagnostic[],
): Setting | undefined {
  const { instance } = device;
  const setting = instance.settings.get(name);
  if (setting !== undefined || !instance.component.isHardware) return setting;
  const old = instance.settings.get(`${device.interface.name}_attributes`);
  const place = related(device.interface.place, 'The interface of the device.');
  diagnostics.push(
    diagnosticAt(
      device.place,
      old === undefined ? 'error' : 'warning',
      'missing-setting',
      `\`${instance.name}.${name}\` is not set, and the device \`${endName(device)}\` needs ${what}. Add \`${instance.name}.${name} = …;\` to the configuration.`,
      old === undefined
        ? [place]
        : [place, related(old.place, 'Only old versions of CAmkES read it from here.')],
    ),
  );
  return setting;
}

const numberOf = ({ value }: Setting): bigint | undefined =>
  value.kind === 'integer' && value.value >= 0n ? value.value : undefined;

function settingNumber({ instance }: ConnectionEndpoint, name: string): bigint | undefined {
  const setting = instance.settings.get(name);
  return setting === undefined ? undefined : numberOf(setting);
}

const nameOf = (setting: Setting): string => `\`${setting.instance}.${setting.attribute}\``;
const endName = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;
const isSameEnd = (left: ConnectionEndpoint, right: ConnectionEndpoint): boolean =>
  left.instance === right.instance && left.interface === right.interface;
const roundedUp = (bytes: bigint): bigint => ((bytes + pageBytes - 1n) / pageBytes) * pageBytes;
const related = (place: Place, message: string): RelatedPlace => ({
  file: place.file,
  range: place.range,
  message,
});
