/**
 * One launched program: its platform, its run loop, and what the debugger remembers about it between
 * requests. It turns what happens in the machine into protocol events.
 */
import type { PhysAddr } from '../../runtime/base/address.js';
import { DisposableStore, type Disposable } from '../../runtime/base/disposable.js';
import type { Result } from '../../runtime/base/result.js';
import type { KernelEvent, WatchHit } from '../../runtime/inspect/events.js';
import { watchFaults, type FaultReport } from '../../runtime/inspect/fault-reports.js';
import { isApplicationName, programOfThread } from '../../runtime/inspect/modules.js';
import {
  currentThread,
  isThread,
  readPc,
  threadAt,
  threadsOf,
} from '../../runtime/inspect/thread-state.js';
import { unwind } from '../../runtime/inspect/unwind.js';
import type { SystemImage } from '../../runtime/image/system-image.js';
import type { LoadedProgram, Platform } from '../../runtime/platform.js';
import type { ExceptionFilter } from '../capabilities.js';
import { toClientColumn, toClientLine, type Context } from '../context.js';
import type { Hit } from './breakpoints.js';
import type { DataHit } from './data-breakpoints.js';
import { Installation } from './installation.js';
import { ConsoleRelay } from './console-relay.js';
import {
  exceptionOf,
  lockUpException,
  standingFault,
  whyStanding,
  type ExceptionRecord,
} from './exception.js';
import { forever, type Goal } from './goal.js';
import { logPoints, LogOutput, refusals } from './log-output.js';
import { clientPath, sourceOf } from './source-paths.js';
import { RunLoop, type LoopListener, type LoopStop } from './run-loop.js';
import { VariableStore } from './variables.js';

export interface Launch {
  readonly platform: Platform;
  /** Relative source paths of the image are relative to it. */
  readonly sourceRoot: string;
  readonly console: 'event' | 'output';
  readonly stopOnEntry: boolean;
  readonly noDebug: boolean;
  readonly input: string;
  /** What is printed while the program runs. */
  readonly trace: readonly TraceKind[];
  /** Where the contents of the board's serial flash are kept. */
  readonly flashFile?: string;
  /** Called when breakpoints have found addresses that they had not. */
  readonly breakpointsChanged: () => void;
}

export type TraceKind = 'refusal';

export class Debuggee implements Disposable, LoopListener {
  readonly launch: Launch;
  readonly loop: RunLoop;
  readonly variables = new VariableStore();
  exception: ExceptionRecord | undefined;
  /** After `configurationDone`. */
  hasBegun = false;

  private readonly context: Context;
  private readonly console: ConsoleRelay;
  private readonly installation: Installation;
  private readonly log: LogOutput;
  private readonly refusalLog: LogOutput;
  private readonly owned = new DisposableStore();
  private focused: number | undefined;
  private hit: Hit | undefined;
  /** The thread that stands before replaced calls, how many of them, and its pc. */
  private before:
    { readonly thread: number; readonly ahead: number; readonly pc: number } | undefined;
  private dataHit: DataHit | undefined;
  /** By thread, the last invocation that the kernel refused. */
  private readonly refused = new Map<number, ExceptionRecord>();
  /** Threads of which this run has said that they stand still. */
  private readonly toldStanding = new Set<number>();
  /** Programs of the system that no thread has run yet: their breakpoints have no addresses. */
  private readonly unloaded: Set<LoadedProgram>;
  /** Threads of applications, and whether they have begun: before that not all of their memory need be there. */
  private readonly applicationThreads = new Map<number, 'made' | 'begun'>();

  constructor(context: Context, launch: Launch) {
    this.context = context;
    this.launch = launch;
    this.loop = this.owned.add(new RunLoop(launch.platform, context.host, this));
    this.console = this.owned.add(new ConsoleRelay(context, launch));
    this.installation = this.owned.add(new Installation(context, this));
    this.log = this.owned.add(new LogOutput(context, logPoints));
    this.refusalLog = this.owned.add(new LogOutput(context, refusals));
    this.owned.add(watchFaults(launch.platform, (report) => this.tellFault(report)));
    const { programs } = launch.platform;
    this.unloaded = new Set(programs.filter(({ isApplication }) => isApplication !== true));
  }

  get platform(): Platform {
    return this.launch.platform;
  }

  get image(): SystemImage {
    return this.platform.image;
  }

  /** The thread that plain addresses belong to: the one asked about last, the current one, or any. */
  get focus(): number {
    const { platform } = this;
    if (this.focused !== undefined && isThread(platform, this.focused)) return this.focused;
    return currentThread(platform) ?? threadsOf(platform)[0] ?? 0;
  }

  set focus(thread: number) {
    this.focused = thread;
  }

  /** How many replaced calls a thread stands before, which it has not entered: their frames are not to be seen. */
  aheadOf(thread: number): number {
    const { before, platform } = this;
    return before?.thread === thread && before.pc === readPc(platform, thread) ? before.ahead : 0;
  }

  /** The reason of the last stop, or the fault that a thread stands still with. */
  exceptionOf(thread: number): ExceptionRecord | undefined {
    if (this.exception?.thread === thread) return this.exception;
    return standingFault(this.platform, thread);
  }

  /** A sentence about the last invocation of a thread that the kernel refused. */
  lastRefusalOf(thread: number): string | undefined {
    return this.refused.get(thread)?.description;
  }

  /** From the first instruction: stops there, or runs. */
  begin(): void {
    const { input, stopOnEntry, noDebug } = this.launch;
    this.hasBegun = true;
    this.applyBreakpoints();
    for (const thread of threadsOf(this.platform)) this.sendThread('started', thread);
    if (input !== '') this.platform.machine.receive(new TextEncoder().encode(input));
    if (stopOnEntry && !noDebug) this.sendStopped('entry', currentThread(this.platform));
    else this.run(forever());
  }

  run(goal: Goal): void {
    this.variables.clear();
    this.before = undefined;
    this.exception = undefined;
    this.toldStanding.clear();
    this.context.send('cantrip/stateChanged', { running: true, reason: 'run' });
    this.loop.start(goal);
  }

  /** Before another machine takes its place: its threads are gone. */
  powerOff(): void {
    const wasRunning = this.loop.isRunning;
    this.loop.abandon();
    this.flush();
    for (const threadId of threadsOf(this.platform)) {
      this.sendThread('exited', threadId);
      // Clients keep the reason of a stop that nothing ends.
      if (!wasRunning) this.context.send('continued', { threadId, allThreadsContinued: false });
    }
  }

  applyBreakpoints(): void {
    const { breakpoints, dataBreakpoints } = this.context;
    if (this.launch.noDebug) this.platform.machine.breakpoints.clear();
    else {
      breakpoints.apply(this.platform, this.launch.sourceRoot);
      dataBreakpoints.apply(this.platform);
    }
    this.loop.restoreLeg();
  }

  receive(bytes: Uint8Array): void {
    this.platform.machine.receive(bytes);
    this.loop.wake();
  }

  /** With its program, where that is known. False while another one is on its way. */
  install(name: string, file: Uint8Array, program: LoadedProgram | undefined): boolean {
    if (!this.installation.begin(name, file)) return false;
    if (program !== undefined) {
      this.platform.addProgram(program);
      this.moveBreakpoints();
    }
    return true;
  }

  dispose(): void {
    this.saveFlash();
    this.owned.dispose();
  }

  /** At the end of the run, where the guest has changed it. */
  private saveFlash(): void {
    const { flashFile } = this.launch;
    const { flash } = this.platform.machine;
    if (flashFile === undefined || flash === undefined || flash.changes === 0) return;
    const failure = this.context.host.saveFile(flashFile, flash.contents());
    if (failure === undefined) return;
    this.context.send('output', {
      category: 'important',
      output: `The contents of the flash could not be written to ${flashFile}: ${failure}\n`,
    });
  }

  // ---- what the run loop tells

  stopped(stop: LoopStop): void {
    this.flush();
    const current = currentThread(this.platform);
    switch (stop.kind) {
      case 'reached':
        this.standBefore(current, stop.ahead);
        this.sendStopped('step', current);
        return;
      case 'paused':
        this.sendStopped('pause', current ?? this.focus);
        return;
      case 'breakpoint':
        this.standBefore(current, this.hit?.ahead ?? 0);
        this.sendStopped(reasonOf(this.hit), current, {
          hitBreakpointIds: this.hit?.stops.map(({ id }) => id),
        });
        return;
      case 'watch':
        this.sendStopped('data breakpoint', current, {
          hitBreakpointIds: this.dataHit?.stops.map(({ id }) => id),
          description: `Paused on data breakpoint: ${this.dataHit?.description ?? ''}`,
          text: this.dataHit?.description,
        });
        return;
      case 'exception':
        this.sendException(stop.exception);
        return;
      case 'lockedUp':
        this.sendException(lockUpException(this.platform));
        return;
      case 'poweredOff':
        this.context.send('exited', { exitCode: stop.code });
        this.context.send('terminated');
        return;
    }
  }

  breakpointHit(address: PhysAddr): boolean {
    const thread = currentThread(this.platform);
    if (thread === undefined) return false;
    const hit = this.context.breakpoints.visit(this.platform, thread, address);
    for (const message of hit.messages) this.log.add(message);
    this.hit = hit;
    return hit.stops.length > 0;
  }

  watchHit(hits: readonly WatchHit[]): boolean {
    const thread = currentThread(this.platform) ?? this.focus;
    const hit = this.context.dataBreakpoints.visit(this.platform, thread, hits);
    for (const message of hit.messages) this.log.add(message);
    this.dataHit = hit;
    return hit.stops.length > 0;
  }

  kernelEvent(event: KernelEvent): ExceptionRecord | undefined {
    switch (event.kind) {
      case 'threadCreated':
        this.sendThread('started', threadAt(event.thread));
        return undefined;
      case 'threadDeleted':
        this.refused.delete(threadAt(event.thread));
        if (this.applicationThreads.delete(threadAt(event.thread))) this.moveBreakpoints();
        this.sendThread('exited', threadAt(event.thread));
        return undefined;
      case 'fault':
        return this.exceptionIf(event.handled ? 'handled' : 'unhandled', event);
      case 'refused':
        this.noteRefusal(event);
        return this.exceptionIf('refused', event);
      case 'halted':
        this.print(`${event.message}\n`);
        return undefined;
      case 'switched':
        this.noteProgram(threadAt(event.to));
        return undefined;
      case 'threadNamed':
        if (isApplicationName(this.platform, event.name))
          this.applicationThreads.set(threadAt(event.thread), 'made');
        // A client reads names only when it hears of a thread.
        this.sendThread('started', threadAt(event.thread));
        return undefined;
    }
  }

  waiting(isWaiting: boolean): void {
    this.flush();
    if (isWaiting) this.tellStandingThreads();
    this.context.send('cantrip/stateChanged', {
      running: true,
      reason: isWaiting ? 'waiting for input' : 'input',
    });
  }

  // ---- what the client is told

  /**
   * An edit by the user. Where it succeeds, the client is told what it shows and is old: values are, since one place is
   * seen in several; call stacks only where they are others now, since who reads them anew begins with folded variables.
   */
  edit<T>(change: () => Result<T, string>): Result<T, string> {
    const before = callStacks(this.platform);
    const done = change();
    if (!done.ok) return done;
    const areas = callStacks(this.platform) === before ? ['variables'] : ['stacks', 'variables'];
    if (this.context.client.knowsInvalidated) this.context.send('invalidated', { areas });
    this.context.send('cantrip/stateChanged', { running: this.loop.isRunning, reason: 'edit' });
    return done;
  }

  memoryChanged(memoryReference: string, offset: number, count: number): void {
    if (this.context.client.knowsMemory) {
      this.context.send('memory', { memoryReference, offset, count });
    }
  }

  print(text: string): void {
    this.context.send('output', { category: 'console', output: text });
  }

  private flush(): void {
    this.console.flush();
    this.log.flush();
    this.refusalLog.flush();
  }

  /** Behind what the guest printed before it, with a way to the line. */
  private tellFault({ text, place }: FaultReport): void {
    this.flush();
    const output = { category: 'stderr', output: `${text}\n` };
    if (place === undefined) {
      this.context.send('output', output);
      return;
    }
    const { line, column = 0 } = place;
    const { client } = this.context;
    this.context.send('output', {
      ...output,
      source: sourceOf(clientPath(place.file, this.launch.sourceRoot)),
      line: toClientLine(client, line),
      ...(column === 0 ? {} : { column: toClientColumn(client, column) }),
    });
  }

  private standBefore(thread: number | undefined, ahead: number): void {
    this.before =
      thread === undefined ? undefined : { thread, ahead, pc: readPc(this.platform, thread) };
  }

  private noteRefusal(event: KernelEvent): void {
    const record = exceptionOf(this.platform, event);
    if (record === undefined) return;
    this.refused.set(record.thread, record);
    if (this.launch.trace.includes('refusal')) this.refusalLog.add(record.description);
  }

  /** Once a run: without it, a machine in which nothing can happen any more only looks busy. */
  private tellStandingThreads(): void {
    for (const thread of threadsOf(this.platform)) {
      if (this.toldStanding.has(thread)) continue;
      const reason = whyStanding(this.platform, thread);
      if (reason === undefined || standingFault(this.platform, thread) === undefined) continue;
      this.toldStanding.add(thread);
      this.print(`Nothing runs now, and ${reason}\n`);
    }
  }

  /** The first thread of a program runs: whatever a loader had to do for it is done. */
  private noteProgram(thread: number): void {
    if (this.applicationThreads.get(thread) === 'made') {
      this.applicationThreads.set(thread, 'begun');
      this.moveBreakpoints();
    }
    if (this.unloaded.size === 0) return;
    const program = programOfThread(this.platform, thread);
    if (program !== undefined && this.unloaded.delete(program)) this.moveBreakpoints();
  }

  /** A program has come, or one has gone, whose memory may serve another one next. */
  private moveBreakpoints(): void {
    this.applyBreakpoints();
    this.launch.breakpointsChanged();
  }

  private exceptionIf(filter: ExceptionFilter, event: KernelEvent): ExceptionRecord | undefined {
    const stops = !this.launch.noDebug && this.context.exceptions.has(filter);
    return stops ? exceptionOf(this.platform, event) : undefined;
  }

  private sendException(record: ExceptionRecord): void {
    this.exception = record;
    this.sendStopped('exception', record.thread, {
      description: record.description,
      text: record.id,
    });
  }

  private sendStopped(reason: string, thread: number | undefined, more: object = {}): void {
    if (thread !== undefined) this.focus = thread;
    this.context.send('stopped', {
      reason,
      threadId: this.focus,
      allThreadsStopped: true,
      ...more,
    });
    this.context.send('cantrip/stateChanged', { running: false, reason });
  }

  private sendThread(reason: 'started' | 'exited', threadId: number): void {
    this.context.send('thread', { reason, threadId });
  }
}

/** Where each call of each thread stands: equal where a client would show the same call stacks. */
const callStacks = (platform: Platform): string =>
  threadsOf(platform)
    .map((thread) => Array.from(unwind(platform, thread), ({ pc }) => pc).join())
    .join(';');

const reasons = {
  source: 'breakpoint',
  function: 'function breakpoint',
  instruction: 'instruction breakpoint',
} as const;

const reasonOf = (hit: Hit | undefined): string =>
  reasons[hit?.stops[0]?.location.kind ?? 'source'];
