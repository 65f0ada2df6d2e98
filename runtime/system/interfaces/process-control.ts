// Requests to ProcessManager about bundles that are installed: bytes in the IPC buffer, the error as the label of the
// reply. Behind the requests of CantripOS are ours.
import { Reader, Writer } from 'sel4/postcard';

/** Shared with package management. */
export enum ProcessError {
  Success,
  BundleIdInvalid,
  PackageBufferLenInvalid,
  BundleNotFound,
  BundleFound,
  BundleRunning,
  BundleNotRunning,
  UnknownError,
  DeserializeError,
  SerializeError,
  ObjCapInvalid,
  InstallFailed,
  UninstallFailed,
  StartFailed,
  StopFailed,
  SuspendFailed,
  ResumeFailed,
  CapScanFailed,
  /** Ours: the image or the manifest is not as it should be. */
  BundleDataInvalid,
  /** Ours: the bundle needs more memory than its manifest allows it. */
  QuotaExceeded,
  /** Ours: there is no memory, or are no slots, for another. */
  OutOfMemory,
  OutOfSlots,
  BundleSuspended,
  BundleNotSuspended,
  UpdateFailed,
  /** Ours: the flash has no room for the package. */
  StorageFull,
}

export enum ProcessControlKind {
  Start,
  Stop,
  GetRunningBundles,
  GetBundleState,
  CapScan,
  CapScanBundle,
  /** Ours. */
  Suspend,
  Resume,
  Restart,
  /** What there is to know of one, for `status` and `ps`. */
  GetBundleStatus,
  /** All that are installed. */
  GetBundles,
  /** Of one that is there: what it has had of the processor. */
  GetUsage,
}

export class ProcessControlRequest {
  constructor(
    public kind: ProcessControlKind,
    public bundle: string = '',
  ) {}

  private static hasBundle(kind: u32): bool {
    return (
      kind != ProcessControlKind.GetRunningBundles &&
      kind != ProcessControlKind.CapScan &&
      kind != ProcessControlKind.GetBundles
    );
  }

  write(to: Writer): void {
    to.variant(this.kind);
    if (ProcessControlRequest.hasBundle(this.kind)) to.text(this.bundle);
  }

  /** Null for what is no request. */
  static read(from: Reader): ProcessControlRequest | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>ProcessControlKind.GetUsage) return null;
    let bundle = ProcessControlRequest.hasBundle(kind) ? from.text() : '';
    return from.isWrong ? null : new ProcessControlRequest(<ProcessControlKind>kind, bundle);
  }
}

export enum StateKind {
  Stopped,
  Running,
  Exited,
  Faulted,
  /** Ours. */
  Suspended,
}

export class BundleState {
  constructor(
    public kind: StateKind,
    /** Of one that has exited. */
    public code: u8 = 0,
  ) {}

  /** As the shell prints it. */
  toString(): string {
    switch (this.kind) {
      case StateKind.Stopped:
        return 'Stopped';
      case StateKind.Running:
        return 'Running';
      case StateKind.Exited:
        return 'Exited(' + this.code.toString() + ')';
      case StateKind.Faulted:
        return 'Faulted';
      default:
        return 'Suspended';
    }
  }

  write(to: Writer): void {
    to.variant(this.kind);
    if (this.kind == StateKind.Exited) to.u8(this.code);
  }

  static read(from: Reader): BundleState | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>StateKind.Suspended) return null;
    let code = kind == StateKind.Exited ? from.u8() : <u8>0;
    return from.isWrong ? null : new BundleState(<StateKind>kind, code);
  }
}

/** Ours: the answer to `GetBundleStatus`. */
export class BundleStatus {
  /** How it ended last, in words; empty if it never did. */
  lastEnd: string = '';
  restarts: u32 = 0;
  memoryBytes: u32 = 0;
  /** 0: as much as there is. */
  memoryLimit: u32 = 0;
  priority: u8 = 0;
  budget: u32 = 0;
  period: u32 = 0;
  /** As the manifest has it. */
  restartPolicy: string = '';

  constructor(public state: BundleState) {}

  write(to: Writer): void {
    this.state.write(to);
    to.text(this.lastEnd);
    to.fixed32(this.restarts);
    to.fixed32(this.memoryBytes);
    to.fixed32(this.memoryLimit);
    to.u8(this.priority);
    to.fixed32(this.budget);
    to.fixed32(this.period);
    to.text(this.restartPolicy);
  }

  static read(from: Reader): BundleStatus | null {
    let state = BundleState.read(from);
    if (!state) return null;
    let status = new BundleStatus(state);
    status.lastEnd = from.text();
    status.restarts = from.fixed32();
    status.memoryBytes = from.fixed32();
    status.memoryLimit = from.fixed32();
    status.priority = from.u8();
    status.budget = from.fixed32();
    status.period = from.fixed32();
    status.restartPolicy = from.text();
    return from.isWrong ? null : status;
  }
}

/** Ours: the answer to `GetUsage`. */
export class BundleUsage {
  constructor(
    /** Microseconds of the processor since it was started. */
    public used: u64,
    public memoryBytes: u32,
  ) {}

  write(to: Writer): void {
    to.fixed64(this.used);
    to.fixed32(this.memoryBytes);
  }

  static read(from: Reader): BundleUsage | null {
    let used = from.fixed64();
    let usage = new BundleUsage(used, from.fixed32());
    return from.isWrong ? null : usage;
  }
}

/** The answer to `GetRunningBundles`, and of SecurityCoordinator to `GetPackages`. */
export function writeNames(to: Writer, names: string[]): void {
  to.sequence(names.length);
  for (let index = 0; index < names.length; index++) to.text(names[index]);
}

export function readNames(from: Reader): string[] | null {
  let names: string[] = [];
  for (let left = from.sequence(); left > 0 && !from.isWrong; left--) names.push(from.text());
  return from.isWrong ? null : names;
}
