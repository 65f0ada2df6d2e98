// Asks services what they have: the console itself, and each service that it has a connection to. Two of them answer for a
// driver, too, which only they talk to; so all components of the assembly are told of.
import { memory, mlcoord, proc_ctrl, sdk_manager, security, timer, uart_read } from 'camkes';
import { Writer } from 'sel4/postcard';
import { ComponentUsage, readUsages } from '../../../interfaces/component-usage';
import { MemoryRequest, MemoryRequestKind } from '../../../interfaces/memory';
import { MlCoordRequest, MlCoordVerb } from '../../../interfaces/ml-coordinator';
import { ownUsage } from '../../../interfaces/own-usage';
import { ProcessControlKind, ProcessControlRequest } from '../../../interfaces/process-control';
import { SdkManagerRequest, SdkManagerVerb } from '../../../interfaces/sdk-management';
import { SecurityRequest, SecurityRequestKind } from '../../../interfaces/security';
import { TimerServiceRequest, TimerServiceVerb } from '../../../interfaces/timer-service';
import { ReadRequest, ReadVerb } from '../../../interfaces/uart';

const ROOM: i32 = 16;

/** In the order in which they are told of. */
export const USAGE_TARGETS: string[] = [
  'console',
  'memory',
  'process',
  'mlcoord',
  'sdk',
  'security',
  'timer',
  'uart',
];

/** None where it does not answer. */
export function usagesOf(target: string): ComponentUsage[] {
  let room = new Uint8Array(ROOM);
  let to = Writer.over(room);
  if (target == 'console') return [ownUsage()];
  if (target == 'memory') {
    new MemoryRequest(MemoryRequestKind.ComponentUsage).write(to);
    if (memory.call(0, room.subarray(0, to.length)) == 0) return readUsages(memory.reply());
  } else if (target == 'process') {
    new ProcessControlRequest(ProcessControlKind.ComponentUsage).write(to);
    if (proc_ctrl.call(0, room.subarray(0, to.length)) == 0) return readUsages(proc_ctrl.reply());
  } else if (target == 'mlcoord') {
    let request = new MlCoordRequest(MlCoordVerb.ComponentUsage).encode();
    if (request && mlcoord.call(0, request) == 0) return readUsages(mlcoord.reply());
  } else if (target == 'sdk') {
    let request = new SdkManagerRequest(SdkManagerVerb.ComponentUsage).encode();
    if (sdk_manager.call(0, request) == 0) return readUsages(sdk_manager.reply());
  } else if (target == 'security') {
    new SecurityRequest(SecurityRequestKind.ComponentUsage).write(to);
    if (security.call(0, room.subarray(0, to.length)) == 0) return readUsages(security.reply());
  } else if (target == 'timer') {
    let request = new TimerServiceRequest(TimerServiceVerb.ComponentUsage).encode();
    if (timer.call(0, request) == 0) return readUsages(timer.reply());
  } else if (target == 'uart') {
    let request = new ReadRequest(0, ReadVerb.ComponentUsage).encode();
    if (uart_read.call(0, request) == 0) return readUsages(uart_read.reply());
  }
  return [];
}
