/**
 * Breakpoints on data: bytes of RAM. They are physical, as those on code are, so one on a frame that several address spaces
 * map stops in each of them, and one on a local stays with the memory of its frame. A variable in a register has none.
 */
import { formatAddress, physAddr, virtAddr } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import type { TypeIndex } from '../../runtime/image/debug-information.js';
import { translate, type AddressSpace } from '../../runtime/inspect/address-space.js';
import type { WatchHit } from '../../runtime/inspect/events.js';
import { spaceOf, threadName } from '../../runtime/inspect/thread-state.js';
import { integerOf, typedValue, type Reading } from '../../runtime/inspect/typed-value.js';
import type { Platform } from '../../runtime/platform.js';
import { hitConditionProblem, meetsCondition, meetsHitCondition } from './breakpoints.js';

export type DataAccess = 'read' | 'write' | 'readWrite';

export interface DataWish {
  readonly dataId: string;
  readonly access: DataAccess;
  readonly condition?: string;
  readonly hitCondition?: string;
}

export interface DataBreakpoint extends DataWish {
  readonly id: number;
  readonly data: Data | undefined;
  problem: string | undefined;
  hits: number;
}

/** What a `dataId` stands for. */
export interface Data {
  readonly name: string;
  readonly physical: number;
  readonly sizeBytes: number;
  /** How its bytes are shown; as a number without it. */
  readonly typed?: { readonly debug: Reading['debug']; readonly type: TypeIndex };
}

export interface DataHit {
  readonly stops: readonly DataBreakpoint[];
  /** What happened, for the user. */
  readonly description: string;
  /** Of conditions that cannot be evaluated. */
  readonly messages: readonly string[];
}

/** No variable is longer, and a view of memory seldom is. */
export const mostDataBytes = 4096;

export class DataBreakpoints {
  private readonly known = new Map<string, Data>();
  private all: readonly DataBreakpoint[] = [];

  /** The name by which a client asks for a breakpoint on data. */
  identify(data: Data): string {
    const dataId = `${formatAddress(data.physical)}:${data.sizeBytes}:${data.name}`;
    this.known.set(dataId, data);
    return dataId;
  }

  /** Replaces all, as DAP does; what was there already keeps its identity and count. */
  set(wishes: readonly DataWish[], newId: () => number): readonly DataBreakpoint[] {
    const old = [...this.all];
    this.all = wishes.map((wish) => {
      const index = old.findIndex((each) => isSameWish(each, wish));
      const [same] = index < 0 ? [] : old.splice(index, 1);
      const data = this.known.get(wish.dataId);
      return same ?? { ...wish, id: newId(), data, problem: undefined, hits: 0 };
    });
    return this.all;
  }

  apply({ machine }: Platform): void {
    for (const each of this.all) each.problem = problemOf(each, machine.memory);
    machine.watches.set(
      this.all.flatMap(({ data, access, problem }) =>
        data === undefined || problem !== undefined
          ? []
          : [{ address: physAddr(data.physical), sizeBytes: data.sizeBytes, access }],
      ),
    );
  }

  /** Counts start again with the machine. */
  restart(): void {
    for (const each of this.all) each.hits = 0;
  }

  /** Which accesses count: a write that leaves the value as it was is none for who waits for a change. */
  visit(platform: Platform, thread: number, hits: readonly WatchHit[]): DataHit {
    const stops: DataBreakpoint[] = [];
    const messages: string[] = [];
    const sentences: string[] = [];
    for (const breakpoint of this.all) {
      const { data, access } = breakpoint;
      const hit = hits.find(
        ({ address, sizeBytes, ...each }) =>
          address === data?.physical &&
          sizeBytes === data.sizeBytes &&
          (access === 'readWrite' || each.access === access) &&
          (access !== 'write' || isChange({ address, sizeBytes, ...each })),
      );
      if (hit === undefined || data === undefined) continue;
      const met = meetsCondition(breakpoint, platform, thread);
      if (typeof met === 'string') messages.push(met);
      if (met === false) continue;
      breakpoint.hits += 1;
      if (!meetsHitCondition(breakpoint.hitCondition, breakpoint.hits)) continue;
      stops.push(breakpoint);
      sentences.push(sentenceOf(platform, thread, data, hit));
    }
    return { stops, messages, description: sentences.join('; ') };
  }
}

/** Where bytes at an address lie; a sentence where nothing can watch them. */
export function dataAt(
  platform: Platform,
  space: AddressSpace,
  address: number,
  about: Omit<Data, 'physical'>,
): Result<Data, string> {
  const { sizeBytes } = about;
  if (sizeBytes < 1 || sizeBytes > mostDataBytes)
    return fail(
      `A data breakpoint covers 1 to ${mostDataBytes} bytes, and ${about.name} has ${sizeBytes}.`,
    );
  const first = translate(platform, space, virtAddr(address));
  const last = translate(platform, space, virtAddr(address + sizeBytes - 1));
  if (first === undefined || last === undefined)
    return fail(`No memory is mapped at ${formatAddress(address)}.`);
  if (last.physical - first.physical !== sizeBytes - 1)
    return fail(`${about.name} lies in two pages that are not neighbours in memory.`);
  if (!platform.machine.memory.contains(first.physical, sizeBytes))
    return fail(`${formatAddress(address)} is no RAM: registers of devices cannot be watched.`);
  return ok({ ...about, physical: first.physical });
}

function problemOf(
  { data, dataId, hitCondition }: DataBreakpoint,
  memory: Platform['machine']['memory'],
): string | undefined {
  if (data === undefined) return `This session has no data by the name ${dataId}.`;
  if (!memory.contains(data.physical, data.sizeBytes)) return `${data.name} is not in RAM.`;
  return hitConditionProblem(hitCondition);
}

const isChange = ({ before, after }: WatchHit): boolean =>
  before.some((byte, index) => byte !== after[index]);

/** `count was 1 and is 2 now, in hello: control`. */
function sentenceOf(platform: Platform, thread: number, data: Data, hit: WatchHit): string {
  const text = (bytes: Uint8Array): string => valueText(platform, thread, data, bytes);
  const { before, after, access, hart } = hit;
  const who =
    hart === undefined ? 'by the kernel or a device' : `by ${threadName(platform, thread)}`;
  if (access === 'read') return `${data.name} is ${text(after)}, and was read ${who}`;
  return isChange(hit)
    ? `${data.name} was ${text(before)} and is ${text(after)} now, written ${who}`
    : `${data.name} is ${text(after)}, as before, written ${who}`;
}

function valueText(platform: Platform, thread: number, data: Data, bytes: Uint8Array): string {
  if (data.typed !== undefined) {
    const { debug, type } = data.typed;
    return typedValue({ platform, space: spaceOf(platform, thread), debug }, type, bytes, undefined)
      .text;
  }
  if (bytes.length <= 8) return `0x${integerOf(bytes, false).toString(16)}`;
  const shown = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `${shown.join(' ')}${bytes.length > 16 ? ' …' : ''}`;
}

const isSameWish = (a: DataWish, b: DataWish): boolean =>
  a.dataId === b.dataId &&
  a.access === b.access &&
  a.condition === b.condition &&
  a.hitCondition === b.hitCondition;
