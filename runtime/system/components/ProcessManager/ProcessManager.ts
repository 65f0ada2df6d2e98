// Installs, starts, stops, suspends, resumes, updates and removes applications, and hears of their ends from SDKRuntime.
// What the requests are is in interfaces/process-control.ts and interfaces/package-management.ts.
import {
  BUNDLE_IMAGE,
  LOAD_APPLICATION,
  applications,
  logger,
  pkg_mgmt,
  proc_ctrl,
  sdk_manager,
} from 'camkes';
import { ObjectType } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { Reader, Writer } from 'sel4/postcard';
import { dumpSlots } from 'sel4/debug';
import { processErrorName } from '../../interfaces/error-names';
import { FrameBytes } from '../../interfaces/frame-bytes';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import { ObjDesc, ObjDescBundle } from '../../interfaces/memory';
import { encodeUsage } from '../../interfaces/own-usage';
import { giveBack, giveBackHere } from '../../interfaces/memory-client';
import {
  PackageManagementKind,
  PackageManagementRequest,
} from '../../interfaces/package-management';
import {
  ProcessControlKind,
  ProcessControlRequest,
  ProcessError,
  StateKind,
  BundleState,
  BundleUsage,
  writeNames,
  writeNamesBehind,
} from '../../interfaces/process-control';
import {
  AppEvent,
  AppEventKind,
  EndpointResponse,
  SdkManagerError,
  SdkManagerRequest,
  SdkManagerVerb,
} from '../../interfaces/sdk-management';
import { SecurityError, SecurityRequest, SecurityRequestKind } from '../../interfaces/security';
import { askSecurity, loadApplication, textReply } from '../../interfaces/security-client';
import { listSlots } from '../../interfaces/slot-list';
import { Application } from './application';
import { BundleImage, ImageError } from './bundle-image';
import { imageErrorText } from './image-error-text';
import { Layout } from './layout';
import { Manifest, isName } from './manifest';
import { Sandbox } from './sandbox';

class Entry {
  sandbox: Sandbox | null = null;

  constructor(public application: Application) {}
}

/** More slots than any step of making an application takes beside those that it keeps. */
const SLOTS_TO_START: u32 = 12;
/** Replies by the IPC buffer have no more room. */
const CONTROL_BYTES: i32 = 480;

let entries: Entry[] = [];
let room: Uint8Array = new Uint8Array(CONTROL_BYTES);

export function pkg_mgmt__init(): void {
  pkg_mgmt.acceptCapabilities();
}

export function proc_ctrl_request(_badge: u32, _label: u32): u32 {
  let request = ProcessControlRequest.read(Reader.over(proc_ctrl.request()));
  if (!request) return ProcessError.DeserializeError;
  if (request.kind == ProcessControlKind.ComponentUsage) {
    proc_ctrl.reply(encodeUsage());
    return ProcessError.Success;
  }
  if (request.kind == ProcessControlKind.CapScanPart) {
    proc_ctrl.reply(listSlots(request.slot));
    return ProcessError.Success;
  }
  applications.lock();
  let to = Writer.over(room);
  let error = control(request, to);
  if (error == ProcessError.Success) {
    if (to.isTooLong) error = ProcessError.SerializeError;
    else proc_ctrl.reply(room.slice(0, to.length));
  }
  applications.unlock();
  return error;
}

export function pkg_mgmt_request(_badge: u32, _label: u32): u32 {
  let request = PackageManagementRequest.read(Reader.over(pkg_mgmt.request()));
  if (!request) return ProcessError.DeserializeError;
  applications.lock();
  let error = manage(request);
  applications.unlock();
  return error;
}

/** SDKRuntime has something to tell. */
export function sdk_manager_signalled(): void {
  applications.lock();
  while (true) {
    let error = askSdk(new SdkManagerRequest(SdkManagerVerb.NextEvent));
    let event = error == SdkManagerError.Success ? AppEvent.decode(sdk_manager.reply()) : null;
    if (!event) break;
    take(event);
  }
  applications.unlock();
}

// ---- process control

function control(request: ProcessControlRequest, to: Writer): ProcessError {
  switch (request.kind) {
    case ProcessControlKind.GetRunningBundles:
      writeNames(to, names(true));
      return ProcessError.Success;
    case ProcessControlKind.GetBundles:
      writeNames(to, names(false));
      return ProcessError.Success;
    case ProcessControlKind.ListRunningBundles:
      writeNamesBehind(to, names(true), request.bundle);
      return ProcessError.Success;
    case ProcessControlKind.ListBundles:
      writeNamesBehind(to, names(false), request.bundle);
      return ProcessError.Success;
    case ProcessControlKind.CapScan:
      dumpSlots();
      return ProcessError.Success;
    case ProcessControlKind.Start:
      return start(plainName(request.bundle));
    default: {
      let entry = entryOf(plainName(request.bundle));
      return entry ? controlOne(request.kind, entry, to) : ProcessError.BundleNotFound;
    }
  }
}

function controlOne(kind: ProcessControlKind, entry: Entry, to: Writer): ProcessError {
  let application = entry.application;
  switch (kind) {
    case ProcessControlKind.GetBundleState:
      application.state.write(to);
      return ProcessError.Success;
    case ProcessControlKind.GetBundleStatus:
      application.status().write(to);
      return ProcessError.Success;
    case ProcessControlKind.GetUsage: {
      let sandbox = entry.sandbox;
      if (!sandbox) return ProcessError.BundleNotRunning;
      new BundleUsage(sandbox.takeTime(), sandbox.memoryBytes).write(to);
      return ProcessError.Success;
    }
    case ProcessControlKind.Stop:
      if (!application.isThere) return ProcessError.BundleNotRunning;
      end(entry);
      application.stopped();
      return ProcessError.Success;
    case ProcessControlKind.Restart:
      if (application.isThere) end(entry);
      application.stopped();
      return start(application.name);
    case ProcessControlKind.Suspend:
      return suspend(entry);
    case ProcessControlKind.Resume:
      return resume(entry);
    default:
      if (!application.isThere) return ProcessError.BundleNotRunning;
      return entry.sandbox!.dumpSlots() ? ProcessError.Success : ProcessError.OutOfSlots;
  }
}

function start(name: string): ProcessError {
  if (!isName(name)) return ProcessError.BundleIdInvalid;
  let entry = entryOf(name);
  if (entry && entry.application.isThere)
    return entry.application.state.kind == StateKind.Suspended
      ? ProcessError.BundleSuspended
      : ProcessError.BundleRunning;
  let made = entry ? entry : new Entry(new Application(name));
  let error = load(made);
  if (error != ProcessError.Success) return error;
  if (!entry) entries.push(made);
  made.application.restarts = 0;
  return ProcessError.Success;
}

function suspend(entry: Entry): ProcessError {
  let kind = entry.application.state.kind;
  if (kind == StateKind.Suspended) return ProcessError.BundleSuspended;
  if (kind != StateKind.Running) return ProcessError.BundleNotRunning;
  if (!entry.sandbox!.suspend()) return ProcessError.SuspendFailed;
  entry.application.state = new BundleState(StateKind.Suspended);
  return ProcessError.Success;
}

function resume(entry: Entry): ProcessError {
  if (entry.application.state.kind != StateKind.Suspended) return ProcessError.BundleNotSuspended;
  if (!entry.sandbox!.resume()) return ProcessError.ResumeFailed;
  entry.application.state = new BundleState(StateKind.Running);
  return ProcessError.Success;
}

/** From the package to a thread that runs. */
function load(entry: Entry): ProcessError {
  if (!CSpace.hasRoom(SLOTS_TO_START)) return ProcessError.OutOfSlots;
  let name = entry.application.name;
  let loaded = loadApplication(name);
  let frames = loaded.frames;
  if (!frames) return errorOf(loaded.error);
  let bytes = new FrameBytes(frames, BUNDLE_IMAGE.region);
  let error = make(entry, bytes);
  bytes.close();
  giveBack(frames);
  giveBackHere([new ObjDesc(ObjectType.CNode, frames.depth, frames.cnode)]);
  return error;
}

function make(entry: Entry, bytes: FrameBytes): ProcessError {
  let application = entry.application;
  let name = application.name;
  let image = new BundleImage(bytes);
  if (image.error != ImageError.None) return refuse(name, imageErrorText(image));
  let text = image.manifest;
  let manifest = new Manifest(text.length > 0 ? text : 'name = ' + name);
  if (manifest.error.length > 0) return refuse(name, 'its manifest has ' + manifest.error);
  if (manifest.name != name) return refuse(name, 'its manifest calls it ' + manifest.name);
  let layout = new Layout(image, manifest);
  if (layout.error.length > 0) return refuse(name, layout.error);
  sdk_manager.acceptCapabilities();
  let refused = askSdk(new SdkManagerRequest(SdkManagerVerb.GetEndpoint, name));
  if (refused == SdkManagerError.GetEndpointFailed) return ProcessError.OutOfSlots;
  if (refused != SdkManagerError.Success) return ProcessError.StartFailed;
  let told = EndpointResponse.decode(sdk_manager.reply());
  let endpoint = sdk_manager.takeCapability();
  let sandbox = new Sandbox(manifest, layout);
  let error = told && endpoint != 0 ? grantDevices(manifest) : ProcessError.StartFailed;
  if (error == ProcessError.Success)
    error = sandbox.build(image, bytes, LOAD_APPLICATION.region, endpoint);
  if (endpoint != 0) CSpace.remove(endpoint);
  if (error == ProcessError.Success) {
    entry.sandbox = sandbox;
    application.started(manifest, told!.badge, sandbox.memoryBytes);
    if (giveParameters(name, sandbox) && sandbox.resume()) return ProcessError.Success;
    end(entry);
    application.stopped();
    return ProcessError.StartFailed;
  }
  askSdk(new SdkManagerRequest(SdkManagerVerb.ReleaseEndpoint, name));
  if (error == ProcessError.OutOfSlots)
    say(LogLevel.Error, name + ' is not started: there are as many applications as there can be.');
  if (sandbox.refusal.length == 0) return error;
  let invalid = refuse(name, sandbox.refusal);
  return error == ProcessError.QuotaExceeded ? error : invalid;
}

/** The SDK uses no other page for it, whatever the application sends. */
function giveParameters(name: string, sandbox: Sandbox): bool {
  let slot = sandbox.copyParameters();
  if (slot == 0) return false;
  sdk_manager.sendCapability(slot);
  let error = askSdk(new SdkManagerRequest(SdkManagerVerb.GiveParameters, name));
  CSpace.remove(slot);
  return error == SdkManagerError.Success;
}

function grantDevices(manifest: Manifest): ProcessError {
  for (let index = 0; index < manifest.devices.length; index++) {
    let device = manifest.devices[index];
    let error = askSdk(new SdkManagerRequest(SdkManagerVerb.GrantDevice, manifest.name, device));
    if (error != SdkManagerError.Success)
      return refuse(
        manifest.name,
        'its manifest names ' + device + ', and there is no such device',
      );
  }
  return ProcessError.Success;
}

function refuse(name: string, reason: string): ProcessError {
  say(LogLevel.Error, name + ' is not started: ' + reason + '.');
  return ProcessError.BundleDataInvalid;
}

/** Everything of it is given back; how it stands is the caller's to say. */
function end(entry: Entry): void {
  let sandbox = entry.sandbox;
  if (sandbox) sandbox.suspend();
  askSdk(new SdkManagerRequest(SdkManagerVerb.ReleaseEndpoint, entry.application.name));
  if (sandbox) sandbox.destroy();
  entry.sandbox = null;
}

/** The kernel's number of a fault of memory. */
const MEMORY_FAULT: u32 = 6;

function take(event: AppEvent): void {
  let entry = entryOf(event.appId);
  if (!entry) return;
  let application = entry.application;
  // Of an earlier life: it was stopped, and perhaps started again, while this was on its way.
  if (!application.isThere || application.badge != event.badge) return;
  let isFault = event.kind != AppEventKind.Exited;
  let sandbox = entry.sandbox;
  let said = '';
  if (isFault && sandbox)
    said =
      event.code == MEMORY_FAULT
        ? sandbox.stackWords(event.address)
        : sandbox.lastWords(LOAD_APPLICATION.region);
  end(entry);
  if (isFault) application.faulted(event.code, event.ip, event.address, said);
  else application.exited(event.code);
  if (said.length > 0) say(LogLevel.Error, application.name + ': ' + said);
  if (!application.takeRestart()) return;
  let error = load(entry);
  if (error != ProcessError.Success)
    say(
      LogLevel.Error,
      application.name + ' is not started again: ' + processErrorName(error) + '.',
    );
}

// ---- packages

function manage(request: PackageManagementRequest): ProcessError {
  switch (request.kind) {
    case PackageManagementKind.Uninstall:
      return uninstall(plainName(request.bundle));
    case PackageManagementKind.Update:
      return update(request);
    default:
      return install(request);
  }
}

function install(request: PackageManagementRequest): ProcessError {
  let contents = request.contents;
  if (!contents) return ProcessError.ObjCapInvalid;
  if (request.kind == PackageManagementKind.InstallApp)
    return hand(SecurityRequest.installApp(plainName(request.bundle), contents));
  let error = hand(SecurityRequest.install(contents));
  if (error == ProcessError.Success) replyName(textReply());
  return error;
}

/** One that runs is started again with what is new. */
function update(request: PackageManagementRequest): ProcessError {
  let contents = request.contents;
  if (!contents) return ProcessError.ObjCapInvalid;
  let error = hand(SecurityRequest.update(contents, plainName(request.bundle)));
  if (error != ProcessError.Success) return error;
  let name = textReply();
  replyName(name);
  let entry = entryOf(name);
  if (!entry || !entry.application.isThere) return ProcessError.Success;
  end(entry);
  entry.application.stopped();
  return start(name) == ProcessError.Success ? ProcessError.Success : ProcessError.UpdateFailed;
}

function uninstall(name: string): ProcessError {
  let entry = entryOf(name);
  if (entry && entry.application.isThere) return ProcessError.BundleRunning;
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.Uninstall, name));
  if (error != SecurityError.Success) return errorOf(error);
  if (entry) entries.splice(entries.indexOf(entry), 1);
  return ProcessError.Success;
}

/** The CNode that came with a request goes on to SecurityCoordinator. */
function hand(request: SecurityRequest): ProcessError {
  let node = pkg_mgmt.takeCapability();
  if (node == 0) return ProcessError.ObjCapInvalid;
  let error = askSecurity(request, node);
  CSpace.remove(node);
  return errorOf(error);
}

function replyName(name: string): void {
  let to = Writer.over(room);
  to.text(name);
  pkg_mgmt.reply(room.slice(0, to.length));
}

// ---- helpers

function askSdk(request: SdkManagerRequest): SdkManagerError {
  return <SdkManagerError>sdk_manager.call(0, request.encode());
}

function entryOf(name: string): Entry | null {
  for (let index = 0; index < entries.length; index++)
    if (entries[index].application.name == name) return entries[index];
  return null;
}

function names(onlyRunning: bool): string[] {
  let found: string[] = [];
  for (let index = 0; index < entries.length; index++) {
    let application = entries[index].application;
    if (!onlyRunning || application.isThere) found.push(application.name);
  }
  return found;
}

function plainName(name: string): string {
  return name.endsWith('.app') ? name.substring(0, name.length - 4) : name;
}

function errorOf(error: SecurityError): ProcessError {
  switch (error) {
    case SecurityError.Success:
      return ProcessError.Success;
    case SecurityError.BundleIdInvalid:
      return ProcessError.BundleIdInvalid;
    case SecurityError.BundleNotFound:
      return ProcessError.BundleNotFound;
    case SecurityError.BundleDataInvalid:
      return ProcessError.BundleDataInvalid;
    case SecurityError.DeleteFirst:
      return ProcessError.BundleFound;
    case SecurityError.PackageBufferLenInvalid:
      return ProcessError.PackageBufferLenInvalid;
    case SecurityError.LoadApplicationFailed:
      return ProcessError.OutOfMemory;
    case SecurityError.InstallFailed:
      return ProcessError.InstallFailed;
    case SecurityError.UninstallFailed:
      return ProcessError.UninstallFailed;
    case SecurityError.ObjCapInvalid:
      return ProcessError.ObjCapInvalid;
    case SecurityError.StorageFull:
      return ProcessError.StorageFull;
    default:
      return ProcessError.UnknownError;
  }
}

function say(level: LogLevel, text: string): void {
  logger.call(0, new LogRequest(level, text).encode());
}
