/**
 * Runs the machine towards a goal in slices of a few milliseconds and gives the host its turn in
 * between, so that a pause is answered at once even by a guest that loops for ever. The machine is
 * synchronous: between two slices it stands still and may be looked at. An idle machine costs nothing.
 */
import { physAddr, type PhysAddr } from '../../runtime/base/address.js';
import { DisposableStore, type Disposable } from '../../runtime/base/disposable.js';
import { translate, hartSpace } from '../../runtime/inspect/address-space.js';
import { currentThread, threadAt } from '../../runtime/inspect/thread-state.js';
import type { KernelEvent, MachineStop, WatchHit } from '../../runtime/inspect/events.js';
import type { Platform } from '../../runtime/platform.js';
import type { ExceptionRecord } from './exception.js';
import type { Goal, Leg } from './goal.js';

/** Time, turns and files of the host, so that tests can give their own. */
export interface Host {
  /** Milliseconds from any origin. */
  now(): number;
  /** Calls back soon, after the messages that wait. */
  soon(action: () => void): void;
  /** Undefined when the file is written, else why it is not. */
  saveFile(path: string, bytes: Uint8Array): string | undefined;
}

/** Why the machine stands still. */
export type LoopStop =
  /** Before so many replaced calls that begin where the thread is, see `Standpoint`. */
  | { readonly kind: 'reached'; readonly ahead: number }
  | { readonly kind: 'paused' }
  /** `listener.breakpointHit` said that this one counts. */
  | { readonly kind: 'breakpoint'; readonly address: PhysAddr }
  /** `listener.watchHit` said so. */
  | { readonly kind: 'watch' }
  | { readonly kind: 'exception'; readonly exception: ExceptionRecord }
  | { readonly kind: 'lockedUp' }
  | { readonly kind: 'poweredOff'; readonly code: number };

export interface LoopListener {
  stopped(stop: LoopStop): void;
  /** Whether a breakpoint there stops, conditions included. Asked once a visit. */
  breakpointHit(address: PhysAddr): boolean;
  /** Whether an access to watched data stops. The instruction is done. */
  watchHit(hits: readonly WatchHit[]): boolean;
  /** The exception that the event is, if it is one that stops. */
  kernelEvent(event: KernelEvent): ExceptionRecord | undefined;
  /** The machine waits for input, or goes on after some. */
  waiting(isWaiting: boolean): void;
}

export type LoopState = 'stopped' | 'running' | 'waiting' | 'off';

const sliceMilliseconds = 8;
/**
 * Steps between two looks at the clock. A system call counts as one step but may take as long as ten
 * thousand instructions, so each trap to the kernel looks at the clock besides.
 */
const stepsPerLook = 20_000;

export class RunLoop implements Disposable {
  private current: LoopState = 'stopped';
  private goal: Goal | undefined;
  private leg: Leg | undefined;
  /** Breakpoints of the leg that the user has not set. */
  private temporary: PhysAddr[] = [];
  private pauseRequested = false;
  private exception: ExceptionRecord | undefined;
  /** The breakpoint at the next instruction was dealt with. */
  private passed = true;
  private turn = 0;
  /** By the host's clock; a slice ends at the next instruction boundary after it. */
  private deadline = 0;

  private readonly platform: Platform;
  private readonly host: Host;
  private readonly listener: LoopListener;
  private readonly subscriptions = new DisposableStore();

  constructor(platform: Platform, host: Host, listener: LoopListener) {
    this.platform = platform;
    this.host = host;
    this.listener = listener;
    this.subscriptions.add(platform.onKernelEvent((event) => this.observe(event)));
    this.subscriptions.add(platform.onSupervisorTrap(() => this.lookAtClock()));
  }

  get state(): LoopState {
    return this.current;
  }

  get isRunning(): boolean {
    return this.current === 'running' || this.current === 'waiting';
  }

  start(goal: Goal): void {
    if (this.isRunning || this.current === 'off') return;
    this.goal = goal;
    this.pauseRequested = false;
    this.exception = undefined;
    this.passed = true;
    this.current = 'running';
    if (this.nextLeg()) this.schedule();
  }

  pause(): void {
    if (!this.isRunning) return;
    this.pauseRequested = true;
    this.wake();
  }

  /** After input: an idle machine has something to do again. */
  wake(): void {
    if (this.current !== 'waiting') return;
    this.current = 'running';
    this.listener.waiting(false);
    this.schedule();
  }

  /** Puts the leg's breakpoints into the machine, also after the user's were put there anew. */
  restoreLeg(): void {
    if (this.leg?.kind !== 'until') return;
    const { breakpoints } = this.platform.machine;
    this.temporary = this.leg.stops.filter((address) => !breakpoints.has(address));
    for (const address of this.temporary) breakpoints.add(address);
  }

  /** Forgets the run without a word, for a restart or the end. */
  abandon(): void {
    this.turn += 1;
    this.endLeg();
    this.goal = undefined;
    this.current = 'stopped';
  }

  dispose(): void {
    this.abandon();
    this.current = 'off';
    this.subscriptions.dispose();
  }

  private schedule(): void {
    const turn = this.turn;
    this.host.soon(() => {
      // A run that was abandoned must not go on beside the next one.
      if (turn === this.turn) this.slice();
    });
  }

  private slice(): void {
    this.deadline = this.host.now() + sliceMilliseconds;
    while (!this.pauseRequested) {
      if (!this.step()) return;
      if (this.isOverdue()) {
        this.schedule();
        return;
      }
    }
    this.finish({ kind: 'paused' });
  }

  /** One run of the machine, and what follows from how it ended. Whether the machine still runs. */
  private step(): boolean {
    if (!this.passed && !this.passBreakpoint()) return false;
    const { leg } = this;
    this.passed = false;
    const stop = this.platform.run(leg?.kind === 'one' ? 1 : stepsPerLook);
    if (this.endsRun(stop)) return false;
    if (leg !== undefined && this.isDone(leg)) return this.nextLeg();
    if (stop.kind !== 'idle') return true;
    this.current = 'waiting';
    this.listener.waiting(true);
    return false;
  }

  /** A leg to an instruction is done when that comes next, see `passBreakpoint`. */
  private isDone(leg: Leg): boolean {
    if (leg.kind === 'switch') return currentThread(this.platform) === leg.thread;
    return leg.kind === 'one';
  }

  private endsRun(stop: MachineStop): boolean {
    if (stop.kind === 'poweredOff') {
      this.finish({ kind: 'poweredOff', code: stop.code }, 'off');
      return true;
    }
    if (this.exception !== undefined) {
      this.finish({ kind: 'exception', exception: this.exception });
      return true;
    }
    if (stop.kind === 'watch' && this.listener.watchHit(stop.hits)) {
      this.finish({ kind: 'watch' });
      return true;
    }
    if (stop.kind === 'lockedUp') {
      this.finish({ kind: 'lockedUp' });
      return true;
    }
    return false;
  }

  /**
   * Looks at the next instruction before it runs: `Machine.run` does not stop at its first one, and a
   * slice may have ended right there. Whether the machine still runs.
   */
  private passBreakpoint(): boolean {
    const address = nextInstruction(this.platform);
    if (address === undefined || !this.platform.machine.breakpoints.has(address)) return true;
    this.passed = true;
    const isUsers = !this.temporary.includes(address);
    if (isUsers && this.listener.breakpointHit(address)) {
      this.finish({ kind: 'breakpoint', address });
      return false;
    }
    const isLegs = this.leg?.kind === 'until' && this.leg.stops.includes(address);
    return isLegs ? this.nextLeg() : true;
  }

  /** Whether there is one; without one the goal is reached. */
  private nextLeg(): boolean {
    this.endLeg();
    const next = this.goal?.next();
    if (next === undefined || next.done === true) {
      this.finish({ kind: 'reached', ahead: next?.value ?? 0 });
      return false;
    }
    this.leg = next.value;
    this.restoreLeg();
    return true;
  }

  private endLeg(): void {
    for (const address of this.temporary) this.platform.machine.breakpoints.delete(address);
    this.temporary = [];
    this.leg = undefined;
  }

  private finish(stop: LoopStop, state: LoopState = 'stopped'): void {
    this.turn += 1;
    this.endLeg();
    this.goal = undefined;
    this.exception = undefined;
    this.current = state;
    this.listener.stopped(stop);
  }

  private isOverdue(): boolean {
    return this.host.now() >= this.deadline;
  }

  private lookAtClock(): void {
    if (this.isOverdue()) this.platform.machine.requestStop();
  }

  /** Inside the trap that caused the event; the machine goes on to the next instruction boundary. */
  private observe(event: KernelEvent): void {
    const exception = this.listener.kernelEvent(event);
    if (!this.isRunning) return;
    if (exception !== undefined) {
      // The first one tells what went wrong; others in the same trap follow from it.
      this.exception ??= exception;
      this.platform.machine.requestStop();
    }
    if (event.kind === 'switched' && this.leg?.kind === 'switch') {
      if (threadAt(event.to) !== this.leg.thread) return;
      this.platform.machine.requestStop();
    }
  }
}

/** Physical address of the instruction that runs next; undefined while the hart waits or cannot fetch. */
export function nextInstruction(platform: Platform): PhysAddr | undefined {
  const hart = platform.machine.harts[0];
  if (hart === undefined || hart.isWaiting || currentThread(platform) === undefined)
    return undefined;
  const found = translate(platform, hartSpace(platform), hart.pc);
  return found && physAddr(found.physical);
}
