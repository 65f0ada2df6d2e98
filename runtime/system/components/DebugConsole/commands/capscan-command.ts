// capscan and caps: what a service has in its own CSpace; each says so itself, in the log.
import { memory, mlcoord, proc_ctrl, sdk_manager, security, timer } from 'camkes';
import { slotsText } from 'sel4/debug';
import { Writer } from 'sel4/postcard';
import { MemoryRequest, MemoryRequestKind } from '../../../interfaces/memory';
import { MlCoordRequest, MlCoordVerb } from '../../../interfaces/ml-coordinator';
import { ProcessControlKind, ProcessControlRequest } from '../../../interfaces/process-control';
import { SdkManagerRequest, SdkManagerVerb } from '../../../interfaces/sdk-management';
import { SecurityRequest, SecurityRequestKind } from '../../../interfaces/security';
import { TimerServiceRequest, TimerServiceVerb } from '../../../interfaces/timer-service';

const ROOM: i32 = 128;
const services: string[] = ['memory', 'process', 'mlcoord', 'sdk', 'security', 'timer'];

export function capscanCommand(words: string[]): string | null {
  if (words[0] == 'caps') return words.length > 1 ? capsOf(words[1]) : capsOfAll();
  if (words[0] != 'capscan') return null;
  let target = words.length > 1 ? words[1] : '';
  if (target == 'console') return slotsText() + '\n';
  let status = ask(target, words.length > 2 ? words[2] : '');
  if (status < 0)
    return 'capscan is one of console, memory, process, mlcoord, sdk, security, timer, bundle ID\n';
  return status == 0 ? '' : 'capscan failed: ' + status.toString() + '\n';
}

/** `caps NAME` is about a service, and else about an application. */
function capsOf(name: string): string {
  let isService = name == 'console' || services.includes(name);
  return capscanCommand(isService ? ['capscan', name] : ['capscan', 'bundle', name])!;
}

function capsOfAll(): string {
  for (let index = 0; index < services.length; index++) {
    let status = ask(services[index], '');
    if (status != 0) return 'caps failed: ' + status.toString() + '\n';
  }
  return 'console: ' + slotsText() + '\n';
}

/** The status; -1 for a target that there is not. */
function ask(target: string, bundle: string): i32 {
  let room = new Uint8Array(ROOM);
  let to = Writer.over(room);
  if (target == 'memory') {
    new MemoryRequest(MemoryRequestKind.Capscan).write(to);
    return memory.call(0, room.subarray(0, to.length));
  }
  if (target == 'security') {
    new SecurityRequest(SecurityRequestKind.CapScan).write(to);
    return security.call(0, room.subarray(0, to.length));
  }
  if (target == 'process' || (target == 'bundle' && bundle.length > 0)) {
    let isBundle = target == 'bundle';
    let kind = isBundle ? ProcessControlKind.CapScanBundle : ProcessControlKind.CapScan;
    new ProcessControlRequest(kind, bundle).write(to);
    return to.isTooLong ? -1 : proc_ctrl.call(0, room.subarray(0, to.length));
  }
  if (target == 'sdk')
    return sdk_manager.call(0, new SdkManagerRequest(SdkManagerVerb.Capscan).encode());
  if (target == 'timer')
    return timer.call(0, new TimerServiceRequest(TimerServiceVerb.Capscan).encode());
  if (target != 'mlcoord') return -1;
  let request = new MlCoordRequest(MlCoordVerb.Capscan).encode();
  return request ? mlcoord.call(0, request) : -1;
}
