/**
 * The stubs of one instance, as assembly text: the table of its threads, what starts them, and the functions and
 * data through which the component uses its connections. All names are those that CAmkES gives to them in C. What
 * the component itself has to have is told, too, so that a function that is missing is a diagnostic at the line of
 * the assembly that asks for it.
 */
import type { Place } from '../../text/source-line.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import { threadLayoutPath } from '../../../system/component/sources.js';
import { smallPageBytes } from '../../camkes/compile/architecture.js';
import type { EndBinding, InstanceBindings, ThreadBinding } from '../../camkes/compile/bindings.js';
import type { MethodType } from '../../camkes/system.js';
import type { MethodLayout } from '../method-layout.js';
import { layOutMethod } from '../method-layout.js';
import { prototypeOf } from '../prototype.js';
import { constantsPath } from '../sel4-constants.js';
import { writeAttribute } from './attributes.js';
import { writeRpcClient } from './rpc-client.js';
import { writeRpcServer } from './rpc-server.js';
import { writeMessageClient, writeMessageServer } from './shared-message.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  newStubText,
  waitingCall,
  write,
  writeWord,
} from './stub-text.js';

export interface ComponentStubs {
  readonly text: string;
  /** Functions that the component has to define. */
  readonly handlers: readonly Handler[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Handler {
  readonly symbol: string;
  /** How C declares it. */
  readonly prototype: string;
  /** The interface that it is for. */
  readonly interface: string;
  readonly place: Place;
  /** Where the procedure declares the method. */
  readonly declared: Place | undefined;
  /** `one` of those with the same interface is enough: of an interrupt with many sources. */
  readonly need: 'always' | 'one';
}

interface Making {
  readonly text: StubText;
  readonly handlers: Handler[];
  readonly diagnostics: Diagnostic[];
  readonly said: Set<MethodType>;
  /** Functions that the component has, where they are known. */
  readonly defined: ReadonlySet<string>;
}

/** `guest`: threads take turns, and handlers are wrapped in functions with a prefix before their names. */
export type ComponentLanguage = 'c' | 'guest';

export const guestHandlerPrefix = '__camkes_';

export function componentStubs(
  bindings: InstanceBindings,
  language: ComponentLanguage = 'c',
  defined: ReadonlySet<string> = new Set(),
): ComponentStubs {
  const isGuest = language === 'guest';
  const text = newStubText({
    handlerPrefix: isGuest ? guestHandlerPrefix : '',
    takesTurns: isGuest && bindings.threads.length > 1,
  });
  const making: Making = { text, handlers: [], diagnostics: [], said: new Set(), defined };
  for (const path of [constantsPath, threadLayoutPath])
    write(text, `.include "${path.replace(/^.*\//, '')}"`);
  if (text.takesTurns) writeWord(text, '.data', 'camkes_turns', 'camkes_take_turns');
  writeThreads(text, bindings.threads);
  writeLifecycle(text, bindings);
  writeLocks(text, bindings);
  for (const attribute of bindings.attributes) writeAttribute(text, attribute);
  writeConstantString(text, 'camkes_empty', '');
  writeConstantString(text, 'camkes_instance_name', bindings.instance.name);
  beginFunction(text, 'get_instance_name');
  write(text, 'la a0, camkes_instance_name', 'ret');
  endFunction(text, 'get_instance_name');
  for (const end of endsByInterface(bindings.ends)) writeEnd(making, end);
  return {
    text: `${text.lines.join('\n')}\n`,
    handlers: making.handlers,
    diagnostics: making.diagnostics,
  };
}

/** An interface in several connections has one function, which signals all. */
function endsByInterface(ends: readonly EndBinding[]): EndBinding[] {
  const byName = new Map<string, EndBinding>();
  for (const end of ends) {
    const { name } = end.end.interface;
    const known = byName.get(name);
    byName.set(
      name,
      known?.signals === undefined
        ? end
        : { ...known, signals: [...known.signals, ...(end.signals ?? [])] },
    );
  }
  return [...byName.values()];
}

function writeThreads(text: StubText, threads: readonly ThreadBinding[]): void {
  write(text, '', '.data', '.balign 4', '.globl camkes_threads', 'camkes_threads:');
  for (const thread of threads) {
    const served = thread.interface?.name;
    write(
      text,
      `.word ${String(thread.tcb)}, ${thread.ipcBufferSymbol} + ${String(smallPageBytes)}`,
    );
    write(text, `.word ${String(thread.index)}, 0`);
    for (const name of [`${served ?? ''}__init`, `${served ?? ''}__run`]) {
      if (served === undefined) write(text, '.word 0');
      else write(text, `.weak ${name}`, `.word ${name}`);
    }
    write(text, `.word ${thread.isPassive ? 'ThreadFlag_passive' : '0'}, 0`);
  }
  write(text, '.space Thread_bytes');
}

function writeLifecycle(text: StubText, { lifecycle }: InstanceBindings): void {
  writeLock(text, 'camkes_pre_init', lifecycle.preInit, 0);
  writeLock(text, 'camkes_interface_init', lifecycle.interfaceInit, 0);
  writeLock(text, 'camkes_post_init', lifecycle.postInit, 0);
  const { passive } = lifecycle;
  const words = `${String(passive?.schedContext ?? 0)}, ${String(passive?.notification ?? 0)}`;
  writeWord(text, '.data', 'camkes_passive', words);
}

function writeLock(text: StubText, name: string, slot: number, value: number): void {
  writeWord(text, '.data', name, `${String(slot)}, ${String(value)}`);
}

function writeLocks(
  text: StubText,
  { mutexes, semaphores, binarySemaphores }: InstanceBindings,
): void {
  const add = (name: string, slot: number, value: number, functions: Record<string, string>) => {
    const record = `camkes_lock.${name}`;
    writeLock(text, record, slot, value);
    for (const [suffix, target] of Object.entries(functions))
      writeForward(text, `${name}_${suffix}`, record, target);
  };
  for (const { name, slot } of mutexes)
    add(name, slot, 1, { lock: 'camkes_lock', unlock: 'camkes_unlock' });
  for (const { name, slot, initial } of semaphores)
    add(name, slot, initial, {
      wait: 'camkes_semaphore_wait',
      trywait: 'camkes_semaphore_trywait',
      post: 'camkes_semaphore_post',
    });
  for (const { name, slot, initial } of binarySemaphores)
    add(name, slot, initial, { wait: 'camkes_lock', post: 'camkes_unlock' });
}

/** A function that gives a record to another one, with its own arguments behind it. */
function writeForward(text: StubText, name: string, record: string, target: string): void {
  beginFunction(text, name);
  write(text, 'mv a2, a1', 'mv a1, a0', `la a0, ${record}`);
  if (text.takesTurns && waiting.has(target))
    write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', ...waitingCall(text, target), 'lw ra, 12(sp)');
  write(
    text,
    ...(text.takesTurns && waiting.has(target) ? ['addi sp, sp, 16', 'ret'] : [`tail ${target}`]),
  );
  endFunction(text, name);
}

/** Functions of the runtime that may wait in the kernel. */
const waiting: ReadonlySet<string> = new Set([
  'camkes_lock',
  'camkes_semaphore_wait',
  'camkes_event_wait',
]);

function writeConstantString(text: StubText, name: string, value: string): void {
  write(
    text,
    '',
    '.section .rodata',
    `.globl ${name}`,
    `${name}:`,
    `.asciz ${JSON.stringify(value)}`,
  );
}

function writeEnd(making: Making, end: EndBinding): void {
  const { text } = making;
  const { interface: declared } = end.end;
  const { name } = declared;
  switch (declared.kind) {
    case 'uses':
      if (end.connection.connector.name === 'seL4DirectCall') writeDirectCall(making, end);
      else if (end.endpoint !== undefined && end.memory !== undefined && isMessageMemory(end))
        writeMessageClient(text, { interface: name, endpoint: end.endpoint, memory: end.memory });
      else if (end.endpoint !== undefined)
        writeRpcClient(text, {
          interface: name,
          endpoint: end.endpoint,
          methods: layoutsOf(making, end),
        });
      if (end.memory !== undefined && !isMessageMemory(end))
        writeWord(text, '.data', `${name}_buffer`, end.memory.symbol);
      if (end.notification !== undefined) writeWaits(text, name, end.notification);
      break;
    case 'provides':
      writeServer(making, end);
      break;
    case 'emits':
      beginFunction(text, `${name}_emit`);
      write(text, ...(end.signals ?? []).flatMap(signalled), 'ret');
      endFunction(text, `${name}_emit`);
      break;
    case 'consumes':
      writeConsumer(making, end);
      break;
    case 'dataport':
      if (end.memory !== undefined && end.memory.symbol !== name)
        writeWord(text, '.data', name, end.memory.symbol);
      break;
  }
}

const signalled = (slot: number): string[] => [
  `li a0, ${String(slot)}`,
  'li a1, 0',
  'li a7, seL4_SysSend',
  'ecall',
];

/** Whether the memory is what calls themselves go through. */
const isMessageMemory = ({ connection }: EndBinding): boolean =>
  /^(?:cantrip|seL4)RPC\w*OverMultiSharedData$/.test(connection.connector.name);

/** One of an unknown type is told once, at its declaration, and has no stub. */
function layoutsOf(
  { diagnostics, said }: Making,
  { end }: EndBinding,
): readonly (MethodLayout | undefined)[] {
  return (end.interface.procedure?.methods ?? []).map((method) => {
    const found = layOutMethod(method);
    if (found.ok) return found.layout;
    if (!said.has(method))
      diagnostics.push(
        diagnosticAt(method.place, 'error', 'rpc-type', found.message, [
          { ...end.interface.place, message: 'This interface needs the stub.' },
        ]),
      );
    said.add(method);
    return undefined;
  });
}

function writeDirectCall({ text }: Making, { connection, end }: EndBinding): void {
  const [server] = connection.to;
  if (server === undefined) return;
  for (const { name } of end.interface.procedure?.methods ?? []) {
    const own = `${end.interface.name}_${name}`;
    beginFunction(text, own);
    write(text, `tail ${server.instance.name}.${server.interface.name}_${name}`);
    endFunction(text, own);
  }
}

function writeServer(making: Making, end: EndBinding): void {
  const { text, handlers } = making;
  const { interface: declared } = end.end;
  const { name, place } = declared;
  const isDirect = end.connection.connector.name === 'seL4DirectCall';
  if (isMessageMemory(end) && end.endpoint !== undefined) {
    const symbol = `${text.handlerPrefix}${name}_request`;
    const prototype = `unsigned ${name}_request(seL4_Word badge, unsigned label, void *message, size_t size)`;
    handlers.push({
      symbol,
      prototype,
      interface: name,
      place,
      declared: undefined,
      need: 'always',
    });
    writeMessageServer(text, {
      interface: name,
      endpoint: end.endpoint,
      reply: end.reply ?? 0,
      clients: end.clients ?? [],
    });
    return;
  }
  for (const method of declared.procedure?.methods ?? [])
    handlers.push({
      symbol: `${text.handlerPrefix}${name}_${method.name}`,
      prototype: prototypeOf(`${name}_${method.name}`, method),
      interface: name,
      place,
      declared: method.place,
      need: 'always',
    });
  if (isDirect || end.endpoint === undefined) return;
  const methods = layoutsOf(making, end);
  writeRpcServer(text, {
    interface: name,
    endpoint: end.endpoint,
    reply: end.reply ?? 0,
    methods,
  });
  beginFunction(text, `${name}_get_sender_id`);
  write(text, 'lw a0, Thread_badge(tp)', 'ret');
  endFunction(text, `${name}_get_sender_id`);
  writeClientSignals(text, end);
}

/** What tells a client something: `NAME_emit(badge)`. */
function writeClientSignals(text: StubText, { end, clients = [] }: EndBinding): void {
  if (!clients.some(({ signal }) => signal !== undefined)) return;
  const name = `${end.interface.name}_emit`;
  beginFunction(text, name);
  clients.forEach(({ badge, signal }, index) => {
    if (signal === undefined) return;
    const other = `.L${name}${String(index)}`;
    write(text, `li t0, ${String(badge)}`, `bne a0, t0, ${other}`, ...signalled(signal), 'ret');
    write(text, `${other}:`);
  });
  write(text, 'ret');
  endFunction(text, name);
}

function writeConsumer({ text, handlers, defined }: Making, end: EndBinding): void {
  const { name, place } = end.end.interface;
  const { notification, handoff, lock, interrupts } = end;
  if (notification === undefined) return;
  if (interrupts !== undefined) {
    writeInterrupts(text, name, notification, interrupts);
    const isOne = interrupts.length <= 1;
    for (const handler of isOne
      ? [`${name}_handle`]
      : [`${name}_handle`, ...interrupts.map((each) => `${each.name}_handle`)])
      handlers.push({
        symbol: handler,
        prototype: `void ${handler}(void)`,
        interface: name,
        place,
        declared: undefined,
        need: 'one',
      });
    return;
  }
  if (handoff === undefined || lock === undefined) {
    writeWaits(text, name, notification);
    return;
  }
  const record = `camkes_event.${name}`;
  const handler = writeEventHandler(text, name, defined.has(`${name}_handle`));
  writeWord(
    text,
    '.data',
    record,
    `${String(notification)}, ${String(handoff)}, 0, ${String(lock)}, 1, 0, 0, ${handler}`,
  );
  for (const [suffix, target] of [
    ['_run', 'camkes_event_run'],
    ['wait', 'camkes_event_wait'],
    ['poll', 'camkes_event_poll'],
    ['reg_callback', 'camkes_event_register'],
  ] as const)
    writeForward(text, `${name}_${suffix}`, record, target);
}

/** What is called at each event; a component need not have it. */
function writeEventHandler(text: StubText, name: string, isDefined: boolean): string {
  const handler = `${name}_handle`;
  write(text, `.weak ${handler}`);
  if (!text.takesTurns) return handler;
  if (!isDefined) return '0';
  const wrapper = `${name}__event`;
  beginFunction(text, wrapper);
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', ...beginsEvent(text), `call ${handler}`);
  write(text, ...endsEvent(text), 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, wrapper);
  return wrapper;
}

/** Waiting at the notification itself. */
function writeWaits(text: StubText, name: string, notification: number): void {
  for (const [suffix, call] of [
    ['wait', 'camkes_notification_wait'],
    ['poll', 'camkes_notification_poll'],
  ] as const) {
    beginFunction(text, `${name}_${suffix}`);
    write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', `li a0, ${String(notification)}`);
    if (suffix === 'wait') write(text, ...waitingCall(text, call));
    else write(text, `call ${call}`, 'snez a0, a0');
    write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
    endFunction(text, `${name}_${suffix}`);
  }
}

/** Of several interrupts each has its own function; or one takes all and is told which by the badge. */
function writeInterrupts(
  text: StubText,
  name: string,
  notification: number,
  interrupts: NonNullable<EndBinding['interrupts']>,
): void {
  beginFunction(text, `${name}__run`);
  write(text, '1:', `li a0, ${String(notification)}`, 'call camkes_interrupt_wait', 'mv s0, a0');
  write(text, ...beginsEvent(text), `call_optional ${name}_handle`);
  if (interrupts.length > 1)
    interrupts.forEach((each, index) => {
      write(
        text,
        `li t0, ${String(each.badge)}`,
        'and t0, s0, t0',
        `beqz t0, ${String(10 + index)}f`,
      );
      write(text, `call_optional ${each.name}_handle`, `${String(10 + index)}:`);
    });
  write(text, ...endsEvent(text), 'j 1b');
  endFunction(text, `${name}__run`);
  for (const { name: source, handler } of interrupts) {
    const symbol = `${interrupts.length > 1 ? source : name}_acknowledge`;
    beginFunction(text, symbol);
    write(text, `li a0, ${String(handler)}`, 'tail camkes_interrupt_acknowledge');
    endFunction(text, symbol);
  }
}
