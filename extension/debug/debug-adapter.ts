/**
 * Runs the debug adapter, and with it the whole emulated machine, in a worker thread: a guest that
 * loops for ever costs one core but never blocks the extension host. Messages cross as plain
 * objects, so no framing is needed.
 */
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';

export function registerDebugAdapter(extensionUri: vscode.Uri): vscode.Disposable {
  const bundle = vscode.Uri.joinPath(extensionUri, 'dist', 'debug-adapter.cjs').fsPath;
  return vscode.debug.registerDebugAdapterDescriptorFactory('cantrip', {
    createDebugAdapterDescriptor: () =>
      new vscode.DebugAdapterInlineImplementation(new WorkerDebugAdapter(bundle)),
  });
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

  constructor(bundle: string) {
    super(() => undefined);
    this.worker = new Worker(bundle, { name: 'cantrip debug adapter' });
    this.worker.on('message', (message: vscode.DebugProtocolMessage) => this.receive(message));
    this.worker.on('error', (error) => {
      this.fail(`The debug adapter stopped because of a fault of its own: ${error.message}.`);
    });
    this.worker.on('exit', (code) => this.fail(`The debug adapter ended with code ${code}.`));
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
    this.disposed = true;
    this.messages.dispose();
    void this.worker.terminate();
  }

  private receive(message: vscode.DebugProtocolMessage): void {
    if ('request_seq' in message) this.pending.delete(Number(message.request_seq));
    this.messages.fire(message);
  }

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
