/**
 * The containers behind `variablesReference` numbers. A handle lives for one stop: afterwards it
 * leads nowhere, and a client that kept it is told so.
 */
import type { RegisterView } from '../../runtime/inspect/registers.js';
import type { Inside } from '../../runtime/inspect/typed-value.js';

export type Scope = 'registers' | 'csrs' | 'message' | 'ipcBuffer' | 'heap';

export type Container =
  | HeapContainer
  | DeviceContainer
  | { readonly kind: 'scope'; readonly scope: Scope; readonly thread: number }
  /** The fields of one register. */
  | {
      readonly kind: 'fields';
      readonly scope: Scope;
      readonly thread: number;
      readonly register: RegisterView['name'];
    }
  /** The variables of a frame, or those of the modules of its program. */
  | { readonly kind: 'locals' | 'globals'; readonly thread: number; readonly depth: number }
  /** What unfolds below a variable of a frame. */
  | {
      readonly kind: 'inside';
      readonly thread: number;
      readonly depth: number;
      readonly inside: Inside;
      /** The expression for what unfolds. */
      readonly path: string | undefined;
    };

/** Objects in the arena of the thread's program: all classes, one class, or one object. */
export interface HeapContainer {
  readonly kind: 'objects';
  readonly thread: number;
  readonly arena: number;
  readonly className?: string;
  readonly address?: number;
}

/** All devices of the board, the registers of one, or what is in one of them: its fields, or the elements of an array. */
export interface DeviceContainer {
  readonly kind: 'devices';
  readonly device?: string;
  /** `STATUS`; `PRIO[5]` for an element of an array, `PRIO` for the array. */
  readonly register?: string;
}

/** A register or message scope, or the fields of one of its registers. */
export type RegisterContainer = Extract<Container, { readonly scope: Scope }>;

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
