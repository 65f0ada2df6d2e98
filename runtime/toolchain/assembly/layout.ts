/**
 * Gives every fragment its address. Branches start at their shortest form and only ever grow, so the
 * passes end; gaps are computed anew in each. The sizes are those GNU as arrives at: two bytes within
 * the compressed reach, four within 4 KiB, else an inverted branch over a `jal`.
 */
import type { AssemblyState } from './assembly-state.js';
import { evaluate, evaluateNumber, fold, type Evaluation } from './evaluate.js';
import type { AssemblySection, Fragment, Tail } from './section.js';

/** Each pass lets at least one branch grow, and real programs need two or three; then all that could still change grow at once. */
const mostPasses = 40;

/** A gap larger than this is a mistake in an expression, as the whole output is limited too. */
const largestGap = 64 * 1024 * 1024;

export function layOut(state: AssemblyState): Evaluation {
  const evaluation: Evaluation = { ...state.evaluation, isLaidOut: true };
  const chains = state.sections.map(fragmentsOf);
  state.sections.forEach((section, index) => {
    padCode(section, chains[index]?.at(-1));
  });
  for (let pass = 0; ; pass += 1) {
    let changed = false;
    // All distances are of one layout, the last one: an address that has moved on beside one that has not
    // yet would make a branch look longer than it is.
    for (const fragment of chains.flat()) {
      if (fragment.tail?.kind !== 'branch') continue;
      const size = branchTailSize(fragment, fragment.tail, evaluation, pass);
      if (size !== fragment.tailSize) changed = true;
      fragment.tailSize = size;
    }
    for (const chain of chains) {
      let address = 0;
      for (const fragment of chain) {
        if (fragment.address !== address) changed = true;
        fragment.address = address;
        address += fragment.size;
        if (fragment.tail === undefined) continue;
        const size = tailSize(fragment, fragment.tail, address, evaluation);
        if (size !== fragment.tailSize) changed = true;
        fragment.tailSize = size;
        address += size;
      }
    }
    if (!changed && pass > 0) break;
    if (pass > 2 * mostPasses) {
      reportUnstable(state, chains, evaluation);
      break;
    }
  }
  return evaluation;
}

/** GNU as fills a code section up to its alignment, so that another file's code follows without a gap. */
function padCode(section: AssemblySection, last: Fragment | undefined): void {
  if (!section.executable || section.alignmentBits === 0 || last === undefined) return;
  last.tail ??= {
    kind: 'align',
    alignment: 2 ** section.alignmentBits,
    fill: undefined,
    mostBytes: Infinity,
    isCode: true,
  };
}

/** Subsections follow each other in the order of their numbers. */
export function fragmentsOf(section: AssemblySection): Fragment[] {
  return [...section.subsections.entries()]
    .sort(([left], [right]) => left - right)
    .flatMap(([, fragments]) => fragments);
}

function branchTailSize(
  fragment: Fragment,
  tail: Tail & { kind: 'branch' },
  evaluation: Evaluation,
  pass: number,
): number {
  // There is no layout before the first pass, so every branch starts short.
  if (pass === 0) return tail.compressed === undefined ? 4 : 2;
  const size = branchSize(fragment, tail, fragment.address + fragment.size, evaluation);
  if (pass > mostPasses) return tail.isJump ? 4 : Math.max(size, tail.compressed ? 6 : 8);
  return Math.max(size, fragment.tailSize);
}

function tailSize(fragment: Fragment, tail: Tail, address: number, evaluation: Evaluation): number {
  switch (tail.kind) {
    case 'branch':
      return fragment.tailSize;
    case 'align': {
      const gap = alignmentGap(address, tail.alignment);
      return gap > tail.mostBytes ? 0 : gap;
    }
    case 'org': {
      const target = orgTarget(fragment, tail, evaluation);
      return target === undefined ? 0 : clampGap(target - address);
    }
    case 'space': {
      const count = evaluateNumber(tail.expression, evaluation);
      return count.ok ? clampGap(Number(count.value)) : 0;
    }
    case 'leb128': {
      const value = evaluateNumber(tail.expression, evaluation);
      const needed = value.ok ? lebLength(value.value, tail.signed) : 1;
      // Never shrinks, so that it cannot swing; the padding bits keep the value.
      return Math.max(needed, fragment.tailSize);
    }
  }
}

const clampGap = (count: number): number => (count > 0 && count <= largestGap ? count : 0);

/** Where `.org` moves to, from the section's start: a number, or a place in the same section. */
export function orgTarget(
  fragment: Fragment,
  tail: Tail & { kind: 'org' },
  evaluation: Evaluation,
): number | undefined {
  const value = evaluate(tail.expression, evaluation);
  if (!value.ok) return undefined;
  const { add, subtract, number } = fold(value.value, evaluation);
  if (subtract !== undefined) return undefined;
  if (add === undefined) return Number(number);
  const { definition } = add;
  if (definition.kind !== 'label' || definition.fragment.section !== fragment.section) {
    return undefined;
  }
  return definition.fragment.address + definition.offset + Number(number);
}

const alignmentGap = (address: number, alignment: number): number =>
  (alignment - (address % alignment)) % alignment;

/** The distance from the branch to its target where it is in the same section and cannot be replaced. */
export function branchDistance(
  fragment: Fragment,
  tail: Tail & { kind: 'branch' },
  address: number,
  evaluation: Evaluation,
): number | undefined {
  if (tail.symbol === undefined || tail.symbol.binding === 'weak') return undefined;
  const value = evaluate({ kind: 'symbol', symbol: tail.symbol }, evaluation);
  if (!value.ok) return undefined;
  const { add, subtract, number } = fold(value.value, evaluation);
  if (add?.definition.kind !== 'label' || subtract !== undefined || add.binding === 'weak')
    return undefined;
  if (add.definition.fragment.section !== fragment.section) return undefined;
  const target = add.definition.fragment.address + add.definition.offset;
  return target + Number(number) + tail.addend - address;
}

function branchSize(
  fragment: Fragment,
  tail: Tail & { kind: 'branch' },
  address: number,
  evaluation: Evaluation,
): number {
  const distance = branchDistance(fragment, tail, address, evaluation);
  if (distance === undefined) return tail.isJump ? 4 : 8;
  const shortReach = tail.isJump ? 2048 : 256;
  if (tail.compressed !== undefined && distance >= -shortReach && distance < shortReach) return 2;
  if (tail.isJump || (distance >= -4096 && distance < 4096)) return 4;
  return tail.compressed === undefined ? 8 : 6;
}

function lebLength(value: bigint, signed: boolean): number {
  let length = 1;
  let rest = signed ? value : BigInt.asUintN(64, value);
  while (signed ? rest < -64n || rest > 63n : rest > 127n) {
    rest >>= 7n;
    length += 1;
  }
  return length;
}

function reportUnstable(
  state: AssemblyState,
  chains: readonly Fragment[][],
  evaluation: Evaluation,
): void {
  for (const fragment of chains.flat()) {
    const { tail } = fragment;
    if (tail === undefined || tail.kind === 'align' || tail.kind === 'branch') continue;
    const value = evaluateNumber(tail.expression, evaluation);
    if (value.ok) {
      state.report.error(
        tail.place,
        'size-not-stable',
        'The size of this statement depends on its own size, so it cannot be found.',
      );
      return;
    }
  }
}
