/**
 * `runtime/system/component/signals.S` as a model: each step is one access to what threads share, or one system call, and any
 * thread may take the next one. A state is plain numbers, so that those that were seen can be remembered.
 */

/** What a thread does, one after the other; `bits` are those of its ends. */
export interface Operation {
  readonly kind: 'wait' | 'poll';
  readonly bits: number;
}

export interface Scenario {
  readonly threads: readonly (readonly Operation[])[];
  /** Badges that arrive, in this order, each at any time. */
  readonly signals: readonly number[];
}

/** Where a thread is: labels of the assembly text, and the steps between them. */
const places = [
  'done',
  'begin',
  'again',
  'take',
  'takeNow',
  'askLeader',
  'lead',
  'wait',
  'blocked',
  'keep',
  'readWants',
  'readCame',
  'readLeader',
  'tell',
  'swapSleep',
  'writeRegisters',
  'sleep',
  'suspend',
  'suspended',
  'leave',
  'giveUpLead',
  'askToHandOver',
  'handOver',
  'askNow',
] as const;
type Place = (typeof places)[number];

interface Thread {
  readonly operation: number;
  readonly place: Place;
  readonly wants: number;
  /** 0, 1 a token, 2 it sleeps. */
  readonly sleep: number;
  /** The thread that a loop has come to. */
  readonly at: number;
  /** Bits: to take, to keep, that it took, or that another one wants. */
  readonly bits: number;
  /** What comes after a part that several places use. */
  readonly next: Place;
}

export interface State {
  readonly came: number;
  /** -1 for none. */
  readonly leader: number;
  /** The badge of a signal that nobody has received; -1 for none. */
  readonly signal: number;
  readonly arrived: number;
  readonly threads: readonly Thread[];
}

export const firstState = ({ threads }: Scenario): State => ({
  came: 0,
  leader: -1,
  signal: -1,
  arrived: 0,
  threads: threads.map((operations) => ({
    operation: 0,
    place: operations.length > 0 ? 'begin' : 'done',
    wants: 0,
    sleep: 0,
    at: 0,
    bits: 0,
    next: 'done',
  })),
});

export function keyOf({ came, leader, signal, arrived, threads }: State): string {
  const numbers = [came, leader + 1, signal + 1, arrived];
  for (const { operation, place, wants, sleep, at, bits, next } of threads)
    numbers.push(operation, places.indexOf(place), wants, sleep, at, bits, places.indexOf(next));
  return String.fromCharCode(...numbers);
}

/** Each state that may follow: of each thread that can go on, and of a signal that arrives. */
export function successors(scenario: Scenario, state: State): State[] {
  const next = state.threads.flatMap((_, index) => step(scenario, state, index) ?? []);
  const badge = scenario.signals[state.arrived];
  if (badge === undefined) return next;
  return [...next, { ...signalled(state, badge), arrived: state.arrived + 1 }];
}

/** Undefined when it waits, or is done. */
export function step(scenario: Scenario, state: State, index: number): State | undefined {
  const thread = state.threads[index];
  const operation = scenario.threads[index]?.[thread?.operation ?? 0];
  if (thread === undefined || operation === undefined) return undefined;
  const to = (place: Place, change: Partial<Thread> = {}, more: Partial<State> = {}): State =>
    withThread({ ...state, ...more }, index, { ...thread, ...change, place });
  const { at, bits, next } = thread;
  const other = state.threads[at];
  const finished = (): State =>
    to(thread.operation + 1 < (scenario.threads[index] ?? []).length ? 'begin' : 'done', {
      operation: thread.operation + 1,
      bits: 0,
      at: 0,
      next: 'done',
    });
  const take = (then: Place, change: Partial<Thread> = {}): State =>
    to('take', { ...change, at: 0, bits: operation.bits, next: then });
  switch (thread.place) {
    case 'begin':
      if (operation.kind === 'wait') return to('again', { wants: operation.bits });
      return to('keep', { bits: Math.max(state.signal, 0), next: 'askNow' }, { signal: -1 });
    case 'again':
      return take('askLeader', { sleep: 0 });
    case 'take': {
      // Of others that want a part of what this one wants nothing is taken.
      if (other === undefined) return to('takeNow');
      const isPart = other.wants !== operation.bits && (other.wants & ~operation.bits) === 0;
      return to('take', { at: at + 1, bits: isPart ? bits & ~other.wants : bits });
    }
    case 'takeNow': {
      const got = state.came & bits;
      if (operation.kind === 'poll') return { ...finished(), came: state.came & ~bits };
      return to(got === 0 ? next : 'leave', { bits: 0, at: 0 }, { came: state.came & ~bits });
    }
    case 'askNow':
      return take('done');
    case 'askLeader':
      return state.leader < 0 ? to('lead', {}, { leader: index }) : to('sleep');
    case 'lead':
      return take('wait');
    case 'wait':
      if (state.signal < 0) return to('blocked');
      return to('keep', { bits: state.signal, next: 'lead' }, { signal: -1 });
    case 'keep':
      return to('readWants', { at: 0, bits: 0 }, { came: state.came | bits });
    case 'readWants':
      if (other === undefined) return to(next, { at: 0, bits: 0 });
      return at === index ? to('readWants', { at: at + 1 }) : to('readCame', { bits: other.wants });
    case 'readCame':
      return (state.came & bits) === 0 ? to('readWants', { at: at + 1 }) : to('readLeader');
    case 'readLeader':
      return to(state.leader === at ? 'tell' : 'swapSleep', { bits: 0 });
    case 'tell':
      return signalled(to(afterWake(next), { at: at + 1 }), 0);
    case 'swapSleep': {
      if (other === undefined) return undefined;
      const sleeps = other.sleep === 2;
      const swapped = withThread(state, at, { ...other, sleep: 1 });
      const self = { ...thread, ...(sleeps ? {} : { at: at + 1 }) };
      return withThread(swapped, index, {
        ...self,
        place: sleeps ? 'writeRegisters' : afterWake(next),
      });
    }
    case 'writeRegisters': {
      if (other === undefined) return undefined;
      const woken = withThread(state, at, { ...other, place: 'again' });
      return withThread(woken, index, { ...thread, at: at + 1, place: afterWake(next) });
    }
    case 'sleep':
      return thread.sleep === 0 ? to('suspend', { sleep: 2 }) : to('again');
    case 'suspend':
      return to('suspended');
    case 'leave':
      return to('giveUpLead', { wants: 0 });
    case 'giveUpLead':
      return to(
        'keep',
        { bits: 0, next: 'askToHandOver' },
        state.leader === index ? { leader: -1 } : {},
      );
    case 'askToHandOver':
      return state.leader >= 0 || other === undefined ? finished() : to('handOver');
    case 'handOver':
      if (other === undefined || other.wants === 0) return to('askToHandOver', { at: at + 1 });
      return to('readLeader', { next: 'done' });
    case 'done':
      // Of the last part of a wait.
      return finished();
    case 'blocked':
    case 'suspended':
      return undefined;
  }
}

/** A loop goes on with the next thread; who handed over is done. */
const afterWake = (next: Place): Place => (next === 'done' ? 'done' : 'readWants');

/** The kernel gives a signal to who waits, else it stays. */
function signalled(state: State, badge: number): State {
  const index = state.threads.findIndex(({ place }) => place === 'blocked');
  const waiting = state.threads[index];
  if (waiting === undefined) return { ...state, signal: Math.max(state.signal, 0) | badge };
  return withThread(state, index, { ...waiting, place: 'keep', bits: badge, next: 'lead' });
}

function withThread(state: State, index: number, thread: Thread): State {
  const threads = [...state.threads];
  threads[index] = thread;
  return { ...state, threads };
}

/**
 * What is wrong where nobody can go on: who waits for what came, who sleeps while nobody leads, a signal that nobody
 * took. Empty when all is well.
 */
export function problemsAtRest(scenario: Scenario, state: State): string[] {
  const problems: string[] = [];
  const waiting = state.threads.filter(({ place }) => place === 'blocked' || place === 'suspended');
  for (const { wants } of waiting)
    if ((state.came & wants) !== 0) problems.push(`one waits for ${String(wants)}, which came`);
  if (waiting.length > 0 && state.threads[state.leader]?.place !== 'blocked')
    problems.push('nobody leads');
  if (waiting.length > 0 && state.signal >= 0) problems.push('a signal is left');
  state.threads.forEach((thread, index) => {
    const isDone = thread.operation >= (scenario.threads[index]?.length ?? 0);
    if (!isDone && !waiting.includes(thread))
      problems.push(`thread ${String(index)} neither waits nor is done`);
  });
  return problems;
}
