/** What every request handler works with, and the shape of a handler itself. */
import { fail, ok, type Result } from '../runtime/base/result.js';
import type { BuildCache } from '../runtime/toolchain/build-cache.js';
import type { Cancellation, CompilerElsewhere } from '../runtime/toolchain/drive-build.js';
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Check } from './arguments.js';
import type { ExceptionFilter } from './capabilities.js';
import type { Breakpoints } from './model/breakpoints.js';
import type { DataBreakpoints } from './model/data-breakpoints.js';
import type { Debuggee } from './model/debuggee.js';
import type { Host } from './model/run-loop.js';
import type { LaunchArguments } from './protocol.js';

/** What the client said about itself in `initialize`. */
export interface Client {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
  /** Whether it understands these events. */
  readonly knowsInvalidated: boolean;
  readonly knowsMemory: boolean;
  readonly knowsProgress: boolean;
}

export interface Context {
  readonly files: SourceFiles;
  readonly host: Host;
  /** What builds keep for the next one. */
  readonly cache: BuildCache | undefined;
  readonly breakpoints: Breakpoints;
  readonly dataBreakpoints: DataBreakpoints;
  client: Client;
  /** The kinds of exceptions that stop. */
  exceptions: ReadonlySet<ExceptionFilter>;
  /** Undefined before a launch has succeeded, and after the end. */
  debuggee: Debuggee | undefined;
  /** Of guest TypeScript; it works in a thread of its own. */
  readonly compiler: CompilerElsewhere;
  /** Of the request that is being answered, where that takes a while. */
  building: Building | undefined;
  /** A launch was cancelled: there is no program, and that is no mistake of the client's. */
  wasCancelled: boolean;
  /** Kept for a restart. */
  launched: LaunchArguments | undefined;
  send(event: string, body?: object): void;
  /** Runs once the response to the request in progress is sent. */
  afterResponse(action: () => void): void;
}

export interface Building {
  readonly requestId: number;
  readonly progressId: string;
  readonly cancellation: Cancellation;
}

/** A response body, or a sentence for the user that becomes an error response. */
export type Answer = Result<object | undefined, string>;

/** One that comes later holds up all requests but those that end what it is about. */
export type Answering = Answer | Promise<Answer>;

export type Handler = (context: Context, args: unknown) => Answering;
export type Handlers = Readonly<Record<string, Handler>>;

/** Checks the arguments, then performs. */
export function request<T>(
  check: Check<T>,
  perform: (context: Context, args: T) => Answering,
): Handler {
  return (context, args) => {
    const checked = check(args, 'arguments');
    return checked.ok ? perform(context, checked.value) : checked;
  };
}

/** For requests that make sense only with a machine, running or not. */
export function machineRequest<T>(
  check: Check<T>,
  perform: (debuggee: Debuggee, args: T, context: Context) => Answering,
): Handler {
  return request(check, (context, args) =>
    context.debuggee === undefined
      ? fail('No program has been launched.')
      : perform(context.debuggee, args, context),
  );
}

/** For requests about a state that holds still. */
export function stoppedRequest<T>(
  check: Check<T>,
  perform: (debuggee: Debuggee, args: T, context: Context) => Answering,
): Handler {
  return machineRequest(check, (debuggee, args, context) =>
    debuggee.loop.isRunning
      ? fail('The machine is running: pause it first.')
      : perform(debuggee, args, context),
  );
}

export const done: Answer = ok(undefined);

/** The word of the protocol for what a client has ended itself. */
export const cancelled = fail('cancelled');

/** Lines of the image count from one. */
export const toClientLine = (client: Client, line: number): number =>
  client.linesStartAt1 ? line : line - 1;
export const fromClientLine = (client: Client, line: number): number =>
  client.linesStartAt1 ? line : line + 1;
/** Column 0 of the image means unknown: the start of the line. */
export const toClientColumn = (client: Client, column: number): number =>
  Math.max(column, 1) - (client.columnsStartAt1 ? 0 : 1);
