/**
 * The containers behind `variablesReference` numbers. A handle lives for one stop: afterwards it
 * leads nowhere, and a client that kept it is told so.
 */
import type { RegisterView } from '../../runtime/inspect/registers.js';

export type Scope = 'registers' | 'csrs' | 'message' | 'ipcBuffer';

export type Container =
  | { readonly kind: 'scope'; readonly scope: Scope; readonly thread: number }
  /** The fields of one register. */
  | {
      readonly kind: 'fields';
      readonly scope: Scope;
      readonly thread: number;
      readonly register: RegisterView['name'];
    };

export interface FrameHandle {
  readonly thread: number;
  /** 0 is the innermost. */
  readonly depth: number;
}

export class VariableStore {
  private readonly containers = new Map<number, Container>();
  private readonly frames = new Map<number, FrameHandle>();
  /** Never reused, so that an old handle cannot mean something new. */
  private next = 1;

  /** The same container has the same handle within a stop, so that clients keep it unfolded. */
  containerHandle(container: Container): number {
    const key = JSON.stringify(container);
    for (const [handle, known] of this.containers) {
      if (JSON.stringify(known) === key) return handle;
    }
    this.containers.set(this.next, container);
    return this.next++;
  }

  container(handle: number): Container | undefined {
    return this.containers.get(handle);
  }

  frameHandle(frame: FrameHandle): number {
    for (const [handle, known] of this.frames) {
      if (known.thread === frame.thread && known.depth === frame.depth) return handle;
    }
    this.frames.set(this.next, frame);
    return this.next++;
  }

  frame(handle: number): FrameHandle | undefined {
    return this.frames.get(handle);
  }

  clear(): void {
    this.containers.clear();
    this.frames.clear();
  }
}
