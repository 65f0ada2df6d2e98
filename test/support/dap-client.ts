/**
 * A small debug-adapter client over stdio: requests as promises, events in order. Every wait has a
 * limit, so that a missing event is a failure with what came instead.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { encodeFrame, FrameReader } from '../../debug-adapter/transport/framing.js';

/** Nothing that works takes so long, on a machine with much else to do either. */
const patienceMilliseconds = 240_000;

type Message = DebugProtocol.Response | DebugProtocol.Event;

export class DapClient {
  readonly events: DebugProtocol.Event[] = [];
  /** Responses and events in the order in which they came. */
  readonly messages: Message[] = [];
  /** What the adapter wrote to stderr: nothing, unless it has a defect. */
  stderr = '';

  private readonly child: ChildProcess;
  private readonly reader = new FrameReader();
  private readonly answers = new Map<number, (response: DebugProtocol.Response) => void>();
  private readonly watchers = new Set<() => void>();
  private readonly unasked: DebugProtocol.Response[] = [];
  private seq = 1;

  constructor(adapter: string) {
    this.child = spawn(process.execPath, [adapter], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, CANTRIP_CACHE: path.join(path.dirname(adapter), 'cache') },
    });
    this.child.stdout?.on('data', (data: Buffer) => {
      for (const frame of this.reader.push(data)) {
        if (frame.kind === 'message') this.receive(frame.value as Message);
      }
    });
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
  }

  /** The whole response, also when it is an error. */
  send(command: string, args?: unknown): Promise<DebugProtocol.Response> {
    const seq = this.seq++;
    const answer = new Promise<DebugProtocol.Response>((resolve) => {
      this.answers.set(seq, resolve);
    });
    this.write(encodeFrame({ seq, type: 'request', command, arguments: args }));
    return limited(answer, () => `no response to ${command}`);
  }

  /** The body of a successful response. */
  async request<T = Record<string, unknown>>(command: string, args?: unknown): Promise<T> {
    const response = await this.send(command, args);
    if (!response.success) throw new Error(`${command}: ${response.message ?? 'no reason given'}`);
    return response.body as T;
  }

  /** The sentence of an error response. */
  async refusal(command: string, args?: unknown): Promise<string> {
    const response = await this.send(command, args);
    if (response.success) throw new Error(`${command} succeeded, but an error was expected.`);
    return response.message ?? '';
  }

  /** The first event of that name from `since` on: an index into `events`. */
  async event(name: string, since = 0): Promise<DebugProtocol.Event> {
    return this.until(
      () => this.events.slice(since).find((candidate) => candidate.event === name),
      () => `no event ${name}; since then came ${this.namesSince(since)}`,
    );
  }

  /** Sends a request that makes the machine run, and waits until it stands still again. */
  async runTo(command: string, args?: unknown): Promise<DebugProtocol.StoppedEvent['body']> {
    const since = this.events.length;
    await this.request(command, args);
    return (await this.event('stopped', since)).body as DebugProtocol.StoppedEvent['body'];
  }

  /** Text of output events of a category so far. */
  output(category: string): string {
    return this.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body as DebugProtocol.OutputEvent['body'])
      .filter((body) => body.category === category)
      .map((body) => body.output)
      .join('');
  }

  async outputContains(category: string, text: string): Promise<void> {
    await this.until(
      () => (this.output(category).includes(text) ? true : undefined),
      () => `"${text}" is not in the output of category ${category}: ${this.output(category)}`,
    );
  }

  /** Raw bytes, for messages that are none. */
  write(bytes: Uint8Array | string): void {
    this.child.stdin?.write(bytes);
  }

  /** A response to something that was not a request of ours. */
  async unaskedResponse(): Promise<DebugProtocol.Response> {
    return this.until(
      () => this.unasked.shift(),
      () => 'no response to a malformed message',
    );
  }

  /** Ends the adapter whatever it does, after a test that failed in the middle. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.stdin?.end();
    await limited(gone, () => 'the adapter did not end');
  }

  async exited(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const gone = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    return limited(gone, () => 'the adapter did not end');
  }

  private receive(message: Message): void {
    this.messages.push(message);
    if (message.type === 'event') this.events.push(message as DebugProtocol.Event);
    else {
      const response = message as DebugProtocol.Response;
      const answer = this.answers.get(response.request_seq);
      this.answers.delete(response.request_seq);
      if (answer === undefined) this.unasked.push(response);
      else answer(response);
    }
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Waits until `look` finds something; it looks again after every message. */
  until<T>(look: () => T | undefined, complaint: () => string): Promise<T> {
    const found = new Promise<T>((resolve) => {
      const watcher = (): void => {
        const value = look();
        if (value === undefined) return;
        this.watchers.delete(watcher);
        resolve(value);
      };
      this.watchers.add(watcher);
      watcher();
    });
    return limited(found, () => `${complaint()}${this.stderr === '' ? '' : `\n${this.stderr}`}`);
  }

  private namesSince(since: number): string {
    return (
      this.events
        .slice(since)
        .map(({ event }) => event)
        .join(', ') || 'nothing'
    );
  }
}

async function limited<T>(promise: Promise<T>, complaint: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint())), patienceMilliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
