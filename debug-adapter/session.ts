/**
 * One debug session. Requests come in as plain JSON from whatever transport `main.ts` chose; each is
 * checked and handed to its handler. Nothing that a client sends can end the session: what is wrong
 * with a message is the text of an error response.
 */
import { DebugSession, Event, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fail } from '../runtime/base/result.js';
import type { BuildCache } from '../runtime/toolchain/build-cache.js';
import type { CompilerElsewhere } from '../runtime/toolchain/drive-build.js';
import { newCancellation } from '../runtime/toolchain/drive-build.js';
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Answer, Answering, Context, Handlers } from './context.js';
import { cancelled, done } from './context.js';
import { breakpointHandlers, defaultExceptions } from './handlers/breakpoints.js';
import { customHandlers } from './handlers/capabilities.js';
import { dataBreakpointHandlers } from './handlers/data-breakpoints.js';
import { disassemblyHandlers } from './handlers/disassembly.js';
import { evaluationHandlers } from './handlers/evaluation.js';
import { executionHandlers } from './handlers/execution.js';
import { launchHandlers } from './handlers/launch.js';
import { memoryHandlers } from './handlers/memory.js';
import { sourceHandlers } from './handlers/sources.js';
import { stackHandlers } from './handlers/stack.js';
import { variableHandlers } from './handlers/variables.js';
import { Breakpoints } from './model/breakpoints.js';
import { DataBreakpoints } from './model/data-breakpoints.js';
import type { Host } from './model/run-loop.js';

/** What the session needs from outside. */
export interface SessionPorts {
  readonly files: SourceFiles;
  readonly host: Host;
  /** What builds keep for the next one. */
  readonly cache: BuildCache | undefined;
  /** After the response to `disconnect`. */
  readonly ended: () => void;
  /** Of guest TypeScript. */
  readonly compiler: CompilerElsewhere;
  /** An exception of our own, to be written where developers look. */
  readonly reportBug: (error: unknown) => void;
}

const handlers: Handlers = {
  ...launchHandlers,
  ...breakpointHandlers,
  ...dataBreakpointHandlers,
  ...executionHandlers,
  ...stackHandlers,
  ...sourceHandlers,
  ...variableHandlers,
  ...memoryHandlers,
  ...disassemblyHandlers,
  ...evaluationHandlers,
  ...customHandlers,
  // What it is about is ended where requests wait (`CantripSession.cancel`); what is answered already, was too fast.
  cancel: () => done,
};

/** Every request that is understood, for the test that looks for those without a test. */
export const requestNames: readonly string[] = Object.keys(handlers);

/** Requests that make the work of the one before them worthless. */
const endsBuilds: ReadonlySet<string> = new Set(['disconnect', 'terminate']);

export class CantripSession extends DebugSession {
  private readonly ports: SessionPorts;
  private readonly context: Context;
  /** For after the response. */
  private actions: (() => void)[] = [];
  /** Of the request whose answer comes later. */
  private later: { readonly cancel: () => void } | undefined;
  /** What came after it. */
  private waiting: DebugProtocol.Request[] = [];

  constructor(ports: SessionPorts) {
    super();
    this.ports = ports;
    this.context = {
      files: ports.files,
      host: ports.host,
      cache: ports.cache,
      breakpoints: new Breakpoints(),
      dataBreakpoints: new DataBreakpoints(),
      client: {
        linesStartAt1: true,
        columnsStartAt1: true,
        knowsInvalidated: false,
        knowsMemory: false,
        knowsProgress: false,
      },
      exceptions: defaultExceptions,
      debuggee: undefined,
      compiler: ports.compiler,
      building: undefined,
      wasCancelled: false,
      launched: undefined,
      send: (event, body) => this.sendEvent(new Event(event, body)),
      afterResponse: (action) => this.actions.push(action),
    };
  }

  /** Any value that a transport made of bytes or of a message. */
  receive(message: unknown): void {
    const request = asRequest(message);
    if (request.problem !== undefined) this.respond(request, fail(request.problem));
    else this.dispatchRequest(request);
  }

  /** Bytes that were no message at all still get an answer, so that the client can show why it waits. */
  receiveMalformed(problem: string): void {
    this.respond({ seq: 0, type: 'request', command: '' }, fail(problem));
  }

  override shutdown(): void {
    this.later?.cancel();
    this.context.debuggee?.dispose();
    this.context.debuggee = undefined;
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    if (this.later === undefined) void this.serve(request);
    else if (request.command === 'cancel') this.cancel(request);
    else {
      if (endsBuilds.has(request.command)) this.later.cancel();
      this.waiting.push(request);
    }
  }

  /** Answers a request, and those that came in the meantime. */
  private async serve(request: DebugProtocol.Request): Promise<void> {
    const answering = this.perform(request);
    this.finish(request, answering instanceof Promise ? await answering : answering);
    const next = this.waiting.shift();
    if (next !== undefined) this.dispatchRequest(next);
  }

  private finish(request: DebugProtocol.Request, answer: Answer): void {
    this.later = undefined;
    this.context.building = undefined;
    this.respond(request, answer);
    const actions = this.actions;
    this.actions = [];
    for (const action of actions) this.guarded(action);
    if (request.command === 'disconnect') this.ports.ended();
  }

  /** A request that waits is not begun any more, one that takes a while is ended. */
  private cancel(request: DebugProtocol.Request): void {
    const { requestId, progressId } = (request.arguments ?? {}) as Record<string, unknown>;
    const waiting = this.waiting.find(({ seq }) => seq === requestId);
    const { building } = this.context;
    if (waiting !== undefined) {
      this.waiting = this.waiting.filter((each) => each !== waiting);
      this.respond(waiting, cancelled);
    } else if (building?.requestId === requestId || building?.progressId === progressId)
      this.later?.cancel();
    this.respond(request, done);
  }

  private perform({ command, seq, arguments: args }: DebugProtocol.Request): Answering {
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined)
      return fail(`The request "${command}" is not known to this adapter.`);
    const cancellation = newCancellation();
    this.context.building = { requestId: seq, progressId: `build ${String(seq)}`, cancellation };
    try {
      const answering = handler(this.context, args);
      if (!(answering instanceof Promise)) return answering;
      this.later = cancellation;
      return answering.catch((error: unknown) => this.defect(error));
    } catch (error) {
      return this.defect(error);
    }
  }

  private defect(error: unknown): Answer {
    this.ports.reportBug(error);
    return fail(
      `This is a defect of the debugger, please report it: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.ports.reportBug(error);
    }
  }

  private respond(request: DebugProtocol.Request, answer: Answer): void {
    const response: DebugProtocol.Response = new Response(request);
    if (answer.ok) {
      if (answer.value !== undefined) response.body = answer.value;
    } else {
      response.success = false;
      response.message = answer.error;
      const showUser = answer !== cancelled;
      response.body = { error: { id: 1, format: answer.error, showUser } };
    }
    this.sendResponse(response);
  }
}

/** A request, or as much of one as an error response needs. */
function asRequest(message: unknown): DebugProtocol.Request & { problem?: string } {
  const empty = { seq: 0, type: 'request', command: '' };
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return { ...empty, problem: 'A message must be a JSON object.' };
  }
  const { seq, type, command, arguments: args } = message as Record<string, unknown>;
  const known = {
    ...empty,
    seq: typeof seq === 'number' && Number.isInteger(seq) ? seq : 0,
    command: typeof command === 'string' ? command : '',
  };
  if (known.seq === 0)
    return { ...known, problem: 'A message must have an integer "seq" above 0.' };
  if (type !== 'request') {
    return { ...known, problem: 'Only messages of type "request" are expected here.' };
  }
  if (known.command === '') return { ...known, problem: 'A request must name its "command".' };
  return { ...known, arguments: args };
}
