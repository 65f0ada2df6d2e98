// What ProcessManager knows of an application, running or not: what it may have, how it stands, how it ended, and whether
// it is to be started again then. Nothing here calls anybody.
import { BundleState, BundleStatus, StateKind } from '../../interfaces/process-control';
import { Manifest, RestartPolicy } from './manifest';

/** Of the policy `always`: who ends at once would else keep the system busy with nothing but that. */
const MOST_RESTARTS: u32 = 100;
/** The kernel's numbers of faults that have a number in the place of an address. */
const SYSTEM_CALL: u32 = 2;
const EXCEPTION: u32 = 3;

export class Application {
  state: BundleState = new BundleState(StateKind.Stopped);
  /** Of the endpoint that it has now. */
  badge: u32 = 0;
  lastEnd: string = '';
  /** Since somebody has started it. */
  restarts: u32 = 0;
  memoryBytes: u32 = 0;
  manifest: Manifest | null = null;

  constructor(public name: string) {}

  get isThere(): bool {
    return this.state.kind == StateKind.Running || this.state.kind == StateKind.Suspended;
  }

  started(manifest: Manifest, badge: u32, memoryBytes: u32): void {
    this.manifest = manifest;
    this.badge = badge;
    this.memoryBytes = memoryBytes;
    this.state = new BundleState(StateKind.Running);
  }

  stopped(): void {
    this.state = new BundleState(StateKind.Stopped);
    this.memoryBytes = 0;
  }

  exited(code: u32): void {
    this.state = new BundleState(StateKind.Exited, <u8>min<u32>(code, 255));
    this.lastEnd = 'exit ' + code.toString();
    this.memoryBytes = 0;
  }

  /** `said` is what it said of that itself, where it did. */
  faulted(fault: u32, ip: u32, address: u32, said: string): void {
    this.state = new BundleState(StateKind.Faulted);
    let detail = fault == SYSTEM_CALL || fault == EXCEPTION ? ', number 0x' : ', address 0x';
    this.lastEnd = faultName(fault) + ' at 0x' + ip.toString(16) + detail + address.toString(16);
    if (said.length > 0) this.lastEnd += ': ' + said;
    this.memoryBytes = 0;
  }

  /** Whether it is to be started again, now that it has ended by itself; counts that. */
  takeRestart(): bool {
    let manifest = this.manifest;
    if (!manifest || manifest.restart == RestartPolicy.Never) return false;
    let isFault = this.state.kind == StateKind.Faulted;
    if (manifest.restart == RestartPolicy.OnFault && !isFault) return false;
    let most = manifest.restart == RestartPolicy.OnFault ? manifest.restartLimit : MOST_RESTARTS;
    if (this.restarts >= most) return false;
    this.restarts += 1;
    return true;
  }

  status(): BundleStatus {
    let status = new BundleStatus(this.state);
    status.lastEnd = this.lastEnd;
    status.restarts = this.restarts;
    status.memoryBytes = this.memoryBytes;
    let manifest = this.manifest;
    if (!manifest) return status;
    status.memoryLimit = manifest.memoryBytes;
    status.priority = manifest.priority;
    status.budget = manifest.budget;
    status.period = manifest.period;
    status.restartPolicy = manifest.restartText;
    return status;
  }
}

/** Numbers of the kernel's faults. */
function faultName(fault: u32): string {
  switch (fault) {
    case 1:
      return 'capability fault';
    case SYSTEM_CALL:
      return 'unknown system call';
    case EXCEPTION:
      return 'exception';
    case 5:
      return 'timeout';
    case 6:
      return 'memory fault';
    default:
      return 'fault ' + fault.toString();
  }
}
