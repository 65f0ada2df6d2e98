// A file among the packages, read as a whole: its frames come from SecurityCoordinator and go back at once.
import { BUNDLE_IMAGE, security } from 'camkes';
import { ObjectType } from 'sel4';
import { Reader } from 'sel4/postcard';
import { FrameBytes } from '../../interfaces/frame-bytes';
import { ObjDesc } from '../../interfaces/memory';
import { giveBack, giveBackHere } from '../../interfaces/memory-client';
import { SecurityError, SecurityRequest, SecurityRequestKind } from '../../interfaces/security';
import { askSecurity, loadApplication } from '../../interfaces/security-client';
import { securityErrorName } from '../../interfaces/error-names';

/** Files that are larger are no scripts. */
const MOST_BYTES: u32 = 8 * 1024;

class PackageFile {
  constructor(
    public bytes: Uint8Array | null,
    /** Why there are none. */
    public reason: string,
  ) {}
}

export function readPackage(name: string): PackageFile {
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.SizeBuffer, name));
  if (error != SecurityError.Success) return new PackageFile(null, securityErrorName(error));
  let size = Reader.over(security.reply()).size();
  if (size == 0) return new PackageFile(new Uint8Array(0), '');
  if (size > MOST_BYTES)
    return new PackageFile(null, 'it has more than ' + MOST_BYTES.toString() + ' bytes');
  let loaded = loadApplication(name);
  let frames = loaded.frames;
  if (!frames) return new PackageFile(null, securityErrorName(loaded.error));
  let image = new FrameBytes(frames, BUNDLE_IMAGE.region);
  let bytes = new Uint8Array(<i32>min(size, image.size));
  image.read(0, bytes);
  image.close();
  giveBack(frames);
  giveBackHere([new ObjDesc(ObjectType.CNode, frames.depth, frames.cnode)]);
  return image.isBroken ? new PackageFile(null, 'MapFailed') : new PackageFile(bytes, '');
}
