// Requests to ProcessManager about bundles that are installed: bytes in the IPC buffer, the error as the label of the
// reply. Behind the requests of CantripOS are ours.
import { Reader, Writer } from 'sel4/postcard';

/** Of a name, or of a list of names: in a reply neither is longer than what two bytes tell. */
const LENGTH_BYTES: i32 = 2;

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
  /** `GetRunningBundles` and `GetBundles` a part at a time: the names behind that of `bundle`, as many as a reply holds. */
  ListRunningBundles,
  ListBundles,
  /** As of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
  /** As of every service: `CapScan` a part at a time, from a slot on. See slot-list.ts. */
  CapScanPart,
}

export class ProcessControlRequest {
  constructor(
    public kind: ProcessControlKind,
    public bundle: string = '',
    /** Of `CapScanPart`: the first one. */
    public slot: u32 = 0,
  ) {}

  private static hasBundle(kind: u32): bool {
    return (
      kind != ProcessControlKind.GetRunningBundles &&
      kind != ProcessControlKind.CapScan &&
      kind != ProcessControlKind.GetBundles &&
      kind != ProcessControlKind.ComponentUsage &&
      kind != ProcessControlKind.CapScanPart
    );
  }

  write(to: Writer): void {
    to.variant(this.kind);
    if (ProcessControlRequest.hasBundle(this.kind)) to.text(this.bundle);
    if (this.kind == ProcessControlKind.CapScanPart) to.fixed32(this.slot);
  }

  /** Null for what is no request. */
  static read(from: Reader): ProcessControlRequest | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>ProcessControlKind.CapScanPart) return null;
    let bundle = ProcessControlRequest.hasBundle(kind) ? from.text() : '';
    let slot = kind == ProcessControlKind.CapScanPart ? from.fixed32() : 0;
    return from.isWrong ? null : new ProcessControlRequest(<ProcessControlKind>kind, bundle, slot);
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

/**
 * The answer to a request that lists a part: of the names behind this one, in their order, as many as fit. None are left
 * where there are none in it. A name that comes or goes meanwhile changes nothing about the others.
 */
export function writeNamesBehind(to: Writer, names: string[], behind: string): void {
  let part: string[] = [];
  let room = to.room - LENGTH_BYTES;
  let next = nextName(names, behind);
  while (next.length > 0) {
    room -= LENGTH_BYTES + String.UTF8.byteLength(next);
    if (room < 0) break;
    part.push(next);
    next = nextName(names, next);
  }
  writeNames(to, part);
}

/** Empty where there is none. */
function nextName(names: string[], behind: string): string {
  let next = '';
  for (let index = 0; index < names.length; index++) {
    let name = names[index];
    if (name > behind && (next.length == 0 || name < next)) next = name;
  }
  return next;
}

export function readNames(from: Reader): string[] | null {
  let names: string[] = [];
  for (let left = from.sequence(); left > 0 && !from.isWrong; left--) names.push(from.text());
  return from.isWrong ? null : names;
}
