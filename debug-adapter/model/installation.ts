/**
 * A bundle on its way into the running system through its serial line. Answers are typed in a turn of the host of their
 * own: a byte of the console comes in the middle of an instruction of the guest.
 */
import type { Disposable } from '../../runtime/base/disposable.js';
import { createBundleUpload, type BundleUpload } from '../../runtime/terminal/bundle-upload.js';
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
    this.subscription = this.line.platform.onConsole((byte) => {
      this.upload?.hear(byte);
      this.schedule();
    });
    this.schedule();
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
      this.goOn();
    });
  }

  private goOn(): void {
    const { upload } = this;
    if (upload === undefined) return;
    if (upload.isWaiting) this.line.receive(upload.take());
    const { outcome } = upload;
    if (outcome === undefined) return;
    this.dispose();
    this.context.send('cantrip/installed', outcome);
  }
}
