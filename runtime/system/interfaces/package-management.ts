// Requests to ProcessManager about what is to be installed. The image is in frames, which lie in a CNode that comes
// with the request. The answer to `Install` is the name of the bundle; errors are those of process control.
import { Reader, Writer } from 'sel4/postcard';
import { ObjDescBundle } from './object-descriptors';

export enum PackageManagementKind {
  Install,
  InstallApp,
  Uninstall,
  /**
   * Ours: another image for a bundle that is installed; one that runs is started again with it. The name is that of the
   * bundle, or empty for the one that the image tells of.
   */
  Update,
}

export class PackageManagementRequest {
  /** Of all but `Install`, which tells it. */
  bundle: string = '';
  contents: ObjDescBundle | null = null;

  constructor(public kind: PackageManagementKind) {}

  static install(contents: ObjDescBundle): PackageManagementRequest {
    let request = new PackageManagementRequest(PackageManagementKind.Install);
    request.contents = contents;
    return request;
  }

  static installApp(bundle: string, contents: ObjDescBundle): PackageManagementRequest {
    let request = new PackageManagementRequest(PackageManagementKind.InstallApp);
    request.bundle = bundle;
    request.contents = contents;
    return request;
  }

  static uninstall(bundle: string): PackageManagementRequest {
    let request = new PackageManagementRequest(PackageManagementKind.Uninstall);
    request.bundle = bundle;
    return request;
  }

  static update(contents: ObjDescBundle, bundle: string = ''): PackageManagementRequest {
    let request = new PackageManagementRequest(PackageManagementKind.Update);
    request.bundle = bundle;
    request.contents = contents;
    return request;
  }

  write(to: Writer): void {
    to.variant(this.kind);
    if (hasBundle(this.kind)) to.text(this.bundle);
    let contents = this.contents;
    if (contents) contents.write(to);
  }

  static read(from: Reader): PackageManagementRequest | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>PackageManagementKind.Update) return null;
    let request = new PackageManagementRequest(<PackageManagementKind>kind);
    if (hasBundle(kind)) request.bundle = from.text();
    if (kind != PackageManagementKind.Uninstall) request.contents = ObjDescBundle.read(from);
    return from.isWrong ? null : request;
  }
}

function hasBundle(kind: u32): bool {
  return kind != PackageManagementKind.Install;
}
