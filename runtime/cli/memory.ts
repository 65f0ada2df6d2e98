/**
 * `cantrip memory`: untyped memory with what was made from it, what each address space maps, and the arenas of
 * components in guest TypeScript, or the objects in those. A pause is counted in what the collector did: objects visited and blocks swept.
 */
import { formatAddress } from '../base/address.js';
import { viewAddressSpaces, type AddressSpaceView } from '../inspect/address-spaces.js';
import { fieldsOf, viewHeapObjects, type ArenaObjects } from '../inspect/heap-objects.js';
import { viewHeaps, type HeapView } from '../inspect/heaps.js';
import { viewUntypedMemory, type UntypedView } from '../inspect/untyped-memory.js';
import { textTable } from '../toolchain/text/text-table.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printJson, printOut } from './output.js';
import { bootOptions } from './platform-options.js';
import { atOption, parseMoment, runTo } from './run-until.js';

export const memory: Command = {
  name: 'memory',
  summary: 'Show the untyped memory of a booted system, its address spaces and its arenas.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    ...bootOptions,
    atOption,
    {
      name: '--objects',
      help: 'Show the objects in the arenas instead: by class, and each with its members and who refers to it.',
    },
    { name: '--json', help: 'Print one JSON document.' },
  ],
  run: runMemory,
};

async function runMemory(parsed: ParsedArguments): Promise<ExitCode> {
  const moment = parseMoment(parsed.options.get('--at'));
  const { platform, diagnostics } = await bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return 1;
  runTo(platform, moment);
  if (parsed.options.has('--objects')) {
    showObjects(viewHeapObjects(platform), parsed.options.has('--json'));
    return 0;
  }
  const untypeds = viewUntypedMemory(platform);
  const addressSpaces = viewAddressSpaces(platform);
  const heaps = viewHeaps(platform);
  if (parsed.options.has('--json')) {
    printJson({ instructions: platform.machine.instructions, untypeds, addressSpaces, heaps });
    return 0;
  }
  if (addressSpaces.length === 0 && untypeds.length === 0) {
    printOut('There is no untyped memory: the program runs without a kernel.\n');
    return 0;
  }
  for (const untyped of untypeds) printUntyped(untyped, '');
  for (const space of addressSpaces) printSpace(space);
  if (heaps.length > 0) printOut(heapText(heaps));
  return 0;
}

function showObjects(arenas: readonly ArenaObjects[], isJson: boolean): void {
  if (isJson)
    printJson({
      arenas: arenas.map((arena) => ({
        name: arena.name,
        ...(arena.problem === undefined ? {} : { problem: arena.problem }),
        classes: arena.classes,
        objects: arena.objects.map((object) => ({
          address: object.address,
          class: object.className,
          bytes: object.bytes,
          value: object.value.text,
          fields: fieldsOf(arena, object),
          heldBy: object.heldBy,
        })),
      })),
    });
  else if (arenas.length === 0) printOut('No program here has an arena.\n');
  else for (const arena of arenas) printOut(objectsText(arena));
}

const longestCell = 60;

function objectsText(arena: ArenaObjects): string {
  const { name, classes, objects, problem } = arena;
  const sums = classes.map(({ name: each, count, bytes }) => [each, String(count), String(bytes)]);
  const rows = objects.map((object) => [
    formatAddress(object.address),
    object.className,
    String(object.bytes),
    object.heldBy.join(', ') || '-',
    object.value.text.length > longestCell
      ? `${object.value.text.slice(0, longestCell)}…`
      : object.value.text,
  ]);
  return [
    textTable(`OBJECTS OF ${name}`, [['CLASS', 'OBJECTS', 'BYTES'], ...sums]),
    textTable('', [['ADDRESS', 'CLASS', 'BYTES', 'HELD BY', 'VALUE'], ...rows]),
    ...(problem === undefined ? [] : [`The list ends here: ${problem}.\n`]),
  ].join('');
}

function printUntyped(untyped: UntypedView, indent: string): void {
  const { object, sizeBytes, freeBytes, isDevice, place } = untyped;
  const kind = isDevice ? 'device registers' : 'untyped';
  printOut(
    `${indent}${formatAddress(object)}  ${kind}, ${sizeBytes} bytes, ${freeBytes} free  ${place}\n`,
  );
  for (const each of untyped.untypeds) printUntyped(each, `${indent}  `);
  for (const { label, sizeBytes: bytes } of untyped.objects) {
    printOut(`${indent}  ${label}, ${bytes} bytes\n`);
  }
}

function heapText(heaps: readonly HeapView[]): string {
  const head = ['COMPONENT', 'ARENA', 'USED', 'PEAK', 'COLLECTIONS', 'LONGEST PAUSE'];
  const cell = (value: number | undefined): string => (value === undefined ? '-' : String(value));
  return textTable('ARENAS IN BYTES', [
    head,
    ...heaps.map((heap) => [
      heap.name,
      String(heap.arenaBytes),
      cell(heap.usedBytes),
      cell(heap.peakBytes),
      cell(heap.collections),
      cell(heap.longestPauseSteps),
    ]),
  ]);
}

function printSpace({ asid, root, threads, mappings }: AddressSpaceView): void {
  const names = threads.map(({ name }) => name).join(', ');
  printOut(`Address space ${asid} of ${names}, root ${formatAddress(root)}\n`);
  for (const { start, sizeBytes, physical, rights } of mappings) {
    printOut(
      `  ${formatAddress(start)}  ${rights}  ${sizeBytes} bytes at ${formatAddress(physical)}\n`,
    );
  }
}
