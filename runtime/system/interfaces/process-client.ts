// Asking ProcessManager, for components whose interfaces to it are called `proc_ctrl` and `pkg_mgmt`.
import { pkg_mgmt, proc_ctrl } from 'camkes';
import { Reader, Writer } from 'sel4/postcard';
import { PackageManagementRequest } from './package-management';
import {
  BundleState,
  BundleStatus,
  BundleUsage,
  ProcessControlKind,
  ProcessControlRequest,
  ProcessError,
  readNames,
} from './process-control';

/** What the IPC buffer has room for. */
const room: Uint8Array = new Uint8Array(480);

export function askProcess(
  kind: ProcessControlKind,
  bundle: string = '',
  slot: u32 = 0,
): ProcessError {
  let to = Writer.over(room);
  new ProcessControlRequest(kind, bundle, slot).write(to);
  if (to.isTooLong) return ProcessError.SerializeError;
  return <ProcessError>proc_ctrl.call(0, room.subarray(0, to.length));
}

/** The replies to the last request; null for what is none. */
export function stateReply(): BundleState | null {
  return BundleState.read(Reader.over(proc_ctrl.reply()));
}

export function statusReply(): BundleStatus | null {
  return BundleStatus.read(Reader.over(proc_ctrl.reply()));
}

export function usageReply(): BundleUsage | null {
  return BundleUsage.read(Reader.over(proc_ctrl.reply()));
}

/** The names behind this one, of `ListRunningBundles` or `ListBundles`; an empty list is the end. */
export function bundlesBehind(kind: ProcessControlKind, name: string): Names {
  let error = askProcess(kind, name);
  if (error != ProcessError.Success) return new Names(error, []);
  let names = readNames(Reader.over(proc_ctrl.reply()));
  return names ? new Names(error, names) : new Names(ProcessError.DeserializeError, []);
}

export class Names {
  constructor(
    public error: ProcessError,
    public names: string[],
  ) {}
}

/** `node` is the slot of the CNode with the contents; 0 for a request without. */
export function askPackages(request: PackageManagementRequest, node: u32 = 0): ProcessError {
  let to = Writer.over(room);
  request.write(to);
  if (to.isTooLong) return ProcessError.SerializeError;
  if (node != 0) pkg_mgmt.sendCapability(node);
  return <ProcessError>pkg_mgmt.call(0, room.subarray(0, to.length));
}

/** Of `Install` and `Update`: the name of the bundle. */
export function bundleReply(): string {
  return Reader.over(pkg_mgmt.reply()).text();
}
