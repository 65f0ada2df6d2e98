/** Starting points for protocol tests: an adapter process that has launched one of the test programs. */
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from '../support/dap-client.js';

export const programPath = (name: string): string => path.resolve('test/protocol/programs', name);
export const calls = programPath('calls.S');

export interface Launched {
  readonly client: DapClient;
  readonly thread: number;
  /** What stopped the program first. */
  readonly stop: DebugProtocol.StoppedEvent['body'];
}

const clients = new Set<DapClient>();

/** For `afterEach`: a test that failed has left its adapter running. */
export function killAll(): void {
  for (const client of clients) client.kill();
  clients.clear();
}

/** Initialized, nothing launched. */
export async function connect(adapter: string, more: object = {}): Promise<DapClient> {
  const client = new DapClient(adapter);
  clients.add(client);
  await client.request('initialize', {
    adapterID: 'cantrip',
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: 'path',
    supportsInvalidatedEvent: true,
    supportsMemoryEvent: true,
    ...more,
  });
  return client;
}

/** Launched, `configure` has set breakpoints, and the program has run to its first stop. */
export async function launch(
  adapter: string,
  program: string,
  args: object = { stopOnEntry: true },
  configure: (client: DapClient) => Promise<unknown> = () => Promise.resolve(),
): Promise<Launched> {
  const client = await connect(adapter);
  await client.request('launch', { program, ...args });
  await client.event('initialized');
  await configure(client);
  const stop = await client.runTo('configurationDone');
  return { client, thread: stop.threadId ?? 0, stop };
}

export async function topFrame(
  client: DapClient,
  threadId: number,
): Promise<DebugProtocol.StackFrame> {
  const [frame] = await stack(client, threadId);
  if (frame === undefined) throw new Error('The thread has no frame.');
  return frame;
}

export async function stack(
  client: DapClient,
  threadId: number,
): Promise<DebugProtocol.StackFrame[]> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>(
    'stackTrace',
    { threadId },
  );
  return stackFrames;
}

/** The text that an expression evaluates to. */
export async function valueOf(
  client: DapClient,
  expression: string,
  more: object = {},
): Promise<string> {
  const { result } = await client.request<DebugProtocol.EvaluateResponse['body']>('evaluate', {
    expression,
    ...more,
  });
  return result;
}

export async function breakAt(
  client: DapClient,
  program: string,
  ...breakpoints: DebugProtocol.SourceBreakpoint[]
): Promise<DebugProtocol.Breakpoint[]> {
  const body = await client.request<DebugProtocol.SetBreakpointsResponse['body']>(
    'setBreakpoints',
    { source: { path: program }, breakpoints },
  );
  return body.breakpoints;
}

export interface ScopeRows {
  readonly reference: number;
  readonly rows: readonly DebugProtocol.Variable[];
}

/** The variables of a scope of the innermost frame. */
export async function scope(client: DapClient, threadId: number, name: string): Promise<ScopeRows> {
  const { id } = await topFrame(client, threadId);
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', {
    frameId: id,
  });
  const found = scopes.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no scope ${name}.`);
  const reference = found.variablesReference;
  const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
    variablesReference: reference,
  });
  return { reference, rows: variables };
}
