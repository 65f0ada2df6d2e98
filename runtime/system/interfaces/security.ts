// Requests to SecurityCoordinator: packages, what is in them, and keys with values. Contents of packages are in frames,
// which lie in a CNode that comes with the request or with the reply. The error is the label of the reply.
import { Reader, Writer } from 'sel4/postcard';
import { ObjDescBundle } from './object-descriptors';

/** A value is always as long as this in a reply; what was written may be shorter. */
export const KEY_VALUE_BYTES: i32 = 100;

export enum SecurityError {
  Success,
  BundleIdInvalid,
  BundleDataInvalid,
  BundleNotFound,
  /** A package of this name is there. */
  DeleteFirst,
  KeyNotFound,
  PackageBufferLenInvalid,
  ValueInvalid,
  KeyInvalid,
  DeserializeFailed,
  SerializeFailed,
  CapAllocFailed,
  CapMoveFailed,
  ObjCapInvalid,
  UnknownError,
  EchoFailed,
  InstallFailed,
  UninstallFailed,
  SizeBufferFailed,
  GetManifestFailed,
  LoadApplicationFailed,
  LoadModelFailed,
  InstallModelFailed,
  GetPackagesFailed,
  ReadFailed,
  WriteFailed,
  DeleteFailed,
  TestFailed,
  /** Ours: the flash has no room for the package, or the key. */
  StorageFull,
  /** Ours: the keys of the bundle would take more than those of one may. */
  KeyQuotaExceeded,
}

export enum SecurityRequestKind {
  Echo,
  Install,
  InstallApp,
  InstallModel,
  Uninstall,
  GetPackages,
  SizeBuffer,
  GetManifest,
  LoadApplication,
  LoadModel,
  ReadKey,
  WriteKey,
  DeleteKey,
  TestMailbox,
  CapScan,
  /** Ours: like `InstallApp`, in the place of the package that has this name; keys stay. Without one, the image tells it. */
  Update,
  /** Ours: `GetPackages` a part at a time: the names behind that of `bundle`, as many as a reply holds. */
  ListPackages,
  /** Ours, as of every service: what it has itself, and what its driver has. See component-usage.ts. */
  ComponentUsage,
  /** Ours, as of every service: `CapScan` a part at a time, from a slot on. See slot-list.ts. */
  CapScanPart,
}

export class SecurityRequest {
  /** The text of `Echo`, the name of a bundle or an application. */
  bundle: string = '';
  /** Of a model. */
  model: string = '';
  key: string = '';
  value: Uint8Array | null = null;
  contents: ObjDescBundle | null = null;
  /** Of `CapScanPart`: the first one. */
  slot: u32 = 0;

  constructor(public kind: SecurityRequestKind) {}

  /** One that has no more than a name. */
  static named(kind: SecurityRequestKind, bundle: string = ''): SecurityRequest {
    let request = new SecurityRequest(kind);
    request.bundle = bundle;
    return request;
  }

  static capScanPart(slot: u32): SecurityRequest {
    let request = new SecurityRequest(SecurityRequestKind.CapScanPart);
    request.slot = slot;
    return request;
  }

  static install(contents: ObjDescBundle): SecurityRequest {
    let request = new SecurityRequest(SecurityRequestKind.Install);
    request.contents = contents;
    return request;
  }

  static update(contents: ObjDescBundle, bundle: string = ''): SecurityRequest {
    let request = SecurityRequest.named(SecurityRequestKind.Update, bundle);
    request.contents = contents;
    return request;
  }

  static installApp(bundle: string, contents: ObjDescBundle): SecurityRequest {
    let request = SecurityRequest.named(SecurityRequestKind.InstallApp, bundle);
    request.contents = contents;
    return request;
  }

  static installModel(bundle: string, model: string, contents: ObjDescBundle): SecurityRequest {
    let request = SecurityRequest.named(SecurityRequestKind.InstallModel, bundle);
    request.model = model;
    request.contents = contents;
    return request;
  }

  static loadModel(bundle: string, model: string): SecurityRequest {
    let request = SecurityRequest.named(SecurityRequestKind.LoadModel, bundle);
    request.model = model;
    return request;
  }

  static ofKey(kind: SecurityRequestKind, bundle: string, key: string): SecurityRequest {
    let request = SecurityRequest.named(kind, bundle);
    request.key = key;
    return request;
  }

  static writeKey(bundle: string, key: string, value: Uint8Array): SecurityRequest {
    let request = SecurityRequest.ofKey(SecurityRequestKind.WriteKey, bundle, key);
    request.value = value;
    return request;
  }

  write(to: Writer): void {
    let kind = this.kind;
    to.variant(kind);
    if (hasBundle(kind)) to.text(this.bundle);
    if (hasModel(kind)) to.text(this.model);
    if (hasKey(kind)) to.text(this.key);
    let value = this.value;
    if (value) to.byteArray(value);
    let contents = this.contents;
    if (contents) contents.write(to);
    if (kind == SecurityRequestKind.CapScanPart) to.fixed32(this.slot);
  }

  /** Null for what is no request. */
  static read(from: Reader): SecurityRequest | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>SecurityRequestKind.CapScanPart) return null;
    let request = new SecurityRequest(<SecurityRequestKind>kind);
    if (hasBundle(kind)) request.bundle = from.text();
    if (hasModel(kind)) request.model = from.text();
    if (hasKey(kind)) request.key = from.text();
    if (kind == SecurityRequestKind.WriteKey) request.value = from.byteArray();
    if (hasContents(kind)) request.contents = ObjDescBundle.read(from);
    if (kind == SecurityRequestKind.CapScanPart) request.slot = from.fixed32();
    return from.isWrong ? null : request;
  }
}

function hasBundle(kind: u32): bool {
  return (
    kind != SecurityRequestKind.Install &&
    kind != SecurityRequestKind.GetPackages &&
    kind != SecurityRequestKind.TestMailbox &&
    kind != SecurityRequestKind.CapScan &&
    kind != SecurityRequestKind.ComponentUsage &&
    kind != SecurityRequestKind.CapScanPart
  );
}

function hasModel(kind: u32): bool {
  return kind == SecurityRequestKind.InstallModel || kind == SecurityRequestKind.LoadModel;
}

function hasKey(kind: u32): bool {
  return kind >= <u32>SecurityRequestKind.ReadKey && kind <= <u32>SecurityRequestKind.DeleteKey;
}

function hasContents(kind: u32): bool {
  if (kind == SecurityRequestKind.Update) return true;
  return kind >= <u32>SecurityRequestKind.Install && kind <= <u32>SecurityRequestKind.InstallModel;
}

/** The answer to `ReadKey`: an array of fixed length, so no length comes before. */
export function writeKeyValue(to: Writer, value: Uint8Array): void {
  for (let index = 0; index < KEY_VALUE_BYTES; index++)
    to.u8(index < value.length ? value[index] : 0);
}

export function readKeyValue(from: Reader): Uint8Array | null {
  let value = new Uint8Array(KEY_VALUE_BYTES);
  for (let index = 0; index < KEY_VALUE_BYTES; index++) value[index] = from.u8();
  return from.isWrong ? null : value;
}
