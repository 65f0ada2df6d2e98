/**
 * Tells the views when a machine starts, stops, runs on and ends, and what its UART prints. It reads
 * the messages that pass between VS Code and the adapter and asks nothing itself.
 */
import * as vscode from 'vscode';
import type { CustomEvents } from '../../debug-adapter/protocol.js';

export interface ConsoleOutput {
  readonly session: vscode.DebugSession;
  readonly bytes: Uint8Array;
}

export class SessionWatcher implements vscode.Disposable {
  private readonly started = new vscode.EventEmitter<vscode.DebugSession>();
  private readonly stopped = new vscode.EventEmitter<vscode.DebugSession>();
  private readonly resumed = new vscode.EventEmitter<vscode.DebugSession>();
  private readonly restarted = new vscode.EventEmitter<vscode.DebugSession>();
  private readonly ended = new vscode.EventEmitter<vscode.DebugSession>();
  private readonly printed = new vscode.EventEmitter<ConsoleOutput>();
  private readonly installed = new vscode.EventEmitter<CustomEvents['cantrip/installed']>();
  readonly onDidStart = this.started.event;
  readonly onDidStop = this.stopped.event;
  readonly onDidResume = this.resumed.event;
  /** The machine of a session that goes on was replaced by a new one. */
  readonly onDidRestart = this.restarted.event;
  readonly onDidEnd = this.ended.event;
  readonly onDidPrint = this.printed.event;
  readonly onDidInstall = this.installed.event;
  private readonly subscriptions = vscode.Disposable.from(
    this.started,
    this.stopped,
    this.resumed,
    this.restarted,
    this.ended,
    this.printed,
    this.installed,
    vscode.debug.registerDebugAdapterTrackerFactory('cantrip', {
      createDebugAdapterTracker: (session) => ({
        onWillStartSession: () => this.started.fire(session),
        onDidSendMessage: (message: unknown) => this.read(session, message),
        onWillStopSession: () => this.ended.fire(session),
      }),
    }),
  );

  dispose(): void {
    this.subscriptions.dispose();
  }

  private read(session: vscode.DebugSession, message: unknown): void {
    if (isRestarted(message)) this.restarted.fire(session);
    if (!isEvent(message)) return;
    switch (message.event) {
      case 'cantrip/console': {
        const { data } = message.body as CustomEvents['cantrip/console'];
        this.printed.fire({ session, bytes: Buffer.from(data, 'base64') });
        break;
      }
      case 'cantrip/installed':
        this.installed.fire(message.body as CustomEvents['cantrip/installed']);
        break;
      case 'cantrip/stateChanged': {
        const { running } = message.body as CustomEvents['cantrip/stateChanged'];
        (running ? this.resumed : this.stopped).fire(session);
        break;
      }
    }
  }
}

/** The adapter answers before it replaces the machine, so this comes before anything that the new one prints. */
function isRestarted(message: unknown): boolean {
  const { type, command, success } = message as Record<string, unknown>;
  return type === 'response' && command === 'restart' && success === true;
}

function isEvent(message: unknown): message is { event: string; body: unknown } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'event' &&
    'event' in message
  );
}
