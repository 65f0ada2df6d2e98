/**
 * The stubs of one instance, as assembly text: the table of its threads, what starts them, and the functions and
 * data through which the component uses its connections. All names are those that CAmkES gives to them in C. What
 * the component itself has to have is told, too, so that a function that is missing is a diagnostic at the line of
 * the assembly that asks for it.
 */
import type { Diagnostic } from '../../text/diagnostic.js';
import { threadLayoutPath } from '../../../system/component/sources.js';
import { symbolOf } from '../../camkes/compile/address-space.js';
import { smallPageBytes } from '../../camkes/compile/architecture.js';
import type {
  EndBinding,
  FaultBinding,
  InstanceBindings,
  ThreadBinding,
} from '../../camkes/compile/bindings.js';
import type { Instance } from '../../camkes/system.js';
import type { Place } from '../../text/source-line.js';
import { constantsPath } from '../sel4-constants.js';
import { writeAttributes } from './attributes.js';
import { writeOwnPins } from './clients.js';
import { writeBufferClient } from './buffer-message.js';
import { writeDmaPool } from './dma-pool.js';
import { writeDirectCalls, type Callee } from './direct-call.js';
import { writeDirectMessages } from './direct-message.js';
import { handlesErrors, writeErrorHandler } from './errors.js';
import { writeConsumer, writeEmitter, writeSignalThread } from './events.js';
import { writePairing } from './interrupts.js';
import {
  guestHandlerPrefix,
  layoutsOf,
  type ComponentLanguage,
  type Handler,
  type Making,
} from './making.js';
import { writeRpcClient } from './rpc-client.js';
import { writeServer } from './servers.js';
import { writeBuffer, writeDataport, writeQueue } from './shared-memory.js';
import { writeCallingClient } from './message-calls.js';
import {
  isBufferMessage,
  isMessage,
  isMessageMemory,
  messagesOf,
  writeMessageClient,
} from './shared-message.js';
import { unservedInterfaces, writeSingleThread } from './single-thread.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  isGuestText,
  newLabel,
  newStubText,
  write,
  writeForward,
  writeWord,
} from './stub-text.js';

export type { Handler } from './making.js';

export interface ComponentStubs {
  readonly text: string;
  /** Functions that the component has to define. */
  readonly handlers: readonly Handler[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface StubOptions {
  readonly language?: ComponentLanguage;
  /** Functions that the component has, where they are known. */
  readonly defined?: ReadonlySet<string>;
  /** Of a member of a capsule, whose threads take turns with those of the others: what it knows of them. */
  readonly calleeOf?: (server: Instance) => Callee | undefined;
  /** In a debug build a mutex knows who holds it. */
  readonly optimization?: 'debug' | 'release';
  /** Functions that it defines or calls: who registers a handler of errors is told of them. */
  readonly named?: ReadonlySet<string>;
}

export function componentStubs(
  bindings: InstanceBindings,
  {
    language = 'c',
    defined = new Set(),
    calleeOf,
    optimization = 'debug',
    named = new Set(),
  }: StubOptions = {},
): ComponentStubs {
  const isGuest = language === 'guest';
  const isSingle = bindings.singleThread !== undefined;
  const own = bindings.threads.filter(({ isFaultHandler }) => !isFaultHandler);
  const hasOwnTurn = calleeOf === undefined && isGuest && (isSingle || own.length > 1);
  const text = newStubText({
    handlerPrefix: isGuest ? guestHandlerPrefix : '',
    takesTurns: hasOwnTurn || calleeOf !== undefined,
    isMember: calleeOf !== undefined,
    errorPlaces: !isGuest && handlesErrors(named) ? placesOf(bindings) : undefined,
  });
  const making: Making = {
    text,
    handlers: [],
    diagnostics: [],
    said: new Set(),
    defined,
    named,
    language,
    calleeOf: calleeOf ?? (() => undefined),
  };
  for (const path of [constantsPath, threadLayoutPath])
    write(text, `.include "${path.replace(/^.*\//, '')}"`);
  if (text.takesTurns) writeWord(text, '.data', 'camkes_turns', 'camkes_open_event');
  if (hasOwnTurn)
    writeWord(text, '.data', 'camkes_turn', `${String(bindings.lifecycle.preInit)}, 0`);
  writeThreads(text, bindings);
  writeLifecycle(text, bindings);
  writeLocks(text, bindings, optimization);
  writeAttributes(text, bindings.attributes);
  if (bindings.dmaPool !== undefined) writeDmaPool(text, bindings.dmaPool);
  writeConstantString(text, 'camkes_empty', '');
  writeConstantString(text, 'camkes_instance_name', bindings.instance.name);
  if (isGuest) writeCSpace(text, bindings);
  if (isGuest && defined.has('loop')) writeLoop(text);
  if (isGuest) writeGuestString(text, 'camkes_instance_text', bindings.instance.name);
  if (isGuest) writeOwnRecord(text, bindings);
  beginFunction(text, 'get_instance_name');
  write(text, 'la a0, camkes_instance_name', 'ret');
  endFunction(text, 'get_instance_name');
  if (calleeOf !== undefined) writeDirectInit(text, bindings);
  const ends = endsByInterface(bindings.ends);
  for (const end of ends) writeEnd(making, end, bindings);
  writePairing(text, ends);
  if (calleeOf === undefined) making.diagnostics.push(...unservedInterfaces(bindings));
  if (bindings.singleThread !== undefined) writeSingleThread(text, bindings.singleThread, ends);
  return {
    text: `${text.lines.join('\n')}\n`,
    handlers: making.handlers,
    diagnostics: making.diagnostics,
  };
}

const placesOf = ({ ends }: InstanceBindings): Map<string, Place> =>
  new Map(ends.map(({ end: { interface: declared } }) => [declared.name, declared.place]));

/** Does not return. Who has no `loop` has no need of the collector for it, either. */
function writeLoop(text: StubText): void {
  const [again, collected] = [newLabel(text), newLabel(text)];
  const collect = ['.weak __camkes_collect', 'la t0, __camkes_collect', `beqz t0, ${collected}`];
  beginFunction(text, 'camkes_loop');
  write(
    text,
    `${again}:`,
    ...(text.takesTurns ? beginsEvent(text) : [...collect, 'jalr t0', `${collected}:`]),
    'call loop',
    ...endsEvent(text),
    `j ${again}`,
  );
  endFunction(text, 'camkes_loop');
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
        : {
            ...known,
            signals: [...known.signals, ...(end.signals ?? [])],
            counters: [...(known.counters ?? []), ...(end.counters ?? [])],
          },
    );
  }
  return [...byName.values()];
}

function writeThreads(text: StubText, { threads, faults, instance }: InstanceBindings): void {
  if (faults !== undefined) writeFaultThread(text, faults, instance, threads);
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
    const reports = faults !== undefined && thread.isFaultHandler;
    const flag = thread.isPassive ? 'ThreadFlag_passive' : '0';
    write(text, `.word ${reports ? 'ThreadFlag_faults' : flag}, 0, 0`);
  }
  write(text, '.space Thread_bytes');
}

/** The table of names by badge, and where the thread that reports begins. */
function writeFaultThread(
  text: StubText,
  { endpoint, reply }: FaultBinding,
  { name: own }: Instance,
  threads: readonly ThreadBinding[],
): void {
  const table = newLabel(text);
  const names = threads.map((thread) => ({ thread, label: newLabel(text) }));
  const prefix = `${own.replace(/[^A-Za-z0-9]/g, '_')}_`;
  write(text, '.section .rodata', '.balign 4', `${table}:`);
  for (const { thread, label } of names) write(text, `.word ${String(thread.tcb)}, ${label}`);
  write(text, '.word 0');
  for (const { thread, label } of names) {
    const shown = thread.interface?.name ?? thread.name.replace(prefix, '').replace(/^0_/, '');
    write(text, `${label}:`, `.asciz ${JSON.stringify(shown)}`);
  }
  beginFunction(text, 'camkes_fault_thread');
  write(text, `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`, `la a1, ${table}`);
  write(text, 'tail camkes_report_faults');
  endFunction(text, 'camkes_fault_thread');
}

function writeLifecycle(text: StubText, { lifecycle }: InstanceBindings): void {
  writeLock(text, 'camkes_pre_init', lifecycle.preInit, 0);
  writeLock(text, 'camkes_interface_init', lifecycle.interfaceInit, 0);
  writeLock(text, 'camkes_post_init', lifecycle.postInit, 0);
  const { passive } = lifecycle;
  const words = `${String(passive?.schedContext ?? 0)}, ${String(passive?.notification ?? 0)}`;
  writeWord(text, '.data', 'camkes_passive', words);
}

/** What an interface without a thread has to do before it is called, the thread that starts the component does. */
function writeDirectInit(text: StubText, { ends, threads }: InstanceBindings): void {
  const served = new Set(threads.map((thread) => thread.interface?.name));
  const names = ends.flatMap(({ end: { interface: declared } }) =>
    declared.kind === 'provides' && !served.has(declared.name) ? [declared.name] : [],
  );
  beginFunction(text, 'camkes_init_direct');
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)');
  for (const name of names) write(text, `call_optional ${name}__init`);
  write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, 'camkes_init_direct');
}

function writeLock(text: StubText, name: string, slot: number, value: number): void {
  writeWord(text, '.data', name, `${String(slot)}, ${String(value)}`);
}

function writeLocks(
  text: StubText,
  { mutexes, semaphores, binarySemaphores }: InstanceBindings,
  optimization: 'debug' | 'release',
): void {
  const add = (name: string, slot: number, value: number, functions: Record<string, string>) => {
    const record = `camkes_lock.${name}`;
    writeWord(text, '.data', record, `${String(slot)}, ${String(value)}, 0`);
    for (const [suffix, target] of Object.entries(functions))
      writeForward(text, `${name}_${suffix}`, record, target);
  };
  for (const { name, slot } of mutexes)
    add(
      name,
      slot,
      1,
      optimization === 'debug'
        ? { lock: 'camkes_mutex_lock', unlock: 'camkes_mutex_unlock' }
        : { lock: 'camkes_lock', unlock: 'camkes_unlock' },
    );
  for (const { name, slot, initial } of semaphores)
    add(name, slot, initial, {
      wait: 'camkes_semaphore_wait',
      trywait: 'camkes_semaphore_trywait',
      post: 'camkes_semaphore_post',
    });
  for (const { name, slot, initial } of binarySemaphores)
    add(name, slot, initial, { wait: 'camkes_lock', post: 'camkes_unlock' });
}

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

/** What the library knows of the component's own CNode: `system/sel4/cspace.ts`. */
function writeCSpace(text: StubText, { cspace, instance }: InstanceBindings): void {
  const {
    root = 0,
    firstFree = 0,
    lastFree = 0,
    slotCount = 0,
    receiveNode = 0,
    receiveNodeBits = 0,
    vspace = 0,
    asidPool = 0,
    timeControl = 0,
    domainControl = 0,
    takesUntyped = false,
  } = cspace ?? {};
  const slots = [root, firstFree, lastFree, receiveNode, receiveNodeBits, vspace];
  const bootInfo = takesUntyped ? symbolOf(instance, 'BOOTINFO_FRAME') : '0';
  const words = [...slots, asidPool, timeControl, domainControl, bootInfo, slotCount];
  writeWord(text, '.section .rodata', 'camkes_cspace', words.join(', '));
}

/** What the library tells a component of itself: `system/sel4/own-program.ts`. Only who asks for it has it. */
function writeOwnRecord(text: StubText, { instance, threads }: InstanceBindings): void {
  writeGuestString(text, 'camkes_own_program', instance.addressSpace);
  const rows = threads.map(({ tcb, interface: served, isFaultHandler }, index) => {
    const symbol = `camkes_own_thread_${String(index)}`;
    writeGuestString(text, symbol, served?.name ?? (isFaultHandler ? 'faults' : ''));
    return `.word ${String(tcb)}, ${symbol}`;
  });
  write(text, '', '.section .data.camkes_own, "aw"', '.balign 4', '.globl camkes_own');
  write(text, 'camkes_own:', `.word camkes_own_program, ${String(rows.length)}`, ...rows);
}

/** As a static object of guest TypeScript, which a collection marks and does not move: `guest-runtime/header.ts`. */
function writeGuestString(text: StubText, name: string, value: string): void {
  const units = Array.from({ length: value.length }, (_, index) => value.charCodeAt(index));
  write(text, '', `.section .data.${name}, "aw"`, '.balign 16');
  write(text, `.word 0, 0, ${String(stringClass)}, ${String(2 * units.length)}`);
  write(text, `.globl ${name}`, `${name}:`, ...units.map((unit) => `.half ${String(unit)}`));
}

/** The library numbers its classes: objects are 0, array buffers 1, strings 2. */
const stringClass = 2;

function writeEnd(
  making: Making,
  end: EndBinding,
  { lifecycle }: Pick<InstanceBindings, 'lifecycle'>,
): void {
  const { text } = making;
  const { interface: declared } = end.end;
  const { name } = declared;
  if (declared.procedure !== undefined) writeErrorHandler(text, name);
  switch (declared.kind) {
    case 'uses':
      if (end.isDirect && isMessage(end)) writeDirectMessages(making, end, lifecycle.interfaceInit);
      else if (end.isDirect || end.connection.connector.name === 'seL4DirectCall')
        writeDirectCalls(making, end);
      else if (end.endpoint !== undefined && isGuestText(text) && isMessage(end))
        writeCallingClient(text, {
          interface: name,
          endpoint: end.endpoint,
          // Nobody waits there any more once threads of the component may call at the same time.
          lock: lifecycle.interfaceInit,
        });
      else if (end.endpoint !== undefined && end.memory !== undefined && isMessageMemory(end))
        writeMessageClient(text, { interface: name, endpoint: end.endpoint, memory: end.memory });
      else if (end.endpoint !== undefined && isBufferMessage(end))
        writeBufferClient(text, name, end.endpoint);
      else if (end.endpoint !== undefined)
        writeRpcClient(text, {
          interface: name,
          endpoint: end.endpoint,
          methods: layoutsOf(making, end),
          memory: messagesOf(end),
          lock: messagesOf(end) === undefined ? undefined : end.bufferLock,
        });
      if (!isMessageMemory(end)) writeBuffer(text, end);
      writeQueue(text, end);
      if (isGuestText(text) && isMessage(end)) writeSignalThread(making, end);
      writeOwnPins(text, end);
      break;
    case 'provides':
      writeServer(making, end);
      break;
    case 'emits':
      writeEmitter(making, end);
      break;
    case 'consumes':
      writeConsumer(making, end);
      break;
    case 'dataport':
      writeDataport(text, end);
      break;
  }
}
