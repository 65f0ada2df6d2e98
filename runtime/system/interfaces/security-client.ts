// Asking SecurityCoordinator, for components whose interface to it is called `security`. What comes as a capability is the
// caller's.
import { security } from 'camkes';
import { Reader, Writer } from 'sel4/postcard';
import { ObjDescBundle } from './object-descriptors';
import { readNames } from './process-control';
import { SecurityError, SecurityRequest, SecurityRequestKind, readKeyValue } from './security';

const room: Uint8Array = new Uint8Array(2048);

/** `node` is the slot of the CNode that the contents lie in, 0 for a request without. Gives the error. */
export function askSecurity(request: SecurityRequest, node: u32 = 0): SecurityError {
  let to = Writer.over(room);
  request.write(to);
  if (to.isTooLong) return SecurityError.SerializeFailed;
  if (node != 0) security.sendCapability(node);
  return <SecurityError>security.call(0, room.subarray(0, to.length));
}

/** The reply to a request that has a text. */
export function textReply(): string {
  return Reader.over(security.reply()).text();
}

/** All of them; null where the coordinator does not tell. */
export function packageNames(): string[] | null {
  let names: string[] = [];
  while (true) {
    let part = packagesBehind(names.length > 0 ? names[names.length - 1] : '');
    if (!part) return null;
    if (part.length == 0) return names;
    for (let index = 0; index < part.length; index++) names.push(part[index]);
  }
}

/** The names behind this one, as many as come in a reply; an empty list is the end. */
export function packagesBehind(name: string): string[] | null {
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.ListPackages, name));
  return error == SecurityError.Success ? readNames(Reader.over(security.reply())) : null;
}

export function keyValueReply(): Uint8Array | null {
  return readKeyValue(Reader.over(security.reply()));
}

/** The contents of a package in frames of a CNode that is the caller's, by its slot in `cnode`. */
export class Loaded {
  constructor(
    public error: SecurityError,
    public frames: ObjDescBundle | null,
  ) {}
}

export function loadApplication(name: string): Loaded {
  return load(SecurityRequest.named(SecurityRequestKind.LoadApplication, name));
}

/** A model that an application of this name wants to run. */
export function loadModel(bundle: string, model: string): Loaded {
  return load(SecurityRequest.loadModel(bundle, model));
}

function load(request: SecurityRequest): Loaded {
  security.acceptCapabilities();
  let error = askSecurity(request);
  if (error != SecurityError.Success) return new Loaded(error, null);
  let from = Reader.over(security.reply());
  let frames = ObjDescBundle.read(from);
  let node = security.takeCapability();
  // The next request shows the coordinator that the CNode has arrived, so that it lets go of it.
  askSecurity(SecurityRequest.named(SecurityRequestKind.Echo, ''));
  if (from.isWrong || node == 0) return new Loaded(SecurityError.CapMoveFailed, null);
  frames.cnode = node;
  return new Loaded(SecurityError.Success, frames);
}
