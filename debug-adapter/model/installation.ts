/**
 * A bundle on its way into the running system through its serial line. The client hears of its end in a turn of the host
 * of its own: a byte of the console comes in the middle of an instruction of the guest.
 */
import type { Disposable } from '../../runtime/base/disposable.js';
import { createBundleUpload, type BundleUpload } from '../../runtime/terminal/bundle-upload.js';
import { connectUpload } from '../../runtime/terminal/upload-line.js';
import type { Platform } from '../../runtime/platform.js';
import type { Context } from '../context.js';

/** What it needs of the debuggee. */
interface Line {
  readonly platform: Platform;
  receive(bytes: Uint8Array): void;
}

export class Installation implements Disposable {
  private upload: BundleUpload | undefined;
  private isScheduled = false;
  private readonly context: Context;
  private readonly line: Line;
  private subscription: Disposable | undefined;

  constructor(context: Context, line: Line) {
    this.context = context;
    this.line = line;
  }

  /** False while another one is on its way. */
  begin(name: string, file: Uint8Array): boolean {
    if (this.upload !== undefined) return false;
    this.upload = createBundleUpload({ name, file, begins: 'now' });
    this.subscription = connectUpload(this.line.platform, this.upload, () => {
      if (this.upload?.outcome !== undefined) this.schedule();
    });
    this.line.receive(this.upload.take());
    return true;
  }

  dispose(): void {
    this.subscription?.dispose();
    this.upload = undefined;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.context.host.soon(() => {
      this.isScheduled = false;
      this.end();
    });
  }

  private end(): void {
    const outcome = this.upload?.outcome;
    if (outcome === undefined) return;
    this.dispose();
    this.context.send('cantrip/installed', outcome);
  }
}
