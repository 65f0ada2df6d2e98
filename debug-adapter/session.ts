/**
 * One debug session. Requests come in as plain JSON from whatever transport `main.ts` chose; each is
 * checked and handed to its handler. Nothing that a client sends can end the session: what is wrong
 * with a message is the text of an error response.
 */
import { DebugSession, Event, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fail } from '../runtime/base/result.js';
import type { BuildCache } from '../runtime/toolchain/build-cache.js';
import type { GuestCompiler } from '../runtime/toolchain/guest/compiler-port.js';
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Answer, Context, Handlers } from './context.js';
import { breakpointHandlers, defaultExceptions } from './handlers/breakpoints.js';
import { customHandlers } from './handlers/capabilities.js';
import { disassemblyHandlers } from './handlers/disassembly.js';
import { evaluationHandlers } from './handlers/evaluation.js';
import { executionHandlers } from './handlers/execution.js';
import { launchHandlers } from './handlers/launch.js';
import { memoryHandlers } from './handlers/memory.js';
import { sourceHandlers } from './handlers/sources.js';
import { stackHandlers } from './handlers/stack.js';
import { variableHandlers } from './handlers/variables.js';
import { Breakpoints } from './model/breakpoints.js';
import type { Host } from './model/run-loop.js';

/** What the session needs from outside. */
export interface SessionPorts {
  readonly files: SourceFiles;
  readonly host: Host;
  /** What builds keep for the next one. */
  readonly cache: BuildCache | undefined;
  /** After the response to `disconnect`. */
  readonly ended: () => void;
  readonly loadGuestCompiler: () => Promise<GuestCompiler>;
  /** An exception of our own, to be written where developers look. */
  readonly reportBug: (error: unknown) => void;
}

const handlers: Handlers = {
  ...launchHandlers,
  ...breakpointHandlers,
  ...executionHandlers,
  ...stackHandlers,
  ...sourceHandlers,
  ...variableHandlers,
  ...memoryHandlers,
  ...disassemblyHandlers,
  ...evaluationHandlers,
  ...customHandlers,
};

/** Every request that is understood, for the test that looks for those without a test. */
export const requestNames: readonly string[] = Object.keys(handlers);

export class CantripSession extends DebugSession {
  private readonly ports: SessionPorts;
  private readonly context: Context;
  private later: (() => void)[] = [];

  constructor(ports: SessionPorts) {
    super();
    this.ports = ports;
    this.context = {
      files: ports.files,
      host: ports.host,
      cache: ports.cache,
      breakpoints: new Breakpoints(),
      client: {
        linesStartAt1: true,
        columnsStartAt1: true,
        knowsInvalidated: false,
        knowsMemory: false,
        knowsProgress: false,
      },
      exceptions: defaultExceptions,
      debuggee: undefined,
      guestCompiler: undefined,
      wantsGuestCompiler: false,
      builds: 0,
      launched: undefined,
      send: (event, body) => this.sendEvent(new Event(event, body)),
      afterResponse: (action) => this.later.push(action),
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
    this.context.debuggee?.dispose();
    this.context.debuggee = undefined;
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const answer = this.perform(request);
    if (this.context.wantsGuestCompiler) {
      this.again(request);
      return;
    }
    this.respond(request, answer);
    const actions = this.later;
    this.later = [];
    for (const action of actions) this.guarded(action);
    if (request.command === 'disconnect') this.ports.ended();
  }

  /** Performs a request once more when the compiler that it wants is loaded. */
  private again(request: DebugProtocol.Request): void {
    this.context.wantsGuestCompiler = false;
    this.later = [];
    this.ports.loadGuestCompiler().then(
      (compiler) => {
        this.context.guestCompiler = compiler;
        this.dispatchRequest(request);
      },
      (error: unknown) => {
        this.ports.reportBug(error);
        this.respond(request, fail('The compiler of guest TypeScript cannot be loaded.'));
      },
    );
  }

  private perform({ command, arguments: args }: DebugProtocol.Request): Answer {
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined)
      return fail(`The request "${command}" is not known to this adapter.`);
    try {
      return handler(this.context, args);
    } catch (error) {
      this.ports.reportBug(error);
      return fail(
        `This is a defect of the debugger, please report it: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
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
      response.body = { error: { id: 1, format: answer.error, showUser: true } };
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
