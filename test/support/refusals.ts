/**
 * Scripts of refusals. A script is one request that is allowed, and what refuses it: each fault differs from the
 * allowed request in one thing, so that the allowed one is its nearest neighbour by construction. The faults stand
 * in the order in which seL4 looks: with two of them at once, the first is the answer.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors, type ErrorName } from '../../runtime/abi/errors.js';
import { labelNumber, labelTable, type LabelName } from '../../runtime/abi/labels.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { bufferOf } from '../../runtime/kernel/ipc/message.js';
import { globals, tcb } from '../../runtime/kernel/layout.js';
import type { AbiRow } from '../kernel/refusals/abi-rows.js';
import { kernelFixture, type KernelFixture, type Slot } from './kernel-fixture.js';

/** A number, or the number of a slot by its name. */
export type Value = number | string;

/** What is asked of which object. */
export interface Request {
  readonly object: Slot;
  readonly label: LabelName;
  readonly words: readonly Value[];
  readonly caps: readonly Slot[];
  /** How many words and capabilities the message claims to have. */
  readonly claims: { readonly words: number; readonly caps: number };
}

/** The one thing that is wrong. `not` is the nearest that is right, where that is not the allowed request itself. */
export type Change =
  | { readonly word: number; readonly is: Value; readonly not?: Value }
  | { readonly cap: number; readonly is: Slot; readonly not?: Slot }
  | { readonly object: Slot }
  /** The message claims to have so many words, or capabilities. */
  | { readonly wordCount: number }
  | { readonly capCount: number }
  /** What is there before. */
  | { readonly state: (k: KernelFixture) => void }
  | { readonly boot: () => KernelFixture };

export interface Fault {
  readonly row: AbiRow;
  readonly change: Change;
  readonly error: readonly [ErrorName, ...number[]];
  readonly says: RegExp;
  /** Why it cannot be told which comes first, this or another fault. */
  readonly isAlone?: string;
}

export interface RefusalScript {
  readonly label: LabelName;
  readonly boot?: () => KernelFixture;
  readonly system?: (k: KernelFixture) => void;
  readonly object: Slot;
  readonly words?: readonly Value[];
  readonly caps?: readonly Slot[];
  readonly refused: readonly Fault[];
}

/** What a script saw refused, for who asks whether all refusals were. */
export interface Refusal {
  readonly label: LabelName;
  readonly error: ErrorName;
  readonly row: AbiRow;
  readonly sentence: string;
  /** Which thing was wrong: `word 1`, say. */
  readonly place: string;
}

interface Answer {
  readonly error: ErrorName;
  readonly words: readonly number[];
  readonly sentence: string;
}

/** One thing that a script asserts, once its system is there; and again, from there, as often as it is asked. */
export interface RefusalCheck {
  readonly title: string;
  readonly prepare: () => () => Refusal | undefined;
}

export function checksOf(script: RefusalScript): readonly RefusalCheck[] {
  const { label, object, words = [], refused } = script;
  const what = `${label} of ${String(object)} with ${words.map(String).join(', ')}`;
  return [
    { title: `${what}: is allowed`, prepare: () => expectAllowed(fresh(script), script) },
    ...refused.map((fault) => ({
      title: `${what}: ${placeOf(fault.change)} is refused`,
      prepare: () => expectRefused(script, fault),
    })),
    { title: `${what}: of two faults the first is told`, prepare: () => expectOrder(script) },
  ];
}

/** The tests of some scripts; what was refused in them is added to `seen`. */
export function tellRefusals(title: string, scripts: readonly RefusalScript[], seen: Refusal[]) {
  describe(title, () => {
    for (const { title: what, prepare } of scripts.flatMap(checksOf)) {
      it(what, () => {
        const refusal = prepare()();
        if (refusal !== undefined) seen.push(refusal);
      });
    }
  });
}

/** The request with the fault is refused, which changes nothing; and with that one thing mended it is allowed. */
function expectRefused(script: RefusalScript, fault: Fault): () => Refusal {
  const { change } = fault;
  const { label } = script;
  const k = fresh(script, fault);
  const restore = k.save();
  const before = contents(k);
  const isElsewhere = 'state' in change || 'boot' in change;
  const allowed = expectAllowed(isElsewhere ? fresh(script) : k, script, change);
  return () => {
    restore();
    const answer = ask(k, changed(allowedRequest(script), change));
    const { error, sentence } = answer;
    assert.deepEqual([error, ...answer.words], fault.error, sentence);
    assert.match(sentence, fault.says);
    assert.ok(isSame(before, contents(k)), 'a refusal changes nothing');
    allowed();
    return { label, error, sentence, row: fault.row, place: placeOf(change) };
  };
}

/** Every two faults of different places, at once: the answer is that of the first. */
function expectOrder(script: RefusalScript): () => undefined {
  const faults = script.refused.filter(({ isAlone }) => isAlone === undefined);
  const pairs: (() => void)[] = [];
  const quiet = fresh(script);
  faults.forEach((first, index) => {
    for (const second of faults.slice(index + 1)) {
      if (place(first.change) === place(second.change)) continue;
      const needsOwn = [first, second].some(({ change }) => 'state' in change || 'boot' in change);
      const k = needsOwn ? fresh(script, first, second) : quiet;
      const request = changed(changed(allowedRequest(script), second.change), first.change);
      const both = `${placeOf(first.change)} (${String(first.says)}) comes before ${placeOf(second.change)}`;
      // What is refused changes nothing: that is asserted of each.
      pairs.push(() => {
        const answer = ask(k, request);
        const told = [answer.error, ...answer.words];
        assert.deepEqual(told, first.error, `${both}: ${answer.sentence}`);
        assert.match(answer.sentence, first.says, both);
      });
    }
  });
  return () => {
    for (const pair of pairs) pair();
    return undefined;
  };
}

/** The request of the script, but for what is nearest to a change. */
function expectAllowed(k: KernelFixture, script: RefusalScript, change?: Change): () => undefined {
  const restore = k.save();
  const request = allowedRequest(script);
  return () => {
    restore();
    const { error, sentence } = ask(k, change === undefined ? request : mended(request, change));
    assert.equal(error, 'NoError', sentence);
    assert.deepEqual(checkInvariants(k.memory, k.board), []);
    return undefined;
  };
}

function fresh(script: RefusalScript, ...faults: readonly Fault[]): KernelFixture {
  const changes = faults.map(({ change }) => change);
  const other = changes.find((change) => 'boot' in change);
  const k = (other?.boot ?? script.boot ?? kernelFixture)();
  // Many system calls lead to the one that counts, after which all is looked at.
  k.checks = false;
  script.system?.(k);
  for (const change of changes) if ('state' in change) change.state(k);
  return k;
}

const allowedRequest = ({ object, label, words = [], caps = [] }: RefusalScript): Request => ({
  object,
  label,
  words,
  caps,
  claims: { words: words.length, caps: caps.length },
});

function changed(request: Request, change: Change): Request {
  if ('word' in change) return { ...request, words: request.words.with(change.word, change.is) };
  if ('cap' in change) return { ...request, caps: request.caps.with(change.cap, change.is) };
  if ('object' in change) return { ...request, object: change.object };
  const { claims } = request;
  if ('wordCount' in change) {
    return { ...request, claims: { ...claims, words: change.wordCount } };
  }
  if ('capCount' in change) return { ...request, claims: { ...claims, caps: change.capCount } };
  return request;
}

function mended(request: Request, change: Change): Request {
  if ('word' in change && change.not !== undefined) {
    return { ...request, words: request.words.with(change.word, change.not) };
  }
  if ('cap' in change && change.not !== undefined) {
    return { ...request, caps: request.caps.with(change.cap, change.not) };
  }
  return request;
}

/** Two changes of one place cannot be made at once. */
function place(change: Change): string {
  if ('word' in change) return `word ${String(change.word)}`;
  if ('cap' in change) return `capability ${String(change.cap)}`;
  return Object.keys(change)[0] ?? '';
}

function placeOf(change: Change): string {
  if ('word' in change || 'cap' in change) return `${place(change)}, ${String(change.is)},`;
  if ('object' in change) return `object ${String(change.object)}`;
  if ('wordCount' in change) return `${String(change.wordCount)} words`;
  if ('capCount' in change) return `${String(change.capCount)} capabilities`;
  return `${place(change)} ${String(Object.values(change)[0]).replace(/\s+/g, ' ')}`;
}

/** Invokes by Call, as often as it is preempted. */
function ask(k: KernelFixture, request: Request): Answer {
  const { object, label, words, caps, claims } = request;
  const caller = k.state.currentThread;
  const before = k.hart.pc;
  const from = k.events.length;
  k.offer({ words: words.map((word) => k.slot(word)), caps });
  const number = labelNumber(labelTable(16), label) ?? 0;
  k.syscall('Call', { 10: k.slot(object), 11: messageInfo(number, 0, claims.caps, claims.words) });
  while (k.state.currentThread === caller && k.hart.pc === before) k.trap(8, 0, 'going on');
  const { label: code, words: answer } = k.message;
  const refused = k.events.slice(from).find((event) => event.kind === 'refused');
  const error = errors[code]?.name ?? 'NoError';
  return { error, words: answer, sentence: refused?.message ?? '' };
}

/** All words of RAM but what a kernel entry counts, and where an answer goes: the caller's registers and its IPC buffer. */
function contents(k: KernelFixture): Int32Array {
  const all = k.memory.contents.slice();
  const thread = k.state.currentThread;
  all.fill(0, (thread - k.memory.base) / 4, (thread + tcb.state - k.memory.base) / 4);
  all[(k.state.globals + globals.workUnits - k.memory.base) / 4] = 0;
  const buffer = bufferOf(k.state, thread, 'send');
  all.fill(0, (buffer - k.memory.base) / 4, (buffer + 512 - k.memory.base) / 4);
  return all;
}

const isSame = (before: Int32Array, after: Int32Array): boolean =>
  Buffer.compare(Buffer.from(before.buffer), Buffer.from(after.buffer)) === 0;
