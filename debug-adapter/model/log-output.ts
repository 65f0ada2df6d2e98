/**
 * What log points print, on its way to the client. The texts of a turn of the host go out as one event,
 * and a second of the host has at most a few hundred of them: a log point in a hot loop is visited a
 * hundred thousand times in that second, and no client shows as many lines.
 */
import type { Disposable } from '../../runtime/base/disposable.js';
import type { Context } from '../context.js';

export const mostTextsPerWindow = 500;
const windowMilliseconds = 1000;

export class LogOutput implements Disposable {
  private pending: string[] = [];
  private isScheduled = false;
  private windowStart = -Infinity;
  private inWindow = 0;
  /** Texts that came too fast and are not told yet. */
  private leftOut = 0;
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  add(text: string): void {
    const now = this.context.host.now();
    if (now - this.windowStart >= windowMilliseconds) {
      this.tellLeftOut();
      this.windowStart = now;
      this.inWindow = 0;
    }
    this.inWindow += 1;
    if (this.inWindow > mostTextsPerWindow) this.leftOut += 1;
    else this.pending.push(text);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.context.host.soon(() => {
      this.isScheduled = false;
      this.send();
    });
  }

  /** Everything, before the machine stands still: what comes next must not be read before it. */
  flush(): void {
    this.tellLeftOut();
    this.send();
  }

  dispose(): void {
    this.flush();
  }

  private tellLeftOut(): void {
    if (this.leftOut === 0) return;
    const are = this.leftOut === 1 ? 'message of a log point is' : 'messages of log points are';
    this.pending.push(
      `${this.leftOut} ${are} left out here, because more than ${mostTextsPerWindow} came in a second. A condition or a hit count makes them fewer.`,
    );
    this.leftOut = 0;
  }

  private send(): void {
    if (this.pending.length === 0) return;
    const output = this.pending.map((text) => `${text}\n`).join('');
    this.pending = [];
    this.context.send('output', { category: 'console', output });
  }
}
