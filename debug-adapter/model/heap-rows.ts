/** An arena as rows of the Variables view: what is in use, and its objects: classes, in each its objects, in each its members and holders. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../runtime/base/address.js';
import { heapObjectsOfThread, type HeapObject } from '../../runtime/inspect/heap-objects.js';
import { heapsOfThread, type HeapView } from '../../runtime/inspect/heaps.js';
import { insideOf } from '../../runtime/inspect/typed-value.js';
import type { Debuggee } from './debuggee.js';
import { rowOf } from './locals.js';
import type { HeapContainer } from './variables.js';

/** The arena of the thread's program; of several instances in one program those of each. */
export function heapRows(
  { platform, variables }: Debuggee,
  thread: number,
): DebugProtocol.Variable[] {
  const heaps = heapsOfThread(platform, thread);
  return heaps.flatMap((heap, arena) => [
    ...heapMembers(heap).map(([name, value, type]) => ({
      name: heaps.length === 1 ? name : `${heap.name} ${name}`,
      value: value === undefined ? 'not told by this build' : String(value),
      type,
      variablesReference: 0,
      presentationHint: { attributes: ['readOnly' as const] },
    })),
    {
      name: heaps.length === 1 ? 'objects' : `${heap.name} objects`,
      value: 'by class',
      type: 'What is in the arena, and who refers to it.',
      variablesReference: variables.containerHandle({ kind: 'objects', thread, arena }),
      presentationHint: { attributes: ['readOnly' as const] },
    },
  ]);
}

const heapMembers = (
  heap: HeapView,
): readonly (readonly [string, number | undefined, string])[] => [
  ['arena', heap.arenaBytes, 'Bytes, as the setting heap_size says.'],
  ['used', heap.usedBytes, 'Bytes of objects, with their headers.'],
  ['peak', heap.peakBytes, 'The most bytes that were ever in use.'],
  ['collections', heap.collections, 'How often memory was collected.'],
  [
    'longest pause',
    heap.longestPauseSteps,
    'Objects visited and blocks swept in the longest collection.',
  ],
];

/** Rows of one class; the command `cantrip memory --objects` has all. */
const mostRows = 1000;
const mostMembers = 1000;

export function objectRows(debuggee: Debuggee, container: HeapContainer): DebugProtocol.Variable[] {
  const { thread, className, address } = container;
  const found = heapObjectsOfThread(debuggee.platform, thread)[container.arena];
  if (found === undefined) return [];
  const handle = (more: Partial<HeapContainer>): number =>
    debuggee.variables.containerHandle({ ...container, ...more });
  if (className === undefined) {
    const rows = found.classes.map(({ name, count, bytes }) =>
      plain(name, `${count} ${count === 1 ? 'object' : 'objects'}, ${bytes} bytes`, {
        variablesReference: handle({ className: name }),
      }),
    );
    return found.problem === undefined ? rows : [...rows, plain('the list ends', found.problem)];
  }
  if (address === undefined) {
    const objects = found.objects.filter((each) => each.className === className);
    const rows = objects.slice(0, mostRows).map((object) => ({
      ...plain(formatAddress(object.address), object.value.text, {
        variablesReference: handle({ address: object.address }),
      }),
      memoryReference: formatAddress(object.address),
      type: `${className}, ${object.bytes} bytes`,
    }));
    return objects.length <= mostRows
      ? rows
      : [...rows, plain('…', `${objects.length - mostRows} more objects`)];
  }
  const object = found.objects.find((each) => each.address === address);
  if (object === undefined) return [];
  const { inside } = object.value;
  const members = inside === undefined ? [] : insideOf(found.reading, inside, 0, mostMembers);
  return [
    plain('held by', holders(object)),
    plain('bytes', String(object.bytes)),
    ...members.map(({ name, value }) =>
      rowOf(debuggee, { kind: 'locals', thread, depth: 0 }, name, value, undefined),
    ),
  ];
}

const holders = ({ heldBy }: HeapObject): string =>
  heldBy.length === 0 ? 'no object, no variable of a module, and no thread' : heldBy.join(', ');

const plain = (
  name: string,
  value: string,
  more: Partial<DebugProtocol.Variable> = {},
): DebugProtocol.Variable => ({
  name,
  value,
  variablesReference: 0,
  presentationHint: { attributes: ['readOnly'] },
  ...more,
});
