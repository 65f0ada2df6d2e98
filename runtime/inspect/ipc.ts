/**
 * Who waits for whom: endpoints and notifications with their queues, and reply objects with the chain of
 * callers that stand behind one another. Objects are named by physical addresses, threads by id and name.
 * seL4 manual chapters 4 and 5; sel4-abi section 9.
 */
import { endpointState, notificationState } from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import { indexCapabilities } from './capability-index.js';
import { kernelSource, linkOf, tcbWord, type KernelSource } from './kernel-source.js';
import { objectsOf } from './objects.js';
import { threadName, threadOf, threadStateOf } from './thread-state.js';

export interface ThreadReference {
  readonly id: number;
  readonly name: string;
}

export interface EndpointView {
  readonly object: number;
  readonly state: 'idle' | 'threads wait to send' | 'threads wait to receive';
  /** In the order in which they will be served. */
  readonly queue: readonly (ThreadReference & {
    /** Of the capability that a sender used; absent for a receiver. */
    readonly badge?: number;
    /** Whether a sender waits for an answer, too. */
    readonly isCall?: boolean;
  })[];
}

export interface NotificationView {
  readonly object: number;
  readonly state: 'idle' | 'threads wait' | 'active';
  /** Signal bits that nobody has taken yet; 0 unless active. */
  readonly bits: number;
  readonly queue: readonly ThreadReference[];
  /** The thread that a signal may wake from a receive. */
  readonly bound?: ThreadReference;
  /** Physical address of the scheduling context that it lends; absent for none. */
  readonly schedulingContext?: number;
}

export interface ReplyView {
  readonly object: number;
  /** The caller that waits for the answer, or the server that waits for a call with this object. */
  readonly thread?: ThreadReference;
  readonly isWaitingForCall: boolean;
  /**
   * Callers that lent one scheduling context on, from the one who answers next to the one who lent it first;
   * their reply objects. Only at the top of a chain, which knows the context.
   */
  readonly chain: readonly { readonly object: number; readonly caller?: ThreadReference }[];
  /** Physical address of the context that goes back along the chain. */
  readonly schedulingContext?: number;
}

export function viewEndpoints(platform: Platform): EndpointView[] {
  return viewAll(platform, 'endpoint', (kernel, pointer) => {
    const { endpoint } = kernel.layout;
    const state = kernel.word(pointer + endpoint.tail) & 3;
    return {
      object: kernel.physical(pointer),
      state: endpointWords[state] ?? 'idle',
      queue: queueFrom(kernel, kernel.word(pointer + endpoint.head)).map((tcb) => ({
        ...reference(platform, kernel, tcb),
        ...(state === endpointState.send ? senderOf(kernel, tcb) : {}),
      })),
    };
  });
}

const endpointWords: Readonly<Record<number, EndpointView['state']>> = {
  [endpointState.idle]: 'idle',
  [endpointState.send]: 'threads wait to send',
  [endpointState.receive]: 'threads wait to receive',
};

/** While a thread blocks on a send: badge [31:4], is call [1]. */
function senderOf(kernel: KernelSource, tcb: number): { badge: number; isCall: boolean } {
  const word = tcbWord(kernel, tcb, 'ipc');
  return { badge: word >>> 4, isCall: (word & 2) !== 0 };
}

export function viewNotifications(platform: Platform): NotificationView[] {
  return viewAll(platform, 'notification', (kernel, pointer) => {
    const { notification } = kernel.layout;
    const state = kernel.word(pointer + notification.tail) & 3;
    const bound = kernel.word(pointer + notification.boundThread);
    const context =
      notification.schedContext === undefined
        ? 0
        : kernel.word(pointer + notification.schedContext);
    return {
      object: kernel.physical(pointer),
      state: notificationWords[state] ?? 'idle',
      bits: state === notificationState.active ? kernel.word(pointer + notification.badge) : 0,
      queue: queueFrom(kernel, kernel.word(pointer + notification.head)).map((tcb) =>
        reference(platform, kernel, tcb),
      ),
      ...(bound === 0 ? {} : { bound: reference(platform, kernel, bound) }),
      ...(context === 0 ? {} : { schedulingContext: kernel.physical(context) }),
    };
  });
}

const notificationWords: Readonly<Record<number, NotificationView['state']>> = {
  [notificationState.idle]: 'idle',
  [notificationState.waiting]: 'threads wait',
  [notificationState.active]: 'active',
};

/** Empty in a kernel without reply objects. */
export function viewReplies(platform: Platform): ReplyView[] {
  return viewAll(platform, 'reply', (kernel, pointer) => {
    const { reply } = kernel.layout;
    if (reply === undefined) return undefined;
    const tcb = kernel.word(pointer + reply.thread);
    const next = kernel.word(pointer + reply.next);
    const isTop = (next & 1) !== 0;
    const thread = tcb === 0 ? undefined : reference(platform, kernel, tcb);
    return {
      object: kernel.physical(pointer),
      ...(thread === undefined ? {} : { thread }),
      isWaitingForCall:
        thread !== undefined && threadStateOf(platform, thread.id) === 'blockedOnReceive',
      chain: isTop ? chainFrom(platform, kernel, pointer) : [],
      ...(isTop ? { schedulingContext: kernel.physical(linkOf(next)) } : {}),
    };
  });
}

function chainFrom(platform: Platform, kernel: KernelSource, top: number): ReplyView['chain'] {
  const { reply } = kernel.layout;
  const seen = new Set<number>();
  for (let at = top; reply !== undefined && at !== 0 && !seen.has(at);) {
    seen.add(at);
    at = linkOf(kernel.word(at + reply.previous));
  }
  return [...seen].map((object) => {
    const tcb = reply === undefined ? 0 : kernel.word(object + reply.thread);
    return {
      object: kernel.physical(object),
      ...(tcb === 0 ? {} : { caller: reference(platform, kernel, tcb) }),
    };
  });
}

function viewAll<View extends { readonly object: number }>(
  platform: Platform,
  type: 'endpoint' | 'notification' | 'reply',
  view: (kernel: KernelSource, pointer: number) => View | undefined,
): View[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  return objectsOf(indexCapabilities(platform, kernel), type)
    .flatMap(({ pointer }) => view(kernel, pointer) ?? [])
    .sort((a, b) => a.object - b.object);
}

/** A queue that a stray store has bent into a ring ends where it began. */
function queueFrom(kernel: KernelSource, head: number): readonly number[] {
  const queue = new Set<number>();
  for (let at = linkOf(head); at !== 0 && !queue.has(at);) {
    queue.add(at);
    at = tcbWord(kernel, at, 'queueNext');
  }
  return [...queue];
}

function reference(platform: Platform, kernel: KernelSource, tcb: number): ThreadReference {
  const id = threadOf(kernel, tcb);
  return { id, name: threadName(platform, id) };
}
