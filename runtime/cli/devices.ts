/** `cantrip devices`: the registers of each device of the board, as the debugger's scope Devices shows them. */
import { formatAddress } from '../base/address.js';
import {
  formatField,
  formatRegister,
  viewDevices,
  type DeviceRegister,
  type DeviceView,
} from '../inspect/devices.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printJson, printOut } from './output.js';
import { bootOptions } from './platform-options.js';
import { atOption, parseMoment, runTo } from './run-until.js';

export const devices: Command = {
  name: 'devices',
  summary: "Show the registers of the board's devices, with a system booted.",
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [...bootOptions, atOption, { name: '--json', help: 'Print one JSON document.' }],
  run: runDevices,
};

async function runDevices(parsed: ParsedArguments): Promise<ExitCode> {
  const moment = parseMoment(parsed.options.get('--at'));
  const { platform, diagnostics } = await bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return 1;
  runTo(platform, moment);
  const views = viewDevices(platform);
  if (parsed.options.has('--json'))
    printJson({ instructions: platform.machine.instructions, devices: views });
  else printOut(views.map(deviceText).join('\n'));
  return 0;
}

function deviceText(device: DeviceView): string {
  const { name, address, sizeBytes, interrupts, widthBytes, registers } = device;
  const wires =
    interrupts.length === 0
      ? ''
      : `, interrupt${interrupts.length === 1 ? '' : 's'} ${interrupts.join(', ')}`;
  const lines = registers.flatMap((row) => (row.kind === 'array' ? runs(row.elements) : [row]));
  const width = Math.max(0, ...lines.map((line) => line.name.length));
  const what = widthBytes === undefined ? ', memory' : '';
  return [
    `${name}  ${formatAddress(address)}, ${sizeBytes} bytes${what}${wires}\n`,
    ...lines.map(
      (line) =>
        `  ${formatAddress(line.address)}  ${line.name.padEnd(width)}  ${formatRegister(line.value, widthBytes ?? 4)}${fieldsText(line)}\n`,
    ),
  ].join('');
}

/** Neighbours in an array that hold the same are one line: `PRIO[3..41]`. */
function runs(elements: readonly DeviceRegister[]): DeviceRegister[] {
  const found: DeviceRegister[] = [];
  let start = 0;
  elements.forEach(({ value }, index) => {
    if (elements[index + 1]?.value === value) return;
    const first = elements[start];
    if (first !== undefined)
      found.push(
        start === index ? first : { ...first, name: first.name.replace(']', `..${index}]`) },
      );
    start = index + 1;
  });
  return found;
}

const fieldsText = ({ value, fields }: DeviceRegister): string =>
  fields.length < 2 || value === undefined
    ? ''
    : `  ${fields.map((field) => `${field.name}=${formatField(field)}`).join(' ')}`;
