/**
 * Runs the debug adapter, and with it the whole emulated machine, in a worker thread: a guest that
 * loops for ever costs one core but never blocks the extension host. Messages cross as plain
 * objects, so no framing is needed.
 */
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';

export function registerDebugAdapter(extensionUri: vscode.Uri): vscode.Disposable {
  const bundle = vscode.Uri.joinPath(extensionUri, 'dist', 'debug-adapter.cjs').fsPath;
  const workers = new IdleWorker(bundle);
  return vscode.Disposable.from(
    workers,
    vscode.debug.registerDebugAdapterDescriptorFactory('cantrip', {
      createDebugAdapterDescriptor: () =>
        new vscode.DebugAdapterInlineImplementation(new WorkerDebugAdapter(workers)),
    }),
  );
}

const idleMilliseconds = 10 * 60_000;

/** The worker of a session that has ended is there for the next one, whose build finds a compiler that is warm. */
class IdleWorker implements vscode.Disposable {
  private readonly bundle: string;
  private idle: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(bundle: string) {
    this.bundle = bundle;
  }

  take(): Worker {
    const worker = this.idle ?? new Worker(this.bundle, { name: 'cantrip debug adapter' });
    worker.off('error', this.forget);
    worker.off('exit', this.forget);
    this.idle = undefined;
    clearTimeout(this.timer);
    return worker;
  }

  give(worker: Worker): void {
    this.dispose();
    this.idle = worker;
    worker.on('error', this.forget);
    worker.on('exit', this.forget);
    this.timer = setTimeout(() => this.dispose(), idleMilliseconds);
  }

  dispose(): void {
    clearTimeout(this.timer);
    const worker = this.idle;
    this.idle = undefined;
    worker?.off('exit', this.forget);
    void worker?.terminate();
  }

  private readonly forget = (): void => {
    this.idle = undefined;
  };
}

interface Request extends vscode.DebugProtocolMessage {
  readonly type: 'request';
  readonly seq: number;
  readonly command: string;
}

class WorkerDebugAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.messages.event;
  private readonly worker: Worker;
  /** Requests without a response yet; VS Code waits for each of them. */
  private readonly pending = new Map<number, Request>();
  private failure: string | undefined;
  private disposed = false;
  /** It has answered the disconnect: its worker is free. */
  private hasEnded = false;
  private readonly workers: IdleWorker;

  constructor(workers: IdleWorker) {
    super(() => undefined);
    this.workers = workers;
    this.worker = workers.take();
    this.worker.on('message', this.receive);
    this.worker.on('error', this.failed);
    this.worker.on('exit', this.exited);
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    if (isRequest(message)) {
      this.pending.set(message.seq, message);
      if (this.failure !== undefined) {
        this.refuse(message, this.failure);
        return;
      }
    }
    this.worker.postMessage(message);
  }

  override dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.messages.dispose();
    // Only these: without the listeners that Node has on a worker itself, nothing comes through any more.
    this.worker.off('message', this.receive);
    this.worker.off('error', this.failed);
    this.worker.off('exit', this.exited);
    if (this.hasEnded && this.failure === undefined) this.workers.give(this.worker);
    else void this.worker.terminate();
  }

  private readonly receive = (message: vscode.DebugProtocolMessage): void => {
    if ('request_seq' in message) {
      this.pending.delete(Number(message.request_seq));
      this.hasEnded ||= 'command' in message && message.command === 'disconnect';
    }
    this.messages.fire(message);
  };

  private readonly failed = (error: Error): void =>
    this.fail(`The debug adapter stopped because of a fault of its own: ${error.message}.`);

  private readonly exited = (code: number): void =>
    this.fail(`The debug adapter ended with code ${code}.`);

  /** Answers what VS Code waits for and ends the session, which would hang otherwise. */
  private fail(reason: string): void {
    if (this.disposed || this.failure !== undefined) return;
    this.failure = `${reason} Start the session again with F5.`;
    for (const request of [...this.pending.values()]) this.refuse(request, this.failure);
    const output = { category: 'stderr', output: `${this.failure}\n` };
    this.messages.fire(event('output', output));
    this.messages.fire(event('terminated', {}));
  }

  private refuse(request: Request, reason: string): void {
    this.pending.delete(request.seq);
    this.messages.fire({
      type: 'response',
      seq: 0,
      request_seq: request.seq,
      command: request.command,
      success: false,
      message: reason,
      body: { error: { id: 1, format: reason, showUser: true } },
    });
  }
}

function isRequest(message: vscode.DebugProtocolMessage): message is Request {
  return 'type' in message && message.type === 'request';
}

/** The worker is gone, so nobody counts sequence numbers; clients take 0 for unknown. */
function event(name: string, body: object): vscode.DebugProtocolMessage {
  return { type: 'event', seq: 0, event: name, body };
}
