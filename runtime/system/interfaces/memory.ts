// Requests to MemoryManager, as the page that a client shares with it has them: the request in its first half, the
// reply in the second, the error as the label of the reply. Behind the requests of CantripOS are ours: what of the
// memory is this client's.
import { Reader, Writer } from 'sel4/postcard';
import { ObjDescBundle } from './object-descriptors';

export { ObjDesc, ObjDescBundle } from './object-descriptors';

export enum MemoryError {
  Success,
  SerializeFailed,
  DeserializeFailed,
  /** Too many objects, none, or of a size that there is not. */
  ObjCountInvalid,
  ObjTypeInvalid,
  /** No CNode came with the request, or the slots are not as the request needs them. */
  ObjCapInvalid,
  CapAllocFailed,
  UnknownError,
  AllocFailed,
  FreeFailed,
  /** Ours: the client has had what it may have. */
  QuotaExceeded,
}

export enum MemoryRequestKind {
  Alloc,
  Free,
  Stats,
  Debug,
  Capscan,
  /** Ours: what this client has, and may have. */
  ClientStats,
  /** Ours, as of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
  /** Ours, as of every service: `Capscan` a part at a time, from a slot on. See slot-list.ts. */
  CapscanPart,
}

/** How long objects are expected to be there. */
export enum Lifetime {
  Short,
  Medium,
  /** Never given back. */
  Static,
}

export class MemoryRequest {
  bundle: ObjDescBundle | null = null;
  lifetime: Lifetime = Lifetime.Medium;
  /** Of `CapscanPart`: the first one. */
  slot: u32 = 0;

  constructor(public kind: MemoryRequestKind) {}

  static alloc(bundle: ObjDescBundle, lifetime: Lifetime = Lifetime.Medium): MemoryRequest {
    let request = new MemoryRequest(MemoryRequestKind.Alloc);
    request.bundle = bundle;
    request.lifetime = lifetime;
    return request;
  }

  static capscanPart(slot: u32): MemoryRequest {
    let request = new MemoryRequest(MemoryRequestKind.CapscanPart);
    request.slot = slot;
    return request;
  }

  static free(bundle: ObjDescBundle): MemoryRequest {
    let request = new MemoryRequest(MemoryRequestKind.Free);
    request.bundle = bundle;
    return request;
  }

  write(to: Writer): void {
    to.variant(this.kind);
    let bundle = this.bundle;
    if (bundle) bundle.write(to);
    if (this.kind == MemoryRequestKind.Alloc) to.variant(this.lifetime);
    if (this.kind == MemoryRequestKind.CapscanPart) to.fixed32(this.slot);
  }

  /** Null for what is no request. */
  static read(from: Reader): MemoryRequest | null {
    let kind = from.variant();
    if (from.isWrong || kind > <u32>MemoryRequestKind.CapscanPart) return null;
    let request = new MemoryRequest(<MemoryRequestKind>kind);
    if (kind == MemoryRequestKind.Alloc || kind == MemoryRequestKind.Free)
      request.bundle = ObjDescBundle.read(from);
    if (kind == MemoryRequestKind.Alloc) {
      let lifetime = from.variant();
      if (lifetime > <u32>Lifetime.Static) return null;
      request.lifetime = <Lifetime>lifetime;
    }
    if (kind == MemoryRequestKind.CapscanPart) request.slot = from.fixed32();
    return from.isWrong ? null : request;
  }
}

export class MemoryStats {
  allocatedBytes: u32 = 0;
  freeBytes: u32 = 0;
  /** Ever since the start. */
  totalRequestedBytes: u32 = 0;
  /** In untypeds that we have, by objects that we did not make. */
  overheadBytes: u32 = 0;
  allocatedObjs: u32 = 0;
  totalRequestedObjs: u32 = 0;
  /** Requests for which no piece of memory was large enough, though enough was free. */
  untypedSlabTooSmall: u32 = 0;
  outOfMemory: u32 = 0;

  write(to: Writer): void {
    to.size(this.allocatedBytes);
    to.size(this.freeBytes);
    to.size(this.totalRequestedBytes);
    to.size(this.overheadBytes);
    to.size(this.allocatedObjs);
    to.size(this.totalRequestedObjs);
    to.size(this.untypedSlabTooSmall);
    to.size(this.outOfMemory);
  }

  static read(from: Reader): MemoryStats | null {
    let stats = new MemoryStats();
    stats.allocatedBytes = from.size();
    stats.freeBytes = from.size();
    stats.totalRequestedBytes = from.size();
    stats.overheadBytes = from.size();
    stats.allocatedObjs = from.size();
    stats.totalRequestedObjs = from.size();
    stats.untypedSlabTooSmall = from.size();
    stats.outOfMemory = from.size();
    return from.isWrong ? null : stats;
  }
}

/** Ours. */
export class ClientStats {
  constructor(
    public bytes: u32,
    public objs: u32,
    /** 0: as much as there is. */
    public quotaBytes: u32,
  ) {}

  write(to: Writer): void {
    to.size(this.bytes);
    to.size(this.objs);
    to.size(this.quotaBytes);
  }

  static read(from: Reader): ClientStats | null {
    let bytes = from.size();
    let objs = from.size();
    let quotaBytes = from.size();
    return from.isWrong ? null : new ClientStats(bytes, objs, quotaBytes);
  }
}
