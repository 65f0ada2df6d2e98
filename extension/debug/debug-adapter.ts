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

class WorkerDebugAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.messages.event;
  private readonly worker: Worker;
  private disposed = false;

  constructor(bundle: string) {
    super(() => undefined);
    this.worker = new Worker(bundle, { name: 'cantrip debug adapter' });
    this.worker.on('message', (message: vscode.DebugProtocolMessage) => {
      this.messages.fire(message);
    });
    this.worker.on('error', (error) => {
      this.fail(`The debug adapter stopped because of a fault of its own: ${error.message}`);
    });
    this.worker.on('exit', (code) => {
      if (code !== 0) this.fail(`The debug adapter ended with code ${code}.`);
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.worker.postMessage(message);
  }

  override dispose(): void {
    this.disposed = true;
    this.messages.dispose();
    void this.worker.terminate();
  }

  /** Says so where the user looks, and ends the session; `seq` 0 is what other adapters use too. */
  private fail(reason: string): void {
    if (this.disposed) return;
    const output = { category: 'stderr', output: `${reason}\nStart the session again with F5.\n` };
    this.messages.fire(event('output', output));
    this.messages.fire(event('terminated', {}));
  }
}

function event(name: string, body: object): vscode.DebugProtocolMessage {
  return { type: 'event', seq: 0, event: name, body };
}
