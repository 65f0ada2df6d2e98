/**
 * The terminal of one UART. What is typed goes to the machine and nowhere else: the echo that you
 * see is the guest's own. It opens without taking the keyboard away from the editor.
 */
import * as vscode from 'vscode';

/** UTF-16 code units kept for a terminal that is closed and opened again. */
const keptText = 64 * 1024;
const dim = (text: string): string => `\u001b[2m${text}\u001b[0m`;

export class UartConsole implements vscode.Disposable {
  readonly title: string;
  private terminal: vscode.Terminal | undefined;
  private pty: UartTerminal | undefined;
  private text = '';
  private readonly decoder = new TextDecoder();
  private send: ((text: string) => void) | undefined;

  constructor(title: string) {
    this.title = title;
  }

  connect(send: (text: string) => void): void {
    this.send = send;
    if (this.text !== '') this.restart();
    this.show({ preserveFocus: true });
  }

  /** What follows comes from a machine that was switched off and on. */
  restart(): void {
    this.write(dim('\r\n[the machine starts again]\r\n'));
  }

  disconnect(): void {
    this.send = undefined;
    this.write(dim('\r\n[the machine is off; F5 starts it again]\r\n'));
  }

  /** A terminal wants CR LF; a guest that prints LF alone means the same. */
  print(bytes: Uint8Array): void {
    // One character may come in two events.
    const text = this.decoder.decode(bytes, { stream: true });
    this.write(text.replaceAll(/\r?\n/g, '\r\n'));
  }

  show(options: { preserveFocus: boolean } = { preserveFocus: false }): void {
    if (this.terminal === undefined) this.open();
    this.terminal?.show(options.preserveFocus);
  }

  dispose(): void {
    this.terminal?.dispose();
  }

  private open(): void {
    const pty = new UartTerminal(this.text, {
      typed: (text) => this.send?.(text),
      closed: () => {
        // The user may open another one before VS Code reports that this one is gone.
        if (this.pty !== pty) return;
        this.terminal = undefined;
        this.pty = undefined;
      },
    });
    this.pty = pty;
    this.terminal = vscode.window.createTerminal({
      // The list of terminals is narrow, and of two of them the system tells which is which.
      name: `${this.title}: UART`,
      iconPath: new vscode.ThemeIcon('circuit-board'),
      isTransient: true,
      pty,
    });
  }

  private write(text: string): void {
    this.text = (this.text + text).slice(-keptText);
    this.pty?.write(text);
  }
}

interface UartTerminalListener {
  readonly typed: (text: string) => void;
  readonly closed: () => void;
}

/** VS Code drops what is written before `open`, so that is held back. */
class UartTerminal implements vscode.Pseudoterminal {
  private readonly output = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.output.event;
  private pending: string | undefined;
  private readonly listener: UartTerminalListener;

  constructor(history: string, listener: UartTerminalListener) {
    this.pending = history;
    this.listener = listener;
  }

  open(): void {
    const text = this.pending;
    this.pending = undefined;
    if (text !== undefined && text !== '') this.output.fire(text);
  }

  close(): void {
    this.output.dispose();
    this.listener.closed();
  }

  write(text: string): void {
    if (this.pending === undefined) this.output.fire(text);
    else this.pending += text;
  }

  handleInput(text: string): void {
    this.listener.typed(text);
  }
}
