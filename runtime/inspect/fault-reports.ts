/**
 * A line for each thread that faults, beside what the guest prints of it: whose thread, and at which line of the source,
 * which only the host knows. A fault that somebody handles is told where the system is one of components: their handlers
 * only report. Of a root task it may be everyday work, such as that of a pager.
 */
import { formatAddress, type VirtAddr } from '../base/address.js';
import type { SourcePlace } from '../image/debug-information.js';
import type { FaultView } from '../kernel/events.js';
import type { Platform } from '../platform.js';
import { asMapped } from './faults.js';
import { programFault } from './program-fault.js';
import { programOfThread } from './modules.js';
import { lineFor, symbolize } from './symbols.js';
import { spaceOf, threadAt, threadName } from './thread-state.js';
import { userPlace } from './user-place.js';

export interface FaultReport {
  /** Its name, and that of the fault in seL4: `VMFault`. */
  readonly thread: string;
  readonly kind: FaultView['kind'];
  /** Of the instruction. */
  readonly address: VirtAddr;
  /** `Sensor.ts:42:9: The thread … faulted at 0x… in put: the index of an element is outside of its array.` */
  readonly text: string;
  /** Where the source says what went wrong. */
  readonly place: SourcePlace | undefined;
  readonly isHandled: boolean;
}

/** The same fault of the same thread is told so often, and so many faults are told apart. */
const mostOfOneFault = 3;
const mostFaults = 200;

/** `shownPath` makes of the path that the program has of a source the one to tell. */
export function watchFaults(
  platform: Platform,
  tell: (report: FaultReport) => void,
  shownPath: (path: string) => string = (path) => path,
): { dispose(): void } {
  const reportOf = (thread: number, fault: FaultView, isHandled: boolean): FaultReport => {
    const { sentence, place } = faultOf(platform, thread, fault, { isHandled });
    const text = place === undefined ? sentence : `${position(place, shownPath)}: ${sentence}`;
    const { kind, pc: address } = fault;
    return { thread: threadName(platform, thread), kind, address, text, place, isHandled };
  };
  const told = new Map<string, number>();
  const isSystem = platform.programs.length > 0;
  return platform.onKernelEvent((event) => {
    if (event.kind !== 'fault') return;
    // Without a handler a thread faults once.
    if (!event.handled) {
      tell(reportOf(threadAt(event.thread), event.fault, false));
      return;
    }
    const isReported = isSystem && event.fault.kind !== 'Timeout';
    if (!isReported) return;
    const thread = threadAt(event.thread);
    const key = `${threadName(platform, thread)} ${event.fault.description}`;
    const times = (told.get(key) ?? 0) + 1;
    if (times > mostOfOneFault || (times === 1 && told.size === mostFaults)) return;
    told.set(key, times);
    const report = reportOf(thread, event.fault, true);
    const last = lastWords({ times, faults: told.size });
    tell(last === undefined ? report : { ...report, text: `${report.text} ${last}` });
  });
}

/** What the last report says of those that are not told. */
function lastWords({
  times,
  faults,
}: {
  readonly times: number;
  readonly faults: number;
}): string | undefined {
  if (times === mostOfOneFault) return 'It is not told again.';
  return times === 1 && faults === mostFaults
    ? `No other is told: ${mostFaults} different faults were.`
    : undefined;
}

function faultOf(
  platform: Platform,
  thread: number,
  fault: FaultView,
  { isHandled }: { readonly isHandled: boolean },
): { readonly sentence: string; readonly place: SourcePlace | undefined } {
  const space = spaceOf(platform, thread);
  const known = programFault(platform, thread, fault);
  // Without a line of its own an instruction is told by its symbol: the line of a caller would mislead.
  const hasLine = known !== undefined || lineFor(platform, space, fault.pc) !== undefined;
  const user = hasLine ? userPlace(platform, thread) : undefined;
  const place = known?.place ?? user;
  const name = user?.name ?? symbolize(platform, space, fault.pc);
  const inFunction = name === undefined ? '' : ` in ${name}`;
  const nobody = isHandled ? '' : ' and nobody handles it';
  // A message is the guest's own text.
  const what = (known?.reason ?? asMapped(platform, thread, fault).description).replaceAll(
    /\p{Cc}+/gu,
    ' ',
  );
  const sentence = `${whose(platform, thread)} faulted at ${formatAddress(fault.pc)}${inFunction}${nobody}: ${what}.`;
  return { sentence, place };
}

function whose(platform: Platform, thread: number): string {
  const name = threadName(platform, thread);
  const program = programOfThread(platform, thread);
  if (program === undefined) return `The thread ${name}`;
  return program.isApplication === true
    ? `The application ${name}`
    : `The thread ${name} of ${program.image.name}`;
}

const position = (
  { file, line, column = 0 }: SourcePlace,
  shownPath: (path: string) => string,
): string => [shownPath(file), line, ...(column === 0 ? [] : [column])].join(':');
