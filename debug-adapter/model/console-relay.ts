/**
 * The guest's console on its way to the client. Bytes are gathered for a turn of the host, since one
 * event a character would drown the client; a stop flushes first, so that order is kept.
 */
import type { Disposable } from '../../runtime/base/disposable.js';
import type { Context } from '../context.js';
import type { Launch } from './debuggee.js';

/** Flushed at once beyond this, so that a guest that floods its console cannot eat memory. */
const longestBatchBytes = 16 * 1024;

export class ConsoleRelay implements Disposable {
  private pending: number[] = [];
  private isScheduled = false;
  /** Characters of several bytes may be split over two batches. */
  private readonly decoder = new TextDecoder();
  private readonly context: Context;
  private readonly kind: 'event' | 'output';
  private readonly subscription: Disposable;

  constructor(context: Context, launch: Launch) {
    this.context = context;
    this.kind = launch.console;
    this.subscription = launch.platform.onConsole((byte) => this.add(byte));
  }

  flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Uint8Array.from(this.pending);
    this.pending = [];
    if (this.kind === 'event') {
      this.context.send('cantrip/console', { data: Buffer.from(bytes).toString('base64') });
      return;
    }
    const output = this.decoder.decode(bytes, { stream: true });
    if (output !== '') this.context.send('output', { category: 'stdout', output });
  }

  dispose(): void {
    this.flush();
    this.subscription.dispose();
  }

  private add(byte: number): void {
    this.pending.push(byte);
    if (this.pending.length >= longestBatchBytes) this.flush();
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.context.host.soon(() => {
      this.isScheduled = false;
      this.flush();
    });
  }
}
