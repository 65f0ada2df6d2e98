/**
 * From a specification to the steps that create it, in the order of the loader: objects, address spaces,
 * processor time, interrupts, threads, CNodes; then what the loader keeps is as little as the system can
 * do without, then the threads start.
 */
import { initialSlot } from '../../../abi/boot-info.js';
import { allRights } from '../../../abi/cap-rights.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { noRange } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import { diagnosticAt } from '../../text/source-line.js';
import { addressSpacesOf } from '../address-spaces.js';
import { firstUntypedSlot } from '../loaded-state.js';
import type { CapdlObject, CapdlSpec } from '../spec.js';
import { tcbSlots } from '../tcb-slots.js';
import { fillCNodes } from './capabilities.js';
import { checkLoadable } from './check.js';
import { readContents } from './contents.js';
import { handleInterrupts } from './interrupts.js';
import { loaderName, pointerTo, type Loading } from './loading.js';
import { loadedKindOf } from './object-sizes.js';
import { createObjects } from './objects.js';
import { createPlaces, firstPlace, objectCNode, wordBits } from './places.js';
import { assignAsids, extraPoolsFor, fillFrames, mapSpaces, needsWindow } from './spaces.js';
import type { LoadStep } from './steps.js';
import { configureSchedContexts, configureThreads, startThreads, twoWords } from './threads.js';

export interface LoadPlan {
  readonly steps: readonly LoadStep[];
  /** Of the places from `firstPlace` on. */
  readonly placeNames: readonly string[];
  /** What the steps copy into frames. */
  readonly contents: Uint8Array;
  /** Bytes of RAM that the objects take, without those at physical addresses. */
  readonly objectBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** `file` is where the specification stands. The steps are of use only without errors. */
export function planLoad(spec: CapdlSpec, file: string, files: SourceFiles): LoadPlan {
  const contents = readContents(spec, file, files);
  const diagnostics = [...checkLoadable(spec, file), ...contents.diagnostics];
  const failed: LoadPlan = {
    steps: [],
    placeNames: [],
    contents: contents.bytes,
    objectBytes: objectBytesOf(spec),
    diagnostics,
  };
  if (diagnostics.length > 0) return failed;
  const loading: Loading = {
    spec,
    objects: new Map(spec.objects.map((object) => [object.name, object])),
    spaces: addressSpacesOf(spec),
    contents,
    places: createPlaces(),
    steps: [],
    copies: [],
    mapped: new Map(),
    mappedFirst: new Set(),
    problem: ({ origin }, code, message) => {
      diagnostics.push(
        origin === undefined
          ? { file, range: noRange, severity: 'error', code, message }
          : diagnosticAt(origin.place, 'error', code, message),
      );
    },
  };
  makeSteps(loading);
  return { ...failed, steps: loading.steps, placeNames: loading.places.names };
}

function makeSteps(loading: Loading): void {
  const { steps } = loading;
  const window = needsWindow(loading);
  const extra = createObjects(loading, { window, pools: extraPoolsFor(loading) });
  checkCreated(loading);
  const taker = loading.spec.objects.find(({ takesUntyped }) => takesUntyped === true);
  const firstSlot = taker === undefined ? 0 : firstUntypedSlot(taker);
  assignAsids(loading, extra.pools);
  fillFrames(loading, extra, { firstSlot, slots: 2 ** (taker?.sizeBits ?? 0) });
  mapSpaces(loading);
  configureSchedContexts(loading);
  handleInterrupts(loading);
  configureThreads(loading);
  const moved = fillCNodes(loading);
  setDomains(loading);
  if (taker !== undefined) handOver(loading, taker, firstSlot);
  const kept = keptBySystem(loading);
  const given = loading.spec.objects.filter(
    ({ name }) => kept.has(name) && !moved.has(name) && !loading.mappedFirst.has(name),
  );
  for (const { place, name } of loading.copies) giveUp(steps, place, name);
  for (const { name, type } of given)
    if (type !== 'tcb') giveUp(steps, loading.places.of(name), name);
  startThreads(loading);
  for (const { name, type } of given)
    if (type === 'tcb') giveUp(steps, loading.places.of(name), name);
  steps.push({ kind: 'end', about: 'the loader', target: 0, words: [] });
}

/**
 * All untypeds, and in the slot before them the object CNode: who has them may revoke the memory of the loader itself,
 * and what the loader keeps for the system has to outlast that. So does the kernel's ASID pool, by a copy in there.
 */
function handOver(loading: Loading, taker: CapdlObject, first: number): void {
  const { places, steps } = loading;
  const bits = taker.sizeBits ?? 0;
  const target = pointerTo(loading, taker.name);
  steps.push({ kind: 'handOver', about: taker.name, target, words: [first, bits] });
  const copy = { kind: 'CNodeCopy', about: loaderName } as const;
  const pool = places.spare(loaderName);
  steps.push(
    {
      ...copy,
      holder: loaderName,
      target: objectCNode,
      capabilities: [initialSlot.cnode],
      words: [pool, 'depth', initialSlot.asidPool, wordBits, allRights],
    },
    {
      ...copy,
      holder: taker.name,
      target,
      capabilities: [objectCNode],
      words: [first - 1, bits, 0, 'depth', allRights],
    },
  );
}

function giveUp(steps: LoadStep[], place: number, name: string): void {
  steps.push({
    kind: 'CNodeDelete',
    about: name,
    target: objectCNode,
    words: [place, 'depth'],
  });
}

/** Untypeds that cover each other in a ring can never be made. */
function checkCreated(loading: Loading): void {
  for (const object of loading.spec.objects) {
    if (loading.places.of(object.name) < firstPlace)
      loading.problem(
        object,
        'load-cover',
        `${object.name} is covered by ${object.coveredBy ?? ''}, which it covers in turn.`,
      );
  }
}

/** Objects to which the system itself holds a capability, so that they last without the loader's. */
function keptBySystem({ spec }: Loading): ReadonlySet<string> {
  const holding: ReadonlySet<number> = new Set([
    tcbSlots.cspace,
    tcbSlots.vspace,
    tcbSlots.ipc_buffer_slot,
    tcbSlots.fault_ep_slot,
    tcbSlots.temp_fault_ep_slot,
  ]);
  const kept = new Set<string>();
  for (const { type, slots } of spec.objects) {
    for (const [slot, { object }] of slots)
      if (type === 'cnode' || (type === 'tcb' && holding.has(slot))) kept.add(object);
  }
  return kept;
}

/** The schedule ends before an entry of no duration. */
function setDomains({ spec, steps }: Loading): void {
  const { domains } = spec;
  if (domains === undefined || domains.schedule.length === 0) return;
  const about = 'domain';
  const target = initialSlot.domain;
  const shift = domains.indexShift ?? 0;
  const entry = (index: number, domain: number, duration: bigint): void => {
    steps.push({
      kind: 'DomainScheduleConfigure',
      about,
      target,
      words: [index, domain, ...twoWords(duration)],
    });
  };
  domains.schedule.forEach(({ domain, duration }, index) => {
    entry(index + shift, domain, duration);
  });
  if (domains.start !== undefined)
    steps.push({ kind: 'DomainScheduleSetStart', about, target, words: [domains.start] });
}

const objectBytesOf = (spec: CapdlSpec): number =>
  spec.objects.reduce((sum, object) => {
    const isPlaced = object.physicalAddress !== undefined || object.coveredBy !== undefined;
    return isPlaced ? sum : sum + 2 ** (loadedKindOf(object)?.objectBits ?? 0);
  }, 0);
