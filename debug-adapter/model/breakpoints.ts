/**
 * The user's breakpoints, and the machine addresses that they mean. They outlive a restart and may be
 * set before there is a machine. An address in the machine is physical, so a breakpoint in code hits
 * in every address space that maps it; one of a loader does not hit in the programs that it made.
 */
import { virtAddr, type PhysAddr, type VirtAddr } from '../../runtime/base/address.js';
import {
  addressesOfLine,
  inlinedCallsNamed,
  lineAt,
  symbolNamed,
} from '../../runtime/image/lookup.js';
import type { SystemImage } from '../../runtime/image/system-image.js';
import { translate, type AddressSpace } from '../../runtime/inspect/address-space.js';
import {
  evaluate,
  formatEvaluation,
  type EvaluationContext,
} from '../../runtime/inspect/evaluate.js';
import { isTrue } from '../../runtime/inspect/evaluation.js';
import { programOfThread, spacesOfProgram } from '../../runtime/inspect/modules.js';
import type { Platform } from '../../runtime/platform.js';
import { clientPath, isSameFile } from './source-paths.js';
import { standpointsOf, type Standpoint } from './standpoint.js';

/** Where the user put it. */
export type Location =
  | { readonly kind: 'source'; readonly path: string; readonly line: number }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'instruction'; readonly address: number; readonly space: AddressSpace };

export interface BreakpointWish {
  readonly location: Location;
  /** An expression: stop only where it is not 0. */
  readonly condition?: string;
  /** `5`, `>= 3`, `% 10`: stop only at such visits. */
  readonly hitCondition?: string;
  /** Print this instead of a stop; `{expression}` is replaced. */
  readonly logMessage?: string;
}

export interface Breakpoint extends BreakpointWish {
  readonly id: number;
  addresses: readonly PhysAddr[];
  /** Those among them that are only the loader's, whose memory may serve a program later. */
  loaderAddresses: ReadonlySet<PhysAddr>;
  /** The line with code that was taken instead of one without, or where a function begins. */
  line: number | undefined;
  /** The file of that line as the client knows it, for a function. */
  path: string | undefined;
  /** Why it has no address; a sentence. */
  problem: string | undefined;
  hits: number;
}

export interface Hit {
  readonly stops: readonly Breakpoint[];
  /** Before so many replaced calls that begin there, see `Standpoint`. */
  readonly ahead: number;
  /** Texts of logpoints and of conditions that cannot be evaluated. */
  readonly messages: readonly string[];
}

type Group = 'function' | 'instruction' | `source ${string}`;

export class Breakpoints {
  private readonly groups = new Map<Group, Breakpoint[]>();
  private nextId = 1;
  /** Of the program that has them. */
  private sourceRoot = '';

  /** Identities are those of all kinds of breakpoints. */
  newId(): number {
    return this.nextId++;
  }

  all(): Breakpoint[] {
    return [...this.groups.values()].flat();
  }

  /** Replaces a group, as DAP does; what was there already keeps its identity and count. */
  set(group: Group, wishes: readonly BreakpointWish[]): Breakpoint[] {
    const old = [...(this.groups.get(group) ?? [])];
    const made = wishes.map((wish): Breakpoint => {
      const index = old.findIndex((candidate) => isSameWish(candidate, wish));
      // Of two equal wishes each gets a breakpoint of its own.
      const [same] = index < 0 ? [] : old.splice(index, 1);
      return (
        same ?? {
          ...wish,
          id: this.newId(),
          addresses: [],
          loaderAddresses: new Set(),
          line: undefined,
          path: undefined,
          problem: undefined,
          hits: 0,
        }
      );
    });
    this.groups.set(group, made);
    return made;
  }

  /** Finds the addresses of all breakpoints and puts them into the machine. */
  apply(platform: Platform, sourceRoot: string): void {
    const { breakpoints } = platform.machine;
    this.sourceRoot = sourceRoot;
    breakpoints.clear();
    for (const breakpoint of this.all()) {
      resolve(breakpoint, platform, sourceRoot);
      for (const address of breakpoint.addresses) breakpoints.add(address);
    }
  }

  /** Counts start again with the machine. */
  restart(): void {
    for (const breakpoint of this.all()) breakpoint.hits = 0;
  }

  /** Counts a visit and says what it means. */
  visit(platform: Platform, thread: number, address: PhysAddr): Hit {
    const stops: Breakpoint[] = [];
    const messages: string[] = [];
    let outermost = 0;
    for (const breakpoint of this.all()) {
      if (!breakpoint.addresses.includes(address)) continue;
      if (breakpoint.loaderAddresses.has(address) && programOfThread(platform, thread)) continue;
      const ahead = aheadOf(breakpoint, platform, thread, this.sourceRoot);
      const met = meetsCondition(breakpoint, platform, thread, ahead);
      if (typeof met === 'string') messages.push(met);
      if (met === false) continue;
      breakpoint.hits += 1;
      if (!meetsHitCondition(breakpoint.hitCondition, breakpoint.hits)) continue;
      if (breakpoint.logMessage === undefined) {
        stops.push(breakpoint);
        outermost = Math.max(outermost, ahead);
      } else
        messages.push(expandMessage(breakpoint.logMessage, { platform, thread, depth: ahead }));
    }
    return { stops, ahead: outermost, messages };
  }
}

/** A condition that cannot be evaluated stops, with the reason: silence would look like "never true". */
export function meetsCondition(
  { condition }: Pick<Breakpoint, 'condition'>,
  platform: Platform,
  thread: number,
  depth = 0,
): boolean | string {
  if (condition === undefined || condition.trim() === '') return true;
  const value = evaluate(condition, { platform, thread, depth });
  return value.ok
    ? isTrue(value.value)
    : `The condition "${condition}" cannot be evaluated. ${value.error}`;
}

const hitPattern = /^\s*(==|>=|<=|>|<|%)?\s*(\d+)\s*$/;

/** A sentence about a hit condition that is none; undefined for a good one, or none at all. */
export function hitConditionProblem(text = ''): string | undefined {
  if (text.trim() === '' || hitPattern.test(text)) return undefined;
  return `The hit condition "${text}" is not understood: write 5, == 5, >= 5, > 5, <= 5, < 5 or % 5.`;
}

export function meetsHitCondition(text: string | undefined, hits: number): boolean {
  const parts = hitPattern.exec(text ?? '');
  if (parts === null) return true;
  const wanted = Number(parts[2]);
  switch (parts[1]) {
    case '>=':
      return hits >= wanted;
    case '>':
      return hits > wanted;
    case '<=':
      return hits <= wanted;
    case '<':
      return hits < wanted;
    case '%':
      return wanted > 0 && hits % wanted === 0;
    default:
      return hits === wanted;
  }
}

function expandMessage(text: string, scope: EvaluationContext): string {
  return text.replace(/\{([^{}]*)\}/g, (_, expression: string) => {
    const value = evaluate(expression, scope);
    return value.ok ? formatEvaluation(scope, value.value) : `{${value.error}}`;
  });
}

/** How many replaced calls are ahead where the thread is at the line, or in the function, that a breakpoint is for. */
function aheadOf(
  { location, line }: Breakpoint,
  platform: Platform,
  thread: number,
  sourceRoot: string,
): number {
  for (const at of standpointsOf(platform, thread)) {
    const isThere =
      location.kind === 'source'
        ? at.line?.line === line && isSameFile(at.line?.file ?? '', location.path, sourceRoot)
        : location.kind === 'function' && isFunction(at, location.name);
    if (isThere) return at.ahead;
  }
  return 0;
}

/** Whether a thread is in the function and in no replaced call in it. */
const isFunction = ({ function: of, calls }: Standpoint, name: string): boolean =>
  calls.length === 0 ? of?.linkageName === name || of?.name === name : calls.at(-1)?.name === name;

function resolve(breakpoint: Breakpoint, platform: Platform, sourceRoot: string): void {
  breakpoint.addresses = [];
  breakpoint.loaderAddresses = new Set();
  breakpoint.line = undefined;
  breakpoint.path = undefined;
  breakpoint.problem = hitConditionProblem(breakpoint.hitCondition);
  if (breakpoint.problem !== undefined) return;
  const { location } = breakpoint;
  switch (location.kind) {
    case 'source': {
      const isFile = (file: string): boolean => isSameFile(file, location.path, sourceRoot);
      const found = modulesOf(platform).flatMap((module) => {
        const lines = addressesOfLine(module.image, isFile, location.line);
        return lines === undefined ? [] : [{ ...lines, module }];
      });
      // A file that several programs have begins a line where the first of them has code.
      const line = Math.min(...found.map((each) => each.line));
      if (found.length === 0) {
        breakpoint.problem = `${platform.image.name} has no code at or after this line of this file.`;
        return;
      }
      breakpoint.line = line;
      const there = found.filter((each) => each.line === line);
      bind(
        breakpoint,
        there.flatMap(({ addresses, module }) => addresses.map((at) => ({ module, at }))),
      );
      breakpoint.problem = notLoaded(breakpoint, there[0]?.module);
      return;
    }
    case 'function': {
      const [first, ...others] = modulesOf(platform).flatMap((module) => {
        const symbol = symbolNamed(module.image, location.name);
        const replaced = inlinedCallsNamed(module.image, location.name);
        return [...(symbol === undefined ? [] : [symbol.address]), ...replaced].map((at) => ({
          module,
          at,
        }));
      });
      if (first === undefined) {
        breakpoint.problem = `${platform.image.name} has no function or symbol ${location.name}.`;
        return;
      }
      const place = lineAt(first.module.image, first.at);
      bind(breakpoint, [first, ...others]);
      breakpoint.line = place?.line;
      breakpoint.path = place && clientPath(place.file, sourceRoot);
      breakpoint.problem = notLoaded(breakpoint, first.module);
      return;
    }
    case 'instruction': {
      const found = translate(platform, location.space, virtAddr(location.address));
      if (found === undefined) breakpoint.problem = 'No memory is mapped at this address.';
      else breakpoint.addresses = [found.physical];
      return;
    }
  }
}

function bind(
  breakpoint: Breakpoint,
  places: readonly { readonly module: Module; readonly at: VirtAddr }[],
): void {
  const found = places.flatMap(({ module, at }) => {
    const { isLoader } = module;
    return module.toPhysical(at).map((address) => ({ address, isLoader }));
  });
  const ofPrograms = new Set(found.filter(({ isLoader }) => !isLoader).map((each) => each.address));
  breakpoint.addresses = found.map(({ address }) => address);
  breakpoint.loaderAddresses = new Set(
    breakpoint.addresses.filter((address) => !ofPrograms.has(address)),
  );
}

/** An image, and where its addresses are in the machine: nowhere while it is not loaded, once for each address space. */
interface Module {
  /** The image of the platform in a system with programs: it makes them. */
  readonly isLoader: boolean;
  readonly image: SystemImage;
  readonly toPhysical: (address: VirtAddr) => readonly PhysAddr[];
}

function modulesOf(platform: Platform): Module[] {
  const programs = platform.programs.map((program): Module => {
    const spaces = spacesOfProgram(platform, program);
    return {
      isLoader: false,
      image: program.image,
      toPhysical: (address) =>
        spaces.flatMap((space) => translate(platform, space, address)?.physical ?? []),
    };
  });
  return [
    {
      isLoader: programs.length > 0,
      image: platform.image,
      toPhysical: (address) => [platform.imageToPhysical(address) ?? []].flat(),
    },
    ...programs,
  ];
}

const notLoaded = ({ addresses }: Breakpoint, module: Module | undefined): string | undefined =>
  addresses.length > 0 || module === undefined
    ? undefined
    : `${module.image.name} has not been loaded yet; the breakpoint holds as soon as it is.`;

function isSameWish(a: BreakpointWish, b: BreakpointWish): boolean {
  return (
    a.condition === b.condition &&
    a.hitCondition === b.hitCondition &&
    a.logMessage === b.logMessage &&
    JSON.stringify(a.location) === JSON.stringify(b.location)
  );
}
