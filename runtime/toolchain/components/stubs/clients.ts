/**
 * What a server knows of its clients, whom it tells apart by their badges: the functions that CAmkES has for signals,
 * for memory that each client shares with it, for pins and for addresses of network cards.
 */
import type { ClientBinding, EndBinding, MemoryBinding } from '../../camkes/compile/bindings.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  endFunction,
  newLabel,
  signalled,
  write,
  writeConstantFunction,
  writeSelection,
} from './stub-text.js';

export function writeClients(text: StubText, end: EndBinding): void {
  const { clients = [] } = end;
  const { name } = end.end.interface;
  writeSignals(text, name, clients);
  writeMemory(text, name, clients);
  if (end.connection.connector.name === 'seL4GPIOServer') writePins(text, name, clients);
  if (end.connection.connector.name === 'seL4Ethdriver') writeAddresses(text, name, clients);
}

/** The badge of the caller; of a server without a thread for it, the number of the client. */
export function writeSenderId(
  text: StubText,
  name: string,
  clients: readonly ClientBinding[] | undefined,
): void {
  const own = `${name}_get_sender_id`;
  beginFunction(text, own);
  write(text, 'lw a0, Thread_badge(tp)');
  clients?.forEach(({ badge }, index) => {
    const other = newLabel(text);
    write(text, `li t0, ${String(badge)}`, `bne a0, t0, ${other}`, `li a0, ${String(index)}`);
    write(text, 'ret', `${other}:`);
  });
  if (clients !== undefined) write(text, 'li a0, -1');
  write(text, 'ret');
  endFunction(text, own);
}

/** `NAME_emit(badge)` signals a client. */
function writeSignals(text: StubText, name: string, clients: readonly ClientBinding[]): void {
  const signals = clients.flatMap(({ badge, signal }) =>
    signal === undefined ? [] : [[badge, signalled(signal)] as const],
  );
  if (signals.length === 0) return;
  writeSelection(text, `${name}_emit`, signals, []);
  const largest = signals.reduce((most, [badge]) => (badge > most ? badge : most), 0n);
  writeConstantFunction(text, `${name}_largest_badge`, largest);
}

/** Clients of one badge are one. */
function writeMemory(text: StubText, name: string, clients: readonly ClientBinding[]): void {
  const memories = new Map<bigint, MemoryBinding>();
  for (const { badge, memory } of clients) if (memory !== undefined) memories.set(badge, memory);
  if (memories.size === 0) return;
  const select = (suffix: string, lines: (memory: MemoryBinding) => string): void => {
    const pairs = [...memories].map(([badge, memory]) => [badge, [lines(memory)]] as const);
    writeSelection(text, `${name}_${suffix}`, pairs, ['li a0, 0']);
  };
  select('buf', ({ symbol }) => `la a0, ${symbol}`);
  select('buf_size', ({ sizeBytes }) => `li a0, ${String(sizeBytes)}`);
  writeConstantFunction(text, `${name}_num_badges`, memories.size);
  const badges = [...memories.keys()].map(
    (badge, index) => [index, [`li a0, ${String(badge)}`]] as const,
  );
  writeSelection(text, `${name}_enumerate_badge`, badges, ['li a0, -1']);
}

/** The pins of each client end with -1. */
function writePinList(text: StubText, symbol: string, pins: readonly number[]): void {
  write(text, '', '.section .rodata', '.balign 4', `${symbol}:`);
  write(text, `.word ${[...pins, -1].join(', ')}`);
}

/** Of a client: what it may use. */
export function writeOwnPins(text: StubText, { end, pins }: EndBinding): void {
  if (pins === undefined) return;
  const { name } = end.interface;
  const list = newLabel(text);
  writePinList(text, list, pins);
  beginFunction(text, `${name}_get_allocated_pins`);
  write(text, `la a0, ${list}`, 'ret');
  endFunction(text, `${name}_get_allocated_pins`);
  writeConstantFunction(text, `${name}_num_allocated_pins`, pins.length);
}

function writePins(text: StubText, name: string, clients: readonly ClientBinding[]): void {
  const lists: (readonly [bigint, string, readonly number[]])[] = [];
  for (const { badge, pins } of clients) {
    if (pins === undefined) continue;
    const label = newLabel(text);
    writePinList(text, label, pins);
    lists.push([badge, label, pins]);
  }
  const select = (
    suffix: string,
    line: (label: string, pins: readonly number[]) => string,
  ): void => {
    const pairs = lists.map(([badge, label, pins]) => [badge, [line(label, pins)]] as const);
    writeSelection(text, `${name}_${suffix}`, pairs, ['li a0, 0']);
  };
  select('get_client_pins', (label) => `la a0, ${label}`);
  select('num_client_pins', (_, pins) => `li a0, ${String(pins.length)}`);
  const owners = lists.flatMap(([badge, , pins]) =>
    pins.map((pin) => [pin, [`li a0, ${String(badge)}`]] as const),
  );
  writeSelection(text, `${name}_get_pin_assignee`, owners, ['li a0, 0']);
}

function writeAddresses(text: StubText, name: string, clients: readonly ClientBinding[]): void {
  const known = clients.flatMap(({ badge, networkAddress }) =>
    networkAddress === undefined ? [] : [[badge, networkAddress] as const],
  );
  const has = known.map(([badge]) => [badge, ['li a0, 1']] as const);
  writeSelection(text, `${name}_has_mac`, has, ['li a0, 0']);
  const copies = known.map(
    ([badge, bytes]) =>
      [
        badge,
        bytes.flatMap((byte, index) => [`li t0, ${String(byte)}`, `sb t0, ${String(index)}(a1)`]),
      ] as const,
  );
  writeSelection(text, `${name}_get_mac`, copies, []);
}
