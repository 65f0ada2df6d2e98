// What the ProcessManager and the console ask of the SDKRuntime, in CantripOS's numbers and encoding. An application
// speaks to the SDKRuntime by an endpoint that is its own: `GetEndpoint` makes it, and answers with the capability, and
// `ReleaseEndpoint` ends it, with everything that was kept for the application.
//
// Faults and exits arrive at the same endpoints. The SDKRuntime signals the ProcessManager, which then asks for
// `NextEvent` until there is none. `NextEvent` and what follows come behind what CantripOS has.
import { Reader, Writer } from 'sel4/postcard';

export enum SdkManagerError {
  Success,
  DeserializeFailed,
  SerializeFailed,
  /** No name, too long a name, or that of an application that has an endpoint already. */
  AppIdInvalid,
  GetEndpointFailed,
  ReleaseEndpointFailed,
  UnknownError,
  /** Ours: nothing on the bus of sensors has this name. */
  NoSuchDevice,
}

export function sdkManagerErrorOf(label: u32): SdkManagerError {
  return label > <u32>SdkManagerError.NoSuchDevice
    ? SdkManagerError.UnknownError
    : <SdkManagerError>label;
}

/** The longest name of an application, in bytes. */
export const MAX_APP_ID_BYTES: i32 = 64;

export enum SdkManagerVerb {
  /** Answered with an `EndpointResponse`, and the capability. */
  GetEndpoint,
  ReleaseEndpoint,
  Capscan,
  /** Answered with an `AppEvent`, or with none. */
  NextEvent,
  /** An application may use a device on the bus of sensors from now on, until its endpoint is released. */
  GrantDevice,
  /** The capability that goes along is that of the page with parameters, which the application has in its memory. */
  GiveParameters,
  /** As of every service: what it has itself, and what its driver has. See component-usage.ts. */
  ComponentUsage,
  /** As of every service: `Capscan` a part at a time, from a slot on. See slot-list.ts. */
  CapscanPart,
}

export class SdkManagerRequest {
  constructor(
    public verb: SdkManagerVerb,
    public appId: string = '',
    /** Of `GrantDevice`: the name that the assembly gives the device. */
    public device: string = '',
    /** Of `CapscanPart`: the first one. */
    public slot: u32 = 0,
  ) {}

  encode(): Uint8Array {
    let most = String.UTF8.byteLength(this.appId) + String.UTF8.byteLength(this.device);
    let bytes = new Uint8Array(11 + most);
    let to = Writer.over(bytes);
    to.variant(this.verb);
    if (isOfApplication(this.verb)) to.text(this.appId);
    if (this.verb == SdkManagerVerb.GrantDevice) to.text(this.device);
    if (this.verb == SdkManagerVerb.CapscanPart) to.fixed32(this.slot);
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): SdkManagerRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>SdkManagerVerb.CapscanPart) return null;
    let request = new SdkManagerRequest(<SdkManagerVerb>verb);
    if (isOfApplication(verb)) request.appId = from.text();
    if (verb == <u32>SdkManagerVerb.GrantDevice) request.device = from.text();
    if (verb == <u32>SdkManagerVerb.CapscanPart) request.slot = from.fixed32();
    return from.isWrong ? null : request;
  }
}

/** Comes with the capability: the badge of the endpoint, which no later application gets again. */
export class EndpointResponse {
  constructor(public badge: u32) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(4);
    Writer.over(bytes).fixed32(this.badge);
    return bytes;
  }

  static decode(bytes: Uint8Array): EndpointResponse | null {
    let from = Reader.over(bytes);
    let response = new EndpointResponse(from.fixed32());
    return from.isWrong ? null : response;
  }
}

export enum AppEventKind {
  /** It ended itself. */
  Exited,
  /** The kernel stopped it; its thread waits, and cannot go on. */
  Faulted,
}

/** What became of an application. */
export class AppEvent {
  constructor(
    public appId: string,
    public badge: u32,
    public kind: AppEventKind,
    /** Of `Exited`: what it says of itself, 0 for success. Of `Faulted`: the number of the fault. */
    public code: u32,
    /** Of `Faulted`: where it was. */
    public ip: u32 = 0,
    /** Of `Faulted`: the address that it wanted, or the number of the system call or exception. */
    public address: u32 = 0,
  ) {}

  /** An answer to `NextEvent`. */
  encode(): Uint8Array {
    let bytes = new Uint8Array(24 + String.UTF8.byteLength(this.appId));
    let to = Writer.over(bytes);
    to.option(true);
    to.text(this.appId);
    to.fixed32(this.badge);
    to.variant(this.kind);
    to.fixed32(this.code);
    if (this.kind == AppEventKind.Faulted) {
      to.fixed32(this.ip);
      to.fixed32(this.address);
    }
    return bytes.subarray(0, to.length);
  }

  /** Null when there is none, and for what is no event. */
  static decode(bytes: Uint8Array): AppEvent | null {
    let from = Reader.over(bytes);
    if (!from.option()) return null;
    let appId = from.text();
    let badge = from.fixed32();
    let kind = from.variant();
    if (kind > <u32>AppEventKind.Faulted) return null;
    let event = new AppEvent(appId, badge, <AppEventKind>kind, from.fixed32());
    if (kind == <u32>AppEventKind.Faulted) {
      event.ip = from.fixed32();
      event.address = from.fixed32();
    }
    return from.isWrong ? null : event;
  }
}

/** The answer to `NextEvent` when nothing happened. */
export function encodeNoEvent(): Uint8Array {
  return new Uint8Array(1);
}

function isOfApplication(verb: u32): bool {
  return (
    verb != <u32>SdkManagerVerb.Capscan &&
    verb != <u32>SdkManagerVerb.NextEvent &&
    verb != <u32>SdkManagerVerb.ComponentUsage &&
    verb != <u32>SdkManagerVerb.CapscanPart
  );
}
