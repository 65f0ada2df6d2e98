/**
 * What a component in guest TypeScript has for an end of a connection beside the methods that it calls: functions without
 * strings and arrays, which are the stubs themselves, and memory. The module `camkes` is made of it, and what an editor
 * is told.
 */
import type { EndBinding, MemoryBinding } from '../camkes/compile/bindings.js';
import type { GuestMessages } from './guest-message-text.js';
import { isOfTree } from './stubs/interrupts.js';
import { isBufferMessage, isMessage, isMessageMemory } from './stubs/shared-message.js';

export interface GuestNamespace {
  readonly name: string;
  readonly functions: readonly GuestFunction[];
  /** Read and written within its bounds, by functions of the namespace. */
  readonly memory?: GuestMemory;
  /** Calls whose messages are bytes. */
  readonly messages?: GuestMessages;
  /** Memory of each client, by its badge. */
  readonly isByBadge?: boolean;
}

export interface GuestMemory extends Pick<MemoryBinding, 'symbol' | 'sizeBytes'> {
  /** Where it begins, from the symbol. */
  readonly offset?: number;
}

export interface GuestFunction {
  readonly name: string;
  readonly symbol: string;
  /** As they are declared. */
  readonly parameters: string;
  readonly returns: 'void' | 'bool' | 'i32' | 'u32';
}

/** `taken` are names of methods, which go before. */
export function guestNamespaces(end: EndBinding, taken: readonly string[] = []): GuestNamespace[] {
  const { name, kind } = end.end.interface;
  const free = (functions: readonly GuestFunction[]): GuestFunction[] =>
    functions.filter((each) => !taken.includes(each.name));
  switch (kind) {
    case 'uses':
      return ofClient(end).map((each) => ({ ...each, functions: free(each.functions) }));
    case 'provides':
      return ofServer(end);
    case 'emits':
      return [{ name, functions: [call(name, 'emit')] }];
    case 'consumes':
      return ofConsumer(end);
    case 'dataport':
      if (end.memory === undefined) return [];
      return [
        {
          name,
          memory: end.memory,
          functions: [
            ...ofQueue(end),
            ...(end.memory.frames === undefined
              ? []
              : [
                  of('frame', `${name}_get_nth_frame_cap`, 'u32', 'index: u32'),
                  of('frameCount', `${name}_get_num_frame_caps`, 'u32'),
                ]),
          ],
        },
      ];
  }
}

const of = (
  name: string,
  symbol: string,
  returns: GuestFunction['returns'],
  parameters = '',
): GuestFunction => ({ name, symbol, parameters, returns });

const call = (
  interfaceName: string,
  name: string,
  returns: GuestFunction['returns'] = 'void',
): GuestFunction => of(name, `${interfaceName}_${name}`, returns);

const waits = (name: string): GuestFunction[] => [call(name, 'wait'), call(name, 'poll', 'bool')];

const ofQueue = ({ end, signals, notification }: EndBinding): GuestFunction[] => [
  ...(signals === undefined ? [] : [call(end.interface.name, 'notify')]),
  ...(notification === undefined ? [] : waits(end.interface.name)),
];

function ofClient(end: EndBinding): GuestNamespace[] {
  const { memory, endpoint } = end;
  const { name } = end.end.interface;
  if (isBufferMessage(end) || (isMessageMemory(end) && memory !== undefined)) {
    const isShared = memory !== undefined;
    const { isDirect = false } = end;
    const messages = { side: 'client', memory, isShared, isDirect } as const;
    return [{ name, messages, functions: ofQueue(end) }];
  }
  const pins = end.pins?.length ?? 0;
  const functions = [
    ...ofQueue(end),
    ...(pins === 0 ? [] : [of('pinCount', `${name}_num_allocated_pins`, 'u32')]),
  ];
  if (endpoint === undefined)
    return memory === undefined && functions.length === 0
      ? []
      : [{ name, functions, ...(memory === undefined ? {} : { memory }) }];
  return [
    { name, functions },
    ...(memory === undefined ? [] : [{ name: `${name}_buf`, memory, functions: [] }]),
  ];
}

function ofServer(end: EndBinding): GuestNamespace[] {
  const { clients = [], connection } = end;
  const { name } = end.end.interface;
  if (connection.connector.name.startsWith('seL4GDB')) return [];
  const has = (fact: 'memory' | 'signal' | 'pins'): boolean =>
    clients.some((client) => client[fact] !== undefined);
  const functions = [
    of('sender', `${name}_get_sender_id`, 'u32'),
    ...(has('signal') ? [of('emit', `${name}_emit`, 'void', 'badge: u32')] : []),
    ...(has('memory')
      ? [
          of('clientCount', `${name}_num_badges`, 'u32'),
          of('clientBadge', `${name}_enumerate_badge`, 'u32', 'index: u32'),
        ]
      : []),
    ...(has('pins') ? [of('pinOwner', `${name}_get_pin_assignee`, 'u32', 'pin: u32')] : []),
  ];
  const isShared = isMessageMemory(end);
  return [
    {
      name,
      functions,
      ...(isMessage(end) ? { messages: { side: 'server' as const, isShared } } : {}),
    },
    ...(has('memory') && !isMessage(end)
      ? [{ name: `${name}_buf`, functions: [], isByBadge: true }]
      : []),
  ];
}

function ofConsumer(end: EndBinding): GuestNamespace[] {
  const { interrupts, notification, registers = [], connection, signal } = end;
  const { name } = end.end.interface;
  const blocks = registers.map(({ memory, offset }, index) => ({
    name: `${name}_${String(index)}`,
    memory: { symbol: memory.symbol, sizeBytes: memory.sizeBytes - offset, offset },
    functions: [],
  }));
  if (interrupts !== undefined) {
    const several = interrupts.length > 1;
    const acknowledging = several
      ? interrupts.map((each) => ({
          name: each.name,
          functions: [call(each.name, 'acknowledge', 'i32')],
        }))
      : [];
    const own = [
      ...(several || interrupts.length === 0 ? [] : [call(name, 'acknowledge', 'i32')]),
      ...(signal !== undefined && notification !== undefined ? waits(name) : []),
    ];
    return [...(own.length === 0 ? [] : [{ name, functions: own }]), ...acknowledging, ...blocks];
  }
  if (connection.connector.name === 'seL4GlobalAsynchCallback' || isOfTree(end)) return blocks;
  if (connection.connector.name === 'seL4InitHardware') return [];
  return [{ name, functions: waits(name) }];
}
