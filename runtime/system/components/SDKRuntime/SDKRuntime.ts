// The other side of the SDK. One thread receives the calls of all applications, and their faults, which the kernel sends
// to the same endpoint; those who wait are answered by the threads that the other services signal.
import { sdk_manager } from 'camkes';
import { MessageInfo, Received, word } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { dumpSlots } from 'sel4/debug';
import { LogLevel } from '../../interfaces/logger';
import {
  EndpointResponse,
  SdkManagerError,
  SdkManagerRequest,
  SdkManagerVerb,
  encodeNoEvent,
} from '../../interfaces/sdk-management';
import { SdkError, SdkVerb } from '../../interfaces/sdk-runtime';
import { Applications } from './applications';
import {
  answerNow,
  closeEndpoint,
  forgetWaiting,
  keepCall,
  openCalls,
  openEndpoint,
  parameters,
  receiveCall,
  takePage,
} from './calls';
import { encodeUsage } from '../../interfaces/own-usage';
import { listSlots } from '../../interfaces/slot-list';
import { FAULT_WORDS, Fault, faultDetail, faultLines } from './fault-text';
import { SystemServices, busUsage, say, setManager } from './system-services';

let applications: Applications = new Applications(new SystemServices());
let faultWords: StaticArray<u32> = new StaticArray<u32>(FAULT_WORDS);
let isOpen: bool = false;

export function post_init(): void {
  isOpen = openCalls();
}

export function run(): void {
  if (!isOpen) say('sdk_runtime::no memory for the endpoint of applications', LogLevel.Error);
}

export function loop(): void {
  let received = receiveCall();
  let badge = Received.badge(received);
  let label = MessageInfo.label(Received.info(received));
  if (label < <u32>SdkVerb.Ping) takeFault(badge, label);
  else takeCall(badge, label, Received.info(received));
}

export function timer_signalled(): void {
  applications.timersCompleted();
}

export function mlcoord_signalled(): void {
  applications.modelsCompleted();
}

/** On the thread that receives, whose message tells where capabilities go. */
export function sdk_manager__init(): void {
  sdk_manager.acceptCapabilities();
}

export function sdk_manager_request(badge: u32, _label: u32): u32 {
  let given = sdk_manager.takeCapability();
  let request = SdkManagerRequest.decode(sdk_manager.request());
  if (given && request && request.verb == SdkManagerVerb.GiveParameters)
    return giveParameters(request.appId, given);
  if (given) CSpace.remove(given);
  if (!request) return SdkManagerError.DeserializeFailed;
  switch (request.verb) {
    case SdkManagerVerb.GetEndpoint:
      setManager(badge);
      return getEndpoint(request.appId);
    case SdkManagerVerb.ReleaseEndpoint:
      releaseEndpoint(request.appId);
      return SdkManagerError.Success;
    case SdkManagerVerb.NextEvent: {
      let event = applications.nextEvent();
      sdk_manager.reply(event ? event.encode() : encodeNoEvent());
      return SdkManagerError.Success;
    }
    case SdkManagerVerb.GrantDevice:
      return applications.grant(request.appId, request.device);
    case SdkManagerVerb.GiveParameters:
      return SdkManagerError.UnknownError;
    case SdkManagerVerb.ComponentUsage:
      sdk_manager.reply(encodeUsage(busUsage()));
      return SdkManagerError.Success;
    case SdkManagerVerb.CapscanPart:
      sdk_manager.reply(listSlots(request.slot));
      return SdkManagerError.Success;
    default:
      dumpSlots();
      return SdkManagerError.Success;
  }
}

function getEndpoint(appId: string): SdkManagerError {
  let app = applications.add(appId);
  if (!app) return SdkManagerError.AppIdInvalid;
  let slot = openEndpoint(app.badge);
  if (!slot) {
    applications.remove(app);
    return SdkManagerError.GetEndpointFailed;
  }
  sdk_manager.sendCapability(slot);
  sdk_manager.reply(new EndpointResponse(app.badge).encode());
  return SdkManagerError.Success;
}

function giveParameters(appId: string, page: u32): SdkManagerError {
  let app = applications.named(appId);
  if (app && takePage(app.badge, page)) return SdkManagerError.Success;
  CSpace.remove(page);
  return SdkManagerError.AppIdInvalid;
}

function releaseEndpoint(appId: string): void {
  let app = applications.named(appId);
  if (!app) return;
  applications.remove(app);
  closeEndpoint(app.badge);
}

function takeCall(badge: u32, verb: u32, info: u32): void {
  let bytes = parameters(badge, info);
  let app = applications.find(badge);
  if (!app) return answerNow(badge, SdkError.InvalidBadge, null);
  forgetWaiting(badge);
  if (!bytes) return answerNow(badge, SdkError.MapPageFailed, null);
  let answer = applications.serve(app, verb, bytes);
  if (answer.isDeferred || answer.isFinal) keepCall(badge, answer.isDeferred);
  else answerNow(badge, answer.error, answer.bytes);
}

function takeFault(badge: u32, label: u32): void {
  for (let index = 0; index < FAULT_WORDS; index++) faultWords[index] = word(index);
  let app = applications.find(badge);
  // Who has used up its time goes on when it has some again.
  if (!app || label == Fault.TIMEOUT) return answerNow(badge, SdkError.Success, null);
  keepCall(badge, false);
  let ip = faultWords[0];
  let detail = faultDetail(label, faultWords);
  let lines = faultLines(label, faultWords);
  say('[' + app.id + ']::' + lines[0]);
  for (let index = 1; index < lines.length; index++) say('::' + lines[index]);
  applications.faulted(app, label, ip, detail);
}
