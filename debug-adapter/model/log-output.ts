/**
 * What log points and traces print, on its way to the client. The texts of a turn of the host go out as one event,
 * and a second of the host has at most a few hundred of them: a log point in a hot loop is visited a
 * hundred thousand times in that second, and no client shows as many lines.
 */
import type { Disposable } from '../../runtime/base/disposable.js';
import type { Context } from '../context.js';

export const mostTextsPerWindow = 500;
const windowMilliseconds = 1000;

/** Where texts come from, for the sentence about those that are left out. */
export interface LogSource {
  readonly one: string;
  readonly many: string;
  /** What makes them fewer. */
  readonly advice: string;
}

export const logPoints: LogSource = {
  one: 'message of a log point is',
  many: 'messages of log points are',
  advice: 'A condition or a hit count makes them fewer.',
};

export const refusals: LogSource = {
  one: 'refused invocation is',
  many: 'refused invocations are',
  advice: 'Breaking on refused invocations shows each of them.',
};

export class LogOutput implements Disposable {
  private pending: string[] = [];
  private isScheduled = false;
  private windowStart = -Infinity;
  private inWindow = 0;
  /** Texts that came too fast and are not told yet. */
  private leftOut = 0;
  private readonly context: Context;
  private readonly source: LogSource;

  constructor(context: Context, source: LogSource) {
    this.context = context;
    this.source = source;
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
    const are = this.leftOut === 1 ? this.source.one : this.source.many;
    this.pending.push(
      `${this.leftOut} ${are} left out here, because more than ${mostTextsPerWindow} came in a second. ${this.source.advice}`,
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
