/**
 * Which console belongs to which session. A console outlives its session, so that what a machine
 * printed before it died stays readable; the next run of the same configuration goes on in it.
 */
import * as vscode from 'vscode';
import type { CustomRequests } from '../../debug-adapter/protocol.js';
import type { SessionWatcher } from '../debug/session-watcher.js';
import { UartConsole } from './uart-console.js';

export function registerConsoles(watcher: SessionWatcher): vscode.Disposable {
  const consoles = new Consoles();
  return vscode.Disposable.from(
    consoles,
    watcher.onDidStart((session) => consoles.start(session)),
    watcher.onDidRestart((session) => consoles.start(session).restart()),
    watcher.onDidPrint(({ session, bytes }) => consoles.start(session).print(bytes)),
    watcher.onDidEnd((session) => consoles.end(session)),
    vscode.commands.registerCommand('cantrip.openConsole', () => consoles.open()),
  );
}

class Consoles implements vscode.Disposable {
  /** In the order in which they were made; those of no session are free for one of the same name. */
  private readonly all = new Set<UartConsole>();
  private readonly bySession = new Map<string, UartConsole>();
  private latest: UartConsole | undefined;

  start(session: vscode.DebugSession): UartConsole {
    const running = this.bySession.get(session.id);
    if (running !== undefined) return running;
    const uart = this.freeConsole(session.name) ?? new UartConsole(session.name);
    this.all.add(uart);
    this.bySession.set(session.id, uart);
    this.latest = uart;
    void vscode.commands.executeCommand('setContext', 'cantrip.hasConsole', true);
    uart.connect((text) => send(session, text));
    return uart;
  }

  end(session: vscode.DebugSession): void {
    const uart = this.bySession.get(session.id);
    if (uart === undefined) return;
    this.bySession.delete(session.id);
    uart.disconnect();
  }

  open(): void {
    const active = vscode.debug.activeDebugSession;
    const uart = active === undefined ? undefined : this.bySession.get(active.id);
    (uart ?? this.latest)?.show();
  }

  dispose(): void {
    for (const uart of this.all) uart.dispose();
  }

  private freeConsole(title: string): UartConsole | undefined {
    const taken = new Set(this.bySession.values());
    return [...this.all].find((uart) => uart.title === title && !taken.has(uart));
  }
}

function send(session: vscode.DebugSession, text: string): void {
  const input: CustomRequests['cantrip/consoleInput']['arguments'] = { text };
  session.customRequest('cantrip/consoleInput', input).then(undefined, (error: unknown) => {
    void vscode.window.showWarningMessage(
      `What you typed did not reach the UART: ${String(error)}`,
    );
  });
}
