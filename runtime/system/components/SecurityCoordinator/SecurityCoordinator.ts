// Packages and keys for those who ask; what the requests are is in interfaces/security.ts. The contents of a package
// that somebody asks for are a copy in new frames, in a CNode that goes along with the reply.
import {
  DEEP_COPY_DEST,
  DEEP_COPY_SRC,
  cpio_archive,
  key_quota,
  logger,
  security,
  spi_event,
  spi_idle,
  spi_mmio,
} from 'camkes';
import { ObjectType } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { Reader, Writer } from 'sel4/postcard';
import { dumpSlots } from 'sel4/debug';
import { FrameBytes, PAGE_BYTES } from '../../interfaces/frame-bytes';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { MemoryError, ObjDesc, ObjDescBundle } from '../../interfaces/memory';
import { allocate, allocateHere, giveBack, giveBackHere } from '../../interfaces/memory-client';
import { encodeUsage } from '../../interfaces/own-usage';
import { writeNames, writeNamesBehind } from '../../interfaces/process-control';
import {
  SecurityError,
  SecurityRequest,
  SecurityRequestKind,
  writeKeyValue,
} from '../../interfaces/security';
import { ImageBytes } from '../../interfaces/image-bytes';
import { listSlots } from '../../interfaces/slot-list';
import { BundleImage, ImageError } from '../ProcessManager/bundle-image';
import { KeyStore, StoreError } from './key-store';
import { mailboxUsage, mailboxWorks } from './mailbox-test';
import { MOST_SECTORS, PackageStore } from './package-store';
import { MOST_PAGES, Package, Packages } from './packages';
import { SpiFlash, SpiHost } from './spi-flash';

const SECTOR_BYTES: u32 = 4096;
/** Installed packages have so many sectors of 4 KiB near the end of a flash of 16 MiB. */
const PACKAGE_SECTORS: u32 = MOST_SECTORS;
const PACKAGES_START: u32 = 0xef_e000;
/** Before them are the two banks of the keys. */
const KEY_BANK_BYTES: u32 = 4 * SECTOR_BYTES;
const KEYS_START: u32 = PACKAGES_START - 2 * KEY_BANK_BYTES;
/** Earlier builds had them in the last two sectors. */
const EARLIER_KEYS_START: u32 = 0xff_e000;

class Archive extends ImageBytes {
  get size(): u32 {
    return cpio_archive.size;
  }
  read(offset: u32, into: Uint8Array): void {
    cpio_archive.read(offset, into);
  }
}

/** INTR_ENABLE of the SPI host; its event lasts for as long as the host is idle. */
const SPI_INTERRUPTS: u32 = 0x04;
const SPI_EVENT: u32 = 2;
/** Whether interrupts arrive: not before the component has begun. */
let hasInterrupts: bool = false;

class Host extends SpiHost {
  read(register: u32): u32 {
    return spi_mmio.get<u32>(register);
  }
  write(register: u32, value: u32): void {
    spi_mmio.set<u32>(register, value);
  }
  rest(): void {
    if (!hasInterrupts) return;
    spi_mmio.set<u32>(SPI_INTERRUPTS, SPI_EVENT);
    spi_idle.wait();
  }
}

/** Once for each rest. */
export function spi_event_handle(): void {
  spi_mmio.set<u32>(SPI_INTERRUPTS, 0);
  spi_event.acknowledge();
  spi_idle.post();
}

let flash: SpiFlash = new SpiFlash(new Host(), KEYS_START, KEY_BANK_BYTES);
let keys: KeyStore = new KeyStore(flash, <u32>key_quota, earlierKeys());
let packages: Packages = new Packages(new Archive(), storeOf());
let page: Uint8Array = new Uint8Array(PAGE_BYTES);
/** The CNode that went along with the last reply: the next request finds that it has arrived. */
let given: u32 = 0;

/** Null where no flash answers: to wait for it once is enough. */
function earlierKeys(): SpiFlash | null {
  flash.identify();
  return flash.isBroken ? null : new SpiFlash(new Host(), EARLIER_KEYS_START, SECTOR_BYTES);
}

/** Null where no flash answers. */
function storeOf(): PackageStore | null {
  if (flash.isBroken) return null;
  return new PackageStore(new SpiFlash(new Host(), PACKAGES_START, SECTOR_BYTES), PACKAGE_SECTORS);
}

export function security__init(): void {
  hasInterrupts = true;
  security.acceptCapabilities();
  if (packages.isArchiveBroken) say(LogLevel.Error, 'The archive of built-in packages is broken.');
  if (flash.isBroken)
    say(LogLevel.Error, 'The flash does not answer: what is installed is lost with the power.');
  else if (keys.takenOver > 0)
    say(
      LogLevel.Info,
      keys.takenOver.toString() +
        ' keys that an earlier build had in the flash are in its new place for keys now.',
    );
}

export function security_request(_badge: u32, _label: u32): u32 {
  if (given != 0) CSpace.remove(given);
  given = 0;
  let request = SecurityRequest.read(Reader.over(security.request()));
  return request ? answer(request) : SecurityError.DeserializeFailed;
}

function answer(request: SecurityRequest): SecurityError {
  switch (request.kind) {
    case SecurityRequestKind.Echo: {
      let to = replyWriter();
      to.text(request.bundle);
      return reply(to);
    }
    case SecurityRequestKind.Install:
    case SecurityRequestKind.InstallApp:
    case SecurityRequestKind.InstallModel:
    case SecurityRequestKind.Update:
      return install(request);
    case SecurityRequestKind.Uninstall:
      return uninstall(request.bundle);
    case SecurityRequestKind.GetPackages: {
      let to = replyWriter();
      writeNames(to, packages.names());
      return reply(to);
    }
    case SecurityRequestKind.ListPackages: {
      let to = replyWriter();
      writeNamesBehind(to, packages.names(), request.bundle);
      return reply(to);
    }
    case SecurityRequestKind.LoadModel:
      return load(packages.findModel(request.model), SecurityError.LoadModelFailed);
    case SecurityRequestKind.LoadApplication:
      return load(packages.find(request.bundle), SecurityError.LoadApplicationFailed);
    case SecurityRequestKind.SizeBuffer:
    case SecurityRequestKind.GetManifest:
      return describe(request);
    case SecurityRequestKind.ReadKey:
    case SecurityRequestKind.WriteKey:
    case SecurityRequestKind.DeleteKey:
      return useKey(request);
    case SecurityRequestKind.TestMailbox:
      return mailboxWorks() ? SecurityError.Success : SecurityError.TestFailed;
    case SecurityRequestKind.ComponentUsage:
      security.reply(encodeUsage(mailboxUsage()));
      return SecurityError.Success;
    case SecurityRequestKind.CapScanPart:
      security.reply(listSlots(request.slot));
      return SecurityError.Success;
    default:
      dumpSlots();
      return SecurityError.Success;
  }
}

/** The CNode that came, and the frames in it, are ours when the package is installed, and else the sender's alone. */
function install(request: SecurityRequest): SecurityError {
  let node = security.takeCapability();
  let contents = request.contents;
  if (node == 0 || !contents) return SecurityError.ObjCapInvalid;
  contents.cnode = node;
  let error = arePages(contents) ? put(request, contents) : SecurityError.ObjCapInvalid;
  if (error != SecurityError.Success) {
    CSpace.remove(node);
    return error;
  }
  let replaced = packages.replaced;
  packages.replaced = null;
  if (replaced) giveBackContents(replaced.contents);
  if (!packages.isInFrames) giveBackContents(contents);
  if (packages.isBuiltin(packages.last))
    say(
      LogLevel.Info,
      packages.last + ' goes before the built-in package of this name, until it is uninstalled.',
    );
  if (request.kind == SecurityRequestKind.Install || request.kind == SecurityRequestKind.Update) {
    let to = replyWriter();
    to.text(packages.last);
    return reply(to);
  }
  return SecurityError.Success;
}

function put(request: SecurityRequest, contents: ObjDescBundle): SecurityError {
  let bytes = new FrameBytes(contents, DEEP_COPY_SRC.region);
  let error =
    request.kind == SecurityRequestKind.InstallModel
      ? packages.installModel(request.model, bytes, contents)
      : request.kind == SecurityRequestKind.Update
        ? packages.update(request.bundle, bytes, contents)
        : packages.install(request.bundle, bytes, contents);
  bytes.close();
  if (error != SecurityError.Success)
    say(LogLevel.Error, 'A package is not installed: ' + packages.reason + '.');
  return error;
}

function arePages(contents: ObjDescBundle): bool {
  for (let index = 0; index < contents.objs.length; index++) {
    let each = contents.objs[index];
    if (each.type != <u32>ObjectType.Page || each.count > MOST_PAGES) return false;
  }
  return true;
}

function uninstall(name: string): SecurityError {
  let found = packages.uninstall(name);
  if (!found) {
    if (!packages.isBuiltin(name)) return SecurityError.BundleNotFound;
    say(LogLevel.Error, name + ' is not uninstalled: it is built in.');
    return SecurityError.UninstallFailed;
  }
  keys.removeBundle(plainName(found.name));
  giveBackContents(found.contents);
  return SecurityError.Success;
}

function giveBackContents(contents: ObjDescBundle | null): void {
  if (!contents) return;
  giveBack(contents);
  giveBackHere([new ObjDesc(ObjectType.CNode, contents.depth, contents.cnode)]);
}

function describe(request: SecurityRequest): SecurityError {
  let found = packages.find(request.bundle);
  if (!found) return SecurityError.BundleNotFound;
  let to = replyWriter();
  if (request.kind == SecurityRequestKind.SizeBuffer) {
    to.size(found.bytes.size);
    return reply(to);
  }
  let image = new BundleImage(found.bytes);
  let isWhole = image.error == ImageError.None;
  if (isWhole) to.text(image.manifest);
  close(found);
  return isWhole ? reply(to) : SecurityError.BundleDataInvalid;
}

/** The contents, in frames of a CNode that the caller gets. */
function load(found: Package | null, failed: SecurityError): SecurityError {
  if (!found) return SecurityError.BundleNotFound;
  let count = (found.bytes.size + PAGE_BYTES - 1) / PAGE_BYTES;
  if (count == 0) return SecurityError.BundleDataInvalid;
  let bits = max<u32>(1, 32 - clz(count - 1));
  if (count == 1) bits = 1;
  let node = [new ObjDesc(ObjectType.CNode, bits, 0)];
  if (allocateHere(node) != MemoryError.Success) return failed;
  let slot = node[0].cptr;
  let frames = new ObjDescBundle(slot, <u8>bits, [new ObjDesc(ObjectType.Page, count, 0)]);
  if (allocate(frames) != MemoryError.Success) {
    giveBackHere(node);
    return failed;
  }
  if (!fill(frames, found)) {
    giveBack(frames);
    giveBackHere(node);
    return failed;
  }
  given = slot;
  security.sendCapability(slot);
  let to = replyWriter();
  frames.write(to);
  return reply(to);
}

function fill(frames: ObjDescBundle, from: Package): bool {
  let into = new FrameBytes(frames, DEEP_COPY_DEST.region);
  let size = from.bytes.size;
  let isDone: bool = true;
  for (let at: u32 = 0; at < size && isDone; at += PAGE_BYTES) {
    let count = min(PAGE_BYTES, size - at);
    from.bytes.read(at, page.subarray(0, <i32>count));
    if (count < PAGE_BYTES) page.fill(0, <i32>count);
    isDone = into.writePage(at / PAGE_BYTES, page);
  }
  into.close();
  close(from);
  return isDone;
}

/** Frames of a package are mapped only while it is read. */
function close(found: Package): void {
  if (found.contents) (found.bytes as FrameBytes).close();
}

function useKey(request: SecurityRequest): SecurityError {
  let found = packages.find(request.bundle);
  if (!found) return SecurityError.BundleNotFound;
  let bundle = plainName(found.name);
  if (request.kind == SecurityRequestKind.ReadKey) {
    let value = keys.read(bundle, request.key);
    if (!value) return flash.isBroken ? SecurityError.ReadFailed : SecurityError.KeyNotFound;
    let to = replyWriter();
    writeKeyValue(to, value);
    return reply(to);
  }
  let value = request.value;
  let error = value ? keys.write(bundle, request.key, value) : keys.remove(bundle, request.key);
  if (flash.isBroken) return value ? SecurityError.WriteFailed : SecurityError.DeleteFailed;
  switch (error) {
    case StoreError.None:
      return SecurityError.Success;
    case StoreError.KeyNotFound:
      return SecurityError.KeyNotFound;
    case StoreError.KeyInvalid:
      return SecurityError.KeyInvalid;
    case StoreError.ValueInvalid:
      return SecurityError.ValueInvalid;
    case StoreError.Full:
      return SecurityError.StorageFull;
    case StoreError.QuotaExceeded:
      return SecurityError.KeyQuotaExceeded;
    default:
      return SecurityError.WriteFailed;
  }
}

function plainName(name: string): string {
  return name.endsWith('.app') ? name.substring(0, name.length - 4) : name;
}

function replyWriter(): Writer {
  return Writer.over(page.subarray(0, 2048));
}

function reply(to: Writer): SecurityError {
  if (to.isTooLong) return SecurityError.SerializeFailed;
  security.reply(page.subarray(0, to.length));
  return SecurityError.Success;
}

function say(level: LogLevel, text: string): void {
  logger.call(0, new LogRequest(level, text).encode());
}
